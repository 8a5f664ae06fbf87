"""The next version to begin with: what is added changes nothing until somebody takes a comment's sign away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.codebook.samples import FULL
from tests.loop.settled_study import settled_study
from toolkit.codebook.diff import compare, keeps_answers
from toolkit.codebook.parse import parse
from toolkit.loop.review.records import CategoryReview, Neighbour, QuestionReview, Quote, Skeleton
from toolkit.loop.review.review import codebook_review
from toolkit.loop.review.skeleton import skeleton_of

BLOCK = """\
name: small
version: "1.0.9"   # raised by hand
language: en
instructions: [Read.]
questions:
  - id: kind
    text: Who?
    level: nominal
    categories:
    - code: army
      title: Army
      definition: |
        The army,
        whoever leads it.
    -
      code: police
      title: >-
        Police

      definition: "The
        police."
    - {title: Paper,
       code: paper, definition: A newspaper.}
  - {id: other, text: And who else?, level: nominal, categories_of: kind}
"""


def neighbour(code: str, *, given_on: tuple[str, ...] = (), decided_on: tuple[str, ...] = ()) -> Neighbour:
    n = len(given_on) + len(decided_on)
    return Neighbour(
        category=code, n_given=len(given_on), n_decided=len(decided_on), n_sentences=n, reasons={"codebook_gap": n},
        given_on=given_on, decided_on=decided_on,
    )  # fmt: skip


def reviewed(says: str = "Say more.", sentence: str = "They left.") -> tuple[QuestionReview, ...]:
    def category(code: str, neighbours: tuple[Neighbour, ...]) -> CategoryReview:
        quote = Quote(
            says=says, sentence_id="s", sentence=sentence, reason="codebook_gap", decided=("army",), given=("police",)
        )
        return CategoryReview(
            category=code, title=code, definition=code, n_decided=1, n_defensible=0, reasons={"codebook_gap": 1},
            quotes=(quote,), neighbours=neighbours,
        )  # fmt: skip

    categories = (
        category("army", (neighbour("police", given_on=("s",)),)),
        category("police", (neighbour("army", decided_on=("s",)),)),
        category("paper", (neighbour("army", decided_on=("s",)),)),
    )
    return tuple(
        QuestionReview(
            question=question, text="?", level="nominal", n_settled=1, n_disputed=1, n_defensible=0,
            reasons={"codebook_gap": 1}, categories=categories, merges=(),
        )
        for question in ("kind", "other", "no_such_question")
    )  # fmt: skip


def made(text: str, *, says: str = "Say more.", sentence: str = "They left.", coded_with: str = "1.0.9") -> Skeleton:
    return skeleton_of(
        text,
        reviewed(says, sentence),
        {"s": sentence},
        round_name="pilot",
        coded_with=coded_with,
        called="codebook.yaml",
    )


def without_comments(text: str) -> list[str]:
    return [line for line in text.split("\n") if not line.lstrip().startswith("#")]


def test_nothing_but_comments_and_a_version_is_new() -> None:
    found = made(BLOCK)
    assert found.version == "1.0.10"
    assert without_comments(found.text) == without_comments(BLOCK.replace("1.0.9", "1.0.10"))
    old, new = parse(BLOCK, source="old"), parse(found.text, source="new")
    assert keeps_answers(compare(old, new))
    assert [change.what for change in compare(old, new)] == ["version: 1.0.9 → 1.0.10"]


def test_the_diff_is_that_of_the_two_files() -> None:
    found = made(BLOCK)
    added = [line[1:] for line in found.diff.split("\n")[2:] if line.startswith("+")]
    removed = [line[1:] for line in found.diff.split("\n")[2:] if line.startswith("-")]
    assert removed == ['version: "1.0.9"   # raised by hand']
    assert set(added) == set(found.text.split("\n")) - set(BLOCK.split("\n"))
    assert found.diff.startswith("--- codebook.yaml\n+++ codebook.yaml 1.0.10\n@@")


def test_comments_stand_inside_the_block_of_their_category() -> None:
    lines = made(BLOCK).text.split("\n")
    army = lines.index("    - code: army")
    assert lines[army + 1].startswith("      # review: kind army: coders differed (1 codebook gap)")
    assert lines[army + 2] == "      # review: the codebook should say: Say more."
    assert '      # examples: ["They left."]' in lines[army : lines.index("      title: Army")]
    police = lines[lines.index("      code: police") : lines.index("      title: >-")]
    assert '      # not_this_but: [{when: "it reads as in: They left.", then: "army"}]' in police


def test_a_proposal_works_once_its_sign_is_taken_away() -> None:
    sentence = """He said "no": it's {odd} #1."""
    text = made(BLOCK, sentence=sentence).text
    taken = re.sub(r"^( +)# (examples|not_this_but): ", r"\1\2: ", text, flags=re.MULTILINE)
    kind = parse(taken, source="taken").by_id["kind"].by_code
    assert kind["army"].examples == [sentence]
    (border,) = kind["police"].not_this_but
    assert (border.when, border.then) == (f"it reads as in: {sentence}", "army")


