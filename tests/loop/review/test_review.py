"""The review of a codebook by decisions that are written out."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.codebook.samples import FULL, KIND
from tests.loop.settled_study import DESIGN, GAP, settled_study
from toolkit.errors import ContractViolated, UsageError
from toolkit.loop.adjudication.compared import Compared
from toolkit.loop.init import init
from toolkit.loop.review.counts import question_review
from toolkit.loop.review.records import CategoryReview, CodebookReview, QuestionReview
from toolkit.loop.review.review import codebook_review
from toolkit.study.folder import Study

WITHOUT_TREE = """\
  - id: kind
    text: Who is speaking?
    level: nominal
    show_if: {gate: [ok]}
    categories:
      - {code: police, title: Police, definition: The police.}
      - {code: army, title: Army, definition: The army.}
      - {code: paper, title: Paper, definition: A newspaper.}
      - {code: unknown, title: Unknown, definition: Nothing tells., missing: true}
"""
NOMINAL = FULL.replace(KIND, WITHOUT_TREE).replace("{kind: [STATE]}", "{kind: [army]}")


NO_SAMPLE = replace(DESIGN, sample=0)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return settled_study(tmp_path / "study")


def about(review: CodebookReview, question: str) -> QuestionReview:
    return next(one for one in review.questions if one.question == question)


def category(review: QuestionReview, code: str) -> CategoryReview:
    return next(one for one in review.categories if one.category == code)


def test_why_coders_differed_is_counted_for_every_category_at_issue(study: Study) -> None:
    kind = about(codebook_review(study), "kind")
    # in dispute and settled: h-2 h-4 (slips), h-3 r-2 (gaps), h-5 (ambiguous, both defensible); and r-5 (a slip), where
    # who speaks was asked of two only, because one said that it is no sentence
    assert kind.reasons == {"slip": 3, "codebook_gap": 2, "ambiguous": 1}
    assert (kind.n_disputed, kind.n_defensible) == (6, 1)
    assert category(kind, "police").reasons == {"slip": 1, "codebook_gap": 2, "ambiguous": 1}
    assert category(kind, "paper").reasons == {"slip": 1, "ambiguous": 1}
    assert (category(kind, "police").n_slips, category(kind, "police").n_open) == (1, 3)
    # r-1, which was drawn: all gave it, and so was it decided
    assert (category(kind, "police").n_decided, category(kind, "police").n_defensible) == (1, 1)


def test_categories_taken_for_each_other_are_counted_in_answers_and_sentences_with_slips_apart(study: Study) -> None:
    kind = about(codebook_review(study), "kind")
    police, paper = category(kind, "army").neighbours
    # h-2 and h-3: ana; r-2: ana and cem
    assert (police.category, police.n_given, police.n_decided, police.n_sentences) == ("police", 4, 0, 3)
    assert (police.reasons, police.n_slips) == ({"slip": 1, "codebook_gap": 2}, 1)
    assert police.given_on == ("h-3", "r-2")
    assert (paper.category, paper.n_given, paper.n_decided, paper.given_on) == ("paper", 0, 1, ())
    (army,) = category(kind, "police").neighbours
    assert (army.n_given, army.n_decided, army.decided_on) == (0, 4, ("h-3", "r-2"))


def test_what_the_codebook_should_say_stands_at_its_categories_with_the_sentence(study: Study) -> None:
    kind = about(codebook_review(study), "kind")
    first, second, _ = category(kind, "army").quotes
    assert (first.says, first.sentence) == (GAP, "Its police asked <fishermen> to wait.")
    assert (first.decided, first.given, first.reason) == (("army",), ("police",), "codebook_gap")
    assert (second.says, second.decided, second.given) == ("Patrols?", ("army", "paper", "police"), ())
    assert not category(about(codebook_review(study), "gate"), "ok").quotes


def test_nobody_is_in_a_review(study: Study) -> None:
    text = repr(codebook_review(study))
    assert not re.search(r"@example|annotator-|\b(ana|ben|cem|mara)\b|[Cc]oder [A-Z]\b", text)
    assert "[coder] and [address] are right: paratroopers are the army, says [annotator]." in text


def test_a_merge_is_weighed_by_what_is_told_apart(tmp_path: Path) -> None:
    kind = about(codebook_review(settled_study(tmp_path / "study", text=NOMINAL, design=NO_SAMPLE)), "kind")
    (merge,) = kind.merges
    assert (merge.category, merge.other_category) == ("police", "army")
    assert merge.alpha_after > merge.alpha_before
    assert (merge.n_confused, merge.n_sentences, merge.n_slips) == (4, 3, 1)
    assert merge.conditions == ("rank",)
    assert merge.n_told_apart == 2 + 2 + 1 + 2  # on h-2, h-3, r-2, and r-5


def test_slips_alone_are_no_reason_to_merge(tmp_path: Path) -> None:
    """paper and army are taken for each other once, by a slip."""
    kind = about(codebook_review(settled_study(tmp_path / "study", text=NOMINAL)), "kind")
    assert not [one for one in kind.merges if "paper" in (one.category, one.other_category)]


def test_marks_and_sets_are_reviewed_by_the_categories_that_make_the_difference(study: Study) -> None:
    (cue,) = about(codebook_review(study), "words").categories
    assert (cue.category, cue.reasons, cue.neighbours) == ("Cue", {"codebook_gap": 1}, ())


def test_two_defensible_answers_concern_those_that_not_all_gave() -> None:
    from tests.codebook.samples import codebook

    topics = codebook().by_id["topics"]
    answers = [
        Compared(
            sentence_id="s", article_id="a", question="topics", annotator=name, given=given,
            outcome="both_defensible", decided=None, because="tie", chance=1.0, reason="both_defensible",
            suggestions=(),
        )
        for name, given in (("x", ["war", "law"]), ("y", ["war"]))
    ]  # fmt: skip
    review = question_review(topics, answers, {"s": "Text."})
    assert category(review, "law").reasons == {"both_defensible": 1}
    assert category(review, "war").reasons == {}
    assert category(review, "war").n_defensible == 1


def test_nothing_settled_and_a_codebook_with_faults_are_said(study: Study, tmp_path: Path) -> None:
    study.codebook_file.write_text("name: 3\n", encoding="utf-8")
    with pytest.raises(ContractViolated):
        codebook_review(study)
    with pytest.raises(UsageError):
        codebook_review(init(tmp_path / "other"))
