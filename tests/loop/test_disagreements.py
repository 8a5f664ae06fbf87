"""The disputed sentences of the seeds, against what the recorded files say themselves and against alpha's own D_o."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.loop.seed_study import CODERS, SERVER, recorded, seed_study
from tests.loop.several_rounds import several_rounds
from toolkit.agreement.estimate import Estimate
from toolkit.errors import UsageError
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.disagreement.records import Disagreements
from toolkit.loop.disagreement.request import DisagreementRequest
from toolkit.loop.disagreements import disagreements, training_handout
from toolkit.study import annotators, rounds
from toolkit.study.folder import Study

KEPT_OUT = {"confidence", "note"}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return seed_study(tmp_path_factory.mktemp("seeds") / "study")


def said(line: dict[str, Any]) -> dict[str, Any]:
    """What a recorded line says in answer to each measured question, in a form that can be compared."""
    answers = {name: value for name, value in line["answers"].items() if name not in KEPT_OUT}
    found: dict[str, Any] = {name: frozenset(v) if isinstance(v, list) else v for name, v in answers.items()}
    marks = line["marks"].get("spans", [])
    return found | {"spans": frozenset((mark["label"], mark["start"], mark["end"]) for mark in marks)}


LINES = {coder: [said(line) for line in recorded(coder)] for coder in "abc"}
PLACES = [(line["article"], line["position"]) for line in recorded("a")]


def places(found: Disagreements) -> set[tuple[str, int]]:
    return {(one.article_id, one.position) for one in found.sentences}


def differing(*coders: str, question: str | None = None) -> set[tuple[str, int]]:
    """Where two of these coders' files differ, in any question or in one."""
    return {
        place
        for at, place in enumerate(PLACES)
        for one, other in combinations(coders, 2)
        if (LINES[one][at] != LINES[other][at] if question is None else said_of(one, at, question, other))
    }


def said_of(one: str, at: int, question: str, other: str) -> bool:
    """Whether both answered the question, and otherwise."""
    mine, theirs = LINES[one][at].get(question), LINES[other][at].get(question)
    return mine is not None and theirs is not None and mine != theirs


def pseudonym(study: Study, coder: str) -> str:
    with study.database() as database:
        return annotators.pseudonym(database, dict(zip("abc", CODERS.values(), strict=True))[coder])


def test_every_sentence_on_which_the_files_differ_is_found(study: Study) -> None:
    found = disagreements(study)
    assert (found.round, found.codebook, found.n_compared) == ("pilot", "source-framing", 107)
    assert places(found) == differing(*"abc")
    assert found.n_disputed == len(found.sentences) == len(places(found))
    assert found.annotators == tuple(sorted(pseudonym(study, coder) for coder in "abc"))


@pytest.mark.parametrize("question", ["attribution", "source_type", "loaded", "frame_primary", "frame_other"])
def test_disagreement_is_the_observed_disagreement_of_alpha(study: Study, question: str) -> None:
    """D_o is the mean over units of how far apart their answers are, each weighing as many answers as it has."""
    report = agree(study, AgreementRequest(replicates=0))
    (alpha,) = (one for one in report.estimates if own_alpha(one, question))
    found = disagreements(study, DisagreementRequest(questions=(question,)))
    apart = 0.0
    for sentence in found.sentences:
        (compared,) = (one for one in sentence.questions if one.question == question)
        answered = sum(answer.status == "answered" for answer in compared.answers.values())
        apart += answered * compared.disagreement
        assert sentence.disputed == (question,)
    assert apart / alpha.n_values == pytest.approx(alpha.observed_disagreement, abs=1e-12)


def own_alpha(one: Estimate, question: str) -> bool:
    level = {"source_type": "taxonomy", "frame_other": "set:masi"}.get(question, "nominal")
    return one.measure == "krippendorff_alpha" and one.question == question and one.level == level


def test_the_worst_come_first_then_by_entropy_then_as_one_reads(study: Study) -> None:
    found = disagreements(study).sentences
    keys = [
        (-round(one.disagreement, 9), -round(one.entropy, 9), PLACES.index((one.article_id, one.position)))
        for one in found
    ]
    assert keys == sorted(keys)
    assert len({key[0] for key in keys}) < len(keys)  # there are ties to be broken