def test_to_what_a_category_has_a_proposal_is_a_comment() -> None:
    has = BLOCK.replace("      title: Army\n", "      title: Army\n      examples: [One.]\n")
    assert '      # review: more for examples: ["They left."]' in made(has).text.split("\n")


def test_a_version_that_was_raised_already_stays() -> None:
    found = made(BLOCK, coded_with="1.0.8")
    assert found.version == "1.0.9"
    assert "-version" not in found.diff


def test_a_line_in_the_midst_of_a_quoted_text_is_no_place_for_a_comment() -> None:
    tangled = (
        BLOCK[: BLOCK.index("    categories:")]
        + """\
    categories: [{code: army, title: Army, definition: "The
      army."}, {code: police, title: Police, definition: The police.}]
"""
    )
    found = made(tangled)
    assert parse(found.text, source="new").by_id == parse(tangled, source="old").by_id
    assert "# review: kind police: coders differed" in found.text


@given(st.text(), st.text(min_size=1))
def test_whatever_people_write_stays_a_comment(says: str, sentence: str) -> None:
    found = made(BLOCK, says=says, sentence=sentence)
    assert parse(found.text, source="new").by_id == parse(BLOCK, source="old").by_id


@pytest.mark.parametrize("path", sorted(Path("schemas/codebooks").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_codebooks_keep_what_they_say(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    book = parse(text, source=path.name)
    reviews = tuple(
        QuestionReview(
            question=question.id, text="", level=question.level, n_settled=1, n_disputed=1, n_defensible=0, reasons={},
            categories=tuple(
                CategoryReview(
                    category=one.code, title=one.title, definition=one.definition, n_decided=1, n_defensible=0,
                    reasons={"ambiguous": 1}, quotes=(),
                    neighbours=(neighbour(question.choosable[0].code, given_on=("s",), decided_on=("s",)),),
                )
                for one in question.choosable
            ),
            merges=(),
        )
        for question in book.questions
    )  # fmt: skip
    found = skeleton_of(
        text, reviews, {"s": "They left."}, round_name="r", coded_with=book.version, called="codebook.yaml"
    )
    again = parse(found.text, source="new")
    assert again.model_copy(update={"version": book.version}) == book
    assert found.text.count("# review: ") > len(reviews)


def test_a_study_gets_the_skeleton_of_its_own_codebook(tmp_path: Path) -> None:
    mended = FULL.replace("title: Police,", "title: The police,")
    study = settled_study(tmp_path / "study")
    study.codebook_file.write_text(mended, encoding="utf-8")
    found = codebook_review(study).skeleton
    assert parse(found.text, source="new").by_id["kind"].by_code["police"].title == "The police"
    said = [line.strip() for line in found.text.split("\n") if "# review" in line]
    assert any(
        re.fullmatch(r"# review: kind police: coders differed \(1 slip, 2 codebook gap, .*\)", one) for one in said
    )
    assert not any("gate" in one for one in said)  # there it was a slip only
