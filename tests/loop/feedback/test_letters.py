"""Letters to coders, from a study whose decisions are written out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.codebook.migration.books import AFTER, MAP
from tests.codebook.samples import FULL, codebook
from tests.loop.settled_study import DESIGN, GAP, SENTENCES, settled_study
from toolkit.codebook.migration.map_of_codes import read_map, written_map
from toolkit.errors import UsageError
from toolkit.loop.adjudication.compared import comparison
from toolkit.loop.annotator_removal import remove_annotator
from toolkit.loop.feedback.letter import Letter, QuestionLetter
from toolkit.loop.feedback.letters import feedback
from toolkit.loop.review.review import codebook_review
from toolkit.study import annotators, answer_migrations
from toolkit.study.folder import Study

NAME = "pilot-adjudication"


def to(study: Study, email: str) -> Letter:
    (letter,) = feedback(study, annotator=email).letters
    return letter


def about(letter: Letter, question: str) -> QuestionLetter:
    return next(one for one in letter.questions if one.question == question)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return settled_study(tmp_path / "study")


def test_what_stands_is_counted_apart_for_disputes_and_for_what_was_drawn(study: Study) -> None:
    kind = about(to(study, "ana@example.org"), "kind")
    # h-2, h-3, h-4 and r-2 were in dispute and are decided; on h-5 both are defensible, r-4 waits, and on r-5 she said
    # that it is no sentence, so that she was not asked who speaks.
    assert (kind.n_disputed_stand, kind.n_disputed) == (1, 4)
    assert kind.n_drawn_stand == kind.n_drawn > 0
    assert len(kind.defensible) == 1
    assert kind.n_waiting == 1
    assert about(to(study, "ana@example.org"), "gate").differences[0].given == "It is not"


def test_the_share_counts_a_drawn_answer_for_those_it_stands_for(study: Study) -> None:
    kind = about(to(study, "ana@example.org"), "kind")
    assert kind.share is not None
    right, every = kind.n_disputed_stand + 2 * kind.n_drawn_stand, kind.n_disputed + 2 * kind.n_drawn
    assert kind.share.value == pytest.approx(right / every)
    assert (kind.share.annotator, kind.share.cluster, kind.share.measure) == (
        to(study, "ana@example.org").annotator,
        "article",
        "accuracy",
    )
    assert kind.share.ci_low is not None
    assert kind.share.value is not None
    assert kind.share.ci_low < kind.share.value


def test_where_no_agreed_answer_was_drawn_there_are_counts_only(tmp_path: Path) -> None:
    kind = about(to(settled_study(tmp_path / "s", design=replace(DESIGN, sample=0)), "ana@example.org"), "kind")
    assert (kind.share, kind.share_undefined_because) == (None, "no sentence on which all agree was decided on")
    assert (kind.n_disputed_stand, kind.n_disputed, kind.n_drawn) == (1, 4, 0)
    ties = settled_study(tmp_path / "ties", design=replace(DESIGN, where="tie"))
    assert all(one.share is None for one in to(ties, "ana@example.org").questions)


def test_with_everything_decided_on_every_answer_counts_once(tmp_path: Path) -> None:
    kind = about(to(settled_study(tmp_path / "s", design=replace(DESIGN, where="all")), "ana@example.org"), "kind")
    assert kind.share is not None
    assert kind.share.value == pytest.approx(kind.n_stand / kind.n_decided)
    assert kind.n_unasked == 0


def test_a_category_taken_for_another_is_listed_from_the_second_time_on(study: Study) -> None:
    (habit,) = about(to(study, "ana@example.org"), "kind").taken_for
    assert (habit.given.title, habit.decided.title, habit.n) == ("Police", "Army", 3)
    decided = [one for one in SENTENCES.values() if one.decided == "army" and one.ana is not None]
    drawn = about(to(study, "ana@example.org"), "kind").found
    assert habit.n_decided == next(one.n for one in drawn if one.category == "Army") >= len(decided)
    assert 0 < habit.low < habit.n / habit.n_decided < habit.high < 1
    assert not about(to(study, "cem@example.org"), "kind").taken_for  # once each: h-4 and r-2


def test_sentences_stand_in_their_context_with_definitions_reason_and_what_the_codebook_should_say(
    study: Study,
) -> None:
    (group,) = about(to(study, "ana@example.org"), "kind").differences
    assert (group.given, group.decided) == ("Police", "Army")
    assert [(one.title, one.definition) for one in group.meanings] == [
        ("Police", "The police."),
        ("Army", "The army."),
    ]
    first, second, _ = group.sentences
    assert first.sentence.text == "“Nobody may land”, a general said."
    assert first.sentence.before == "The harbour is closed, the army says."
    assert first.sentence.place == "The harbour, sentence 2 of 5"
    assert (first.reason, first.suggestions) == ("slip", ())
    assert (second.reason, second.suggestions) == ("codebook_gap", (GAP,))


def test_a_title_that_coders_did_not_see_is_not_told_them(tmp_path: Path) -> None:
    hidden = settled_study(
        tmp_path / "study", text=FULL.replace("questions:\n", "show: {title: no, outlet: no}\nquestions:\n", 1)
    )
    assert "The harbour," not in repr(to(hidden, "ana@example.org"))
    (group,) = about(to(hidden, "ana@example.org"), "kind").differences
    assert group.sentences[0].sentence.place == "an article, sentence 2 of 5"


def test_the_border_between_the_two_stands_beside_their_definitions(tmp_path: Path) -> None:
    police = "{code: police, title: Police, definition: The police., parent: STATE"
    borders = "not_this_but: [{when: soldiers speak, then: army}, {when: a newspaper speaks, then: paper}]"
    (group,) = about(
        to(settled_study(tmp_path / "s", text=FULL.replace(police, f"{police}, {borders}")), "ana@example.org"), "kind"
    ).differences
    assert [one.borders for one in group.meanings] == [("If soldiers speak: not this, but Army.",), ()]


def test_after_a_migration_letters_say_what_answers_and_decisions_read_as_now(study: Study) -> None:
    """police and army become one category, paper becomes two: what differed agrees, or nobody can say."""
    step = read_map(MAP, old=codebook(FULL), new=codebook(AFTER), source="map.yaml")
    with study.database() as database:
        since, codes = datetime(2026, 3, 1, 12, tzinfo=UTC), written_map(step.codes)
        answer_migrations.record(database, "pilot", step.new, document=AFTER, codes=codes, since=since)
    kind = about(to(study, "ana@example.org"), "kind")
    assert (kind.n_disputed_stand, kind.n_disputed) == (3, 3)  # h-2, h-3, r-2; h-4 was decided as paper
    assert not kind.differences
    review = codebook_review(study)
    force = next(one for one in review.questions if one.question == "kind").categories[0]
    assert (force.category, force.n_decided > 3, force.reasons, review.version) == ("force", True, {}, "2.0.0")


def test_of_who_is_withdrawn_nothing_is_left(study: Study) -> None:
    ana = to(study, "ana@example.org").annotator
    remove_annotator(study, "ana@example.org", answers="withdrawn")
    assert ana not in {one.annotator for one in feedback(study).letters}
    assert len(feedback(study).letters) == 2
    kind = next(one for one in codebook_review(study).questions if one.question == "kind")
    police = next(one for one in kind.categories if one.category == "police")
    assert police.neighbours[0].n_decided == 1  # cem on r-2


def test_marked_words_are_quoted(study: Study) -> None:
    (group,) = about(to(study, "ana@example.org"), "words").differences
    assert (group.given, group.decided) == ("Cue “Its”", "nothing marked")
    assert [one.title for one in group.meanings] == ["Cue"]


def test_what_is_not_settled_is_left_out(tmp_path: Path) -> None:
    """Of two adjudicators one decides otherwise on h-2: nobody hears of it."""
    two = replace(DESIGN, per_sentence=2)
    agreed = settled_study(tmp_path / "agreed", design=two)
    contested = settled_study(tmp_path / "contested", design=two, second={"h-2": "police"})
    kind, fewer = (about(to(study, "ana@example.org"), "kind") for study in (agreed, contested))
    assert (fewer.n_disputed, fewer.n_waiting) == (kind.n_disputed - 1, kind.n_waiting + 1)
    assert "h-2" not in repr(fewer)


def test_a_drawn_sentence_on_which_all_erred_is_in_everybodys_letter(tmp_path: Path) -> None:
    plain = settled_study(tmp_path / "plain")
    with plain.database() as database:
        drawn = sorted({one.sentence_id for one in comparison(database, "pilot", NAME).answers if one.drawn})
    chosen = next(one for one in drawn if SENTENCES[one].ana == SENTENCES[one].ben == "army")
    study = settled_study(tmp_path / "study", drawn={chosen: "paper"})
    for email in ("ana@example.org", "ben@example.org", "cem@example.org"):
        kind = about(to(study, email), "kind")
        assert kind.n_drawn_stand == kind.n_drawn - 1
        assert any(
            one.sentence.sentence_id == chosen
            for group in kind.differences
            if group.decided == "Paper"
            for one in group.sentences
        )


def test_a_letter_goes_by_pseudonym_or_address_and_to_nobody_else(study: Study) -> None:
    with study.database() as database:
        ana = annotators.pseudonym(database, "ana@example.org")
    by_address, by_name = (feedback(study, annotator=said) for said in ("ana@example.org", ana))
    assert by_address == by_name
    assert [one.annotator for one in by_name.letters] == [ana]
    assert len(feedback(study).letters) == 3
    with pytest.raises(UsageError, match="nobody with that address") as fault:
        feedback(study, annotator="nobody@example.org")
    assert "nobody@example.org" not in str(fault.value)
    with pytest.raises(UsageError, match="'annotator-0' coded"):
        feedback(study, annotator="annotator-0")


def test_somebody_of_whose_answers_nothing_is_settled_has_no_letter(study: Study) -> None:
    with study.database() as database:
        annotators.register(database, ["dan@example.org"], round=None)
        dan = annotators.pseudonym(database, "dan@example.org")
    assert feedback(study).without == (dan,)
    assert feedback(study, annotator=dan).letters == ()