def test_entropy_is_that_of_the_different_answers(study: Study) -> None:
    """Two of three agree: −⅔·log₂ ⅔ − ⅓·log₂ ⅓ = 0.9183 bits; three of three differ: log₂ 3 = 1.585."""
    for sentence in disagreements(study).sentences:
        for one in sentence.questions:
            bits = {"split": 0.9183, "tie": 1.58496}[str(one.outcome)] if one.disputed else 0.0
            assert one.entropy == pytest.approx(bits, abs=1e-4)


def test_a_sentence_opens_in_label_studio(study: Study) -> None:
    first, *_ = [one for one in disagreements(study).sentences if one.article_id == "iran-venezuela"]
    assert first.link == f"{SERVER}/projects/7/data?task={100 + first.position}"


def test_without_a_project_there_is_no_link(tmp_path: Path) -> None:
    made = several_rounds(tmp_path / "study")
    assert {one.link for one in disagreements(made).sentences} == {None}  # nothing of it was sent


def test_the_embedded_server_is_where_it_was_started_last(tmp_path: Path) -> None:
    made = seed_study(tmp_path / "study", server_url="embedded")
    assert disagreements(made).sentences[0].link is None
    made.server_folder.mkdir()
    (made.server_folder / "address.json").write_text('{"host": "127.0.0.1", "port": 8099, "folder": "x"}')
    link = disagreements(made).sentences[0].link
    assert link is not None
    assert link.startswith("http://127.0.0.1:8099/projects/7/data?task=")


@pytest.mark.parametrize("question", ["loaded", "spans", "attribution"])
def test_only_one_question(study: Study, question: str) -> None:
    found = disagreements(study, DisagreementRequest(questions=(question,)))
    assert places(found) == differing(*"abc", question=question)
    assert {one.disputed for one in found.sentences} == {(question,)}


@pytest.mark.parametrize("pair", ["ab", "ac", "bc"])
def test_between_two_annotators(study: Study, pair: str) -> None:
    found = disagreements(study, DisagreementRequest(between=(pseudonym(study, pair[0]), pseudonym(study, pair[1]))))
    assert places(found) == differing(*pair)


def test_between_two_only_their_distance_counts(study: Study) -> None:
    request = DisagreementRequest(questions=("loaded",), between=(pseudonym(study, "a"), pseudonym(study, "b")))
    assert {one.disagreement for one in disagreements(study, request).sentences} == {1.0}


def test_annotators_may_be_called_by_letter_and_by_address(study: Study) -> None:
    names = [pseudonym(study, coder) for coder in "ab"]
    letters = [
        dict(zip(sorted(pseudonym(study, coder) for coder in "abc"), "ABC", strict=True))[name] for name in names
    ]
    expected = disagreements(study, DisagreementRequest(between=(names[0], names[1])))
    assert disagreements(study, DisagreementRequest(between=(letters[0], letters[1].lower()))) == expected
    assert disagreements(study, DisagreementRequest(between=("anna@example.org", "Ben@example.org"))) == expected


def test_where_one_annotator_differs_from_most_others(study: Study) -> None:
    """Of three coders: fewer than half of the other two gave the same answer, which is neither of them."""
    expected = {
        place
        for at, place in enumerate(PLACES)
        if any(
            all(LINES["b"][at].get(name) != LINES[other][at].get(name) for other in "ac")
            and name in LINES["b"][at]
            and any(name in LINES[other][at] for other in "ac")
            for name in ("loaded", "frame_primary")
        )
    }
    request = DisagreementRequest(questions=("loaded", "frame_primary"), annotator=pseudonym(study, "b"))
    assert places(disagreements(study, request)) == expected
    assert expected


def test_two_categories_that_were_taken_for_each_other(study: Study) -> None:
    expected = {
        place
        for at, place in enumerate(PLACES)
        if {"none", "source_only"} <= {LINES[coder][at].get("loaded") for coder in "abc"}
    }
    assert places(disagreements(study, DisagreementRequest(categories=("source_only", "none")))) == expected
    assert len(expected) == 5  # as `agree --explain loaded` says


def test_a_category_that_two_questions_have_is_looked_for_in_both(study: Study) -> None:
    """``writer`` is a category of attribution and of loaded, ``mixed`` of the first only."""
    found = disagreements(study, DisagreementRequest(categories=("writer", "carried")))
    assert {name for one in found.sentences for name in one.disputed} == {"attribution"}


def test_at_most_so_many(study: Study) -> None:
    everything, three = disagreements(study), disagreements(study, DisagreementRequest(limit=3))
    assert three.sentences == everything.sentences[:3]
    assert three.n_disputed == everything.n_disputed


def test_every_fault_is_said_at_once_and_no_address_repeated(study: Study) -> None:
    request = DisagreementRequest(
        questions=("loadad", "confidence"),
        between=("A", "dora@example.org"),
        categories=("none", "nonsense"),
        annotator="Z",
        limit=0,
    )
    with pytest.raises(UsageError) as refused:
        disagreements(study, request)
    message = str(refused.value)
    assert "question 'loadad': is not in the codebook; did you mean 'loaded'?" in message
    assert "question 'confidence': is kept out of agreement" in message
    assert "category 'nonsense'" in message
    assert "annotator 'Z': is nobody whose work counts" in message
    assert "`limit=`" in message
    assert len(refused.value.faults) == 6
    assert "dora" not in message + repr(request)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (DisagreementRequest(round_name="main"), "no round 'main'"),
        (DisagreementRequest(categories=("none", "none")), "names 'none' twice"),
        (DisagreementRequest(categories=("none", "security")), "not of the same question"),
        (DisagreementRequest(between=("A", "a")), "names one annotator twice"),
    ],
)
def test_what_cannot_be_asked(study: Study, request_: DisagreementRequest, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        disagreements(study, request_)


def test_what_does_not_count_is_not_looked_at(tmp_path: Path) -> None:
    made = several_rounds(tmp_path / "study")
    found = disagreements(made, DisagreementRequest(round_name="pilot"))
    with made.database() as database:
        counting = {one.pseudonym for one in annotators.registered(database, round="pilot")}
        assert rounds.names(database)[1] == "pilot"
    assert set(found.annotators) <= counting
    assert {name for one in found.sentences for each in one.questions for name in each.answers} <= counting


def test_the_hand_out_shows_every_confused_pair(study: Study) -> None:
    """Of questions with one category the pairs are those of the files; each is shown by a sentence that has it."""
    made = training_handout(study)
    expected = {
        (question, frozenset(pair))
        for at in range(len(PLACES))
        for question in ("attribution", "loaded", "frame_primary")
        for pair in combinations({LINES[coder][at].get(question) for coder in "abc"} - {None}, 2)
    }
    shown = {
        (each.question, frozenset({each.category.code, each.other_category.code}))
        for one in made.sentences
        for each in one.shows
        if each.other_category is not None
    }
    assert {pair for pair in shown if pair[0] in ("attribution", "loaded", "frame_primary")} == expected
    assert len(made.sentences) <= 20
    assert not made.left_out
    for one in made.sentences:
        at = PLACES.index((one.sentence.article_id, one.sentence.position))
        for each in one.shows:
            if each.question == "loaded" and each.other_category is not None:
                assert {each.category.code, each.other_category.code} <= {LINES[c][at]["loaded"] for c in "abc"}


def test_a_short_hand_out_shows_the_frequent_pairs_and_says_what_is_missing(study: Study) -> None:
    made = training_handout(study, DisagreementRequest(questions=("loaded",), limit=1))
    (only,) = made.sentences
    assert [
        (each.category.code, each.other_category and each.other_category.code, each.n_pairs) for each in only.shows
    ] == [("none", "source_only", 10)]
    assert made.n_pairs == 3
    assert [(each.category.code, each.n_pairs) for each in made.left_out] == [("none", 2), ("source_only", 2)]
