from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.codebook.samples import FULL, codebook
from tests.loop.settled_study import SENTENCES, settled_study
from tests.loop.test_answers import ANA, BEN, choice, mark, raw
from tests.loop.test_answers import pull as pull_pilot
from tests.study.small import numbered
from tests.terminal.printed import printed, words
from toolkit.errors import UsageError
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.annotator_overview import AnnotatorOverview, AnnotatorOverviews, show_annotators
from toolkit.loop.annotator_removal import remove_annotator
from toolkit.loop.init import init
from toolkit.loop.status import status
from toolkit.study import annotators, articles, gold_sentences, rounds
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision
from toolkit.terminal.annotator_overview import overview_rows, overview_text, overviews_text

CEM = 13
PEOPLE = {ANA: "ana@example.org", BEN: "ben@example.org", CEM: "cem@example.org"}
WITH_CONFIDENCE = FULL.replace(
    "questions:\n",
    "questions:\n  - id: sure\n    text: How sure are you?\n    level: ordinal\n    agreement: false\n"
    "    order: [low, high]\n"
    "    categories:\n      - {code: low, title: Low, definition: Not sure.}\n"
    "      - {code: high, title: High, definition: Sure.}\n",
    1,
)
N_ARTICLES, N_SENTENCES = 14, 4


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Three people code 56 sentences of 14 articles.

    Ana is always sure, says broken far more often and marks more words; Cem skips one sentence an article.
    """
    made = init(tmp_path_factory.mktemp("overview") / "study")
    book = codebook(WITH_CONFIDENCE)
    chance = random.Random(3)
    with made.database() as database:
        articles.add(
            database,
            [numbered(f"a{n}", N_SENTENCES) for n in range(N_ARTICLES)],
            splitter="by hand",
            splitter_version="1",
        )
        rounds.create(database, "pilot", Decision(3), book, document=WITH_CONFIDENCE)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=1)
        ids = [sentence.sentence_id for sentence in articles.sentences(database)]
        rounds.plan(database, "pilot", [(name, 3) for name in ids])
        annotators.register(database, [*PEOPLE.values(), "new@example.org"], round=None)
        annotators.learn_accounts(database, "embedded", PEOPLE)
        for item, name in enumerate(ids, start=1):
            true = chance.choice(["ok", "ok", "ok", "broken"])
            coded = []
            for place, user in enumerate(PEOPLE):
                number = 3 * item + place
                if user == CEM and item % N_SENTENCES == 0:
                    coded.append(raw(number, user, was_cancelled=True, result=[]))
                    continue
                gate = "broken" if user == ANA and chance.random() < 0.6 else true
                gate = chance.choice(["ok", "broken"]) if chance.random() < 0.15 else gate
                given: list[dict[str, Any]] = [choice("gate", gate)]
                given.append(choice("sure", "high" if user == ANA else chance.choice(["low", "high"])))
                if gate == "ok":
                    end = 8 if user == ANA else chance.randrange(2, 5)
                    given.append(mark("Cue", 0, end, ""))
                    given[-1]["value"].pop("text")
                at = f"{8 + item // 12:02}:{item % 12 * 5:02}"
                coded.append(raw(number, user, *given, at=at, lead_time=4.0 if user == ANA else 10.0 + item))
            pull_pilot(database, name, *coded, remote_id=item)
    return made


@pytest.fixture(scope="module")
def found(study: Study) -> AnnotatorOverviews:
    return show_annotators(study, replicates=400)


def of(study: Study, found: AnnotatorOverviews) -> Mapping[str, AnnotatorOverview]:
    with study.database() as database:
        names = {annotators.pseudonym(database, email): email.partition("@")[0] for email in PEOPLE.values()}
        names[annotators.pseudonym(database, "new@example.org")] = "new"
    return {names[one.annotator]: one for one in found.annotators}


def test_everybody_stands_there_by_pseudonym(study: Study, found: AnnotatorOverviews) -> None:
    names = [one.annotator for one in found.annotators]
    assert names == sorted(names)
    assert (found.round, found.n_annotators, len(names)) == ("pilot", 4, 4)
    assert of(study, found).keys() == {"ana", "ben", "cem", "new"}


def test_work_is_counted(study: Study, found: AnnotatorOverviews) -> None:
    ana, cem, new = (of(study, found)[name] for name in ("ana", "cem", "new"))
    assert (ana.done, ana.skipped.value, ana.skipped.n) == (56, 0.0, 56)
    assert (cem.done, cem.skipped.value, cem.skipped.n) == (42, 14 / 56, 56)
    assert (new.done, new.skipped.value, new.seconds, new.left_out) == (0, None, None, ())
    assert ana.seconds is not None
    assert (ana.seconds.median, ana.seconds.ci_low, ana.seconds.ci_high, ana.seconds.thirds) == (4, 4, 4, (4, 4, 4))
    assert cem.seconds is not None
    first, middle, last = cem.seconds.thirds
    assert first < middle < last
    assert cem.seconds.ci_low is not None
    assert cem.seconds.ci_low < cem.seconds.median


def test_an_answer_that_never_varies_is_said_where_there_are_enough(study: Study, found: AnnotatorOverviews) -> None:
    (ana,), (ben,) = (of(study, found)[name].same_answers for name in ("ana", "ben"))
    assert (ana.question, ana.answer, ana.n, ana.share, ana.hardly_varies) == ("sure", "high", 56, 1.0, True)
    assert not ben.hardly_varies


def test_who_codes_otherwise_is_said_with_the_interval_and_the_others_are_not(
    study: Study, found: AnnotatorOverviews
) -> None:
    gate = {
        name: next((x for x in one.left_out if x.question == "gate"), None) for name, one in of(study, found).items()
    }
    assert gate["ana"] is not None
    assert gate["ana"].flagged == "rises"
    (headline,) = (
        each
        for each in agree(study, AgreementRequest(replicates=0)).estimates
        if each.headline and each.question == "gate"
    )
    assert gate["ana"].alpha == pytest.approx(headline.value, abs=1e-12)
    used = {
        (name, each.use.category): each.use.flagged
        for name, one in of(study, found).items()
        for each in one.used
        if each.question == "gate"
    }
    assert used["ana", "broken"] == "over"
    assert used["ben", "broken"] != "over"


def test_bounds_of_spans(study: Study, found: AnnotatorOverviews) -> None:
    ana, ben = ((of(study, found)[name].lengths)[0] for name in ("ana", "ben"))
    assert (ana.question, ana.flagged, ben.flagged) == ("words", "longer", "shorter")


def test_one_is_what_they_are_among_all(study: Study, found: AnnotatorOverviews) -> None:
    ana = of(study, found)["ana"]
    for asked in (ana.annotator, "Ana@example.org"):
        assert show_annotators(study, asked, replicates=400).annotators == (ana,)
    with pytest.raises(UsageError, match="no annotator 'annotator-0'") as refused:
        show_annotators(study, "annotator-0", replicates=0)
    assert ana.annotator in refused.value.todo
    with pytest.raises(UsageError) as refused:
        show_annotators(study, "nobody@example.org", replicates=0)
    assert "nobody@" not in str(refused.value) + refused.value.todo
    with pytest.raises(UsageError, match="no round 'mian'"):
        show_annotators(study, round_name="mian", replicates=0)


def test_known_answers_of_the_study_s_own_file(study: Study, found: AnnotatorOverviews) -> None:
    assert {one.right for one in found.annotators} == {()}
    gold = study.folder / "gold.csv"
    with gold.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [("sentence_id", "question", "code"), *((f"a{n}-1", "gate", "ok") for n in range(N_ARTICLES))]
        )
    try:
        right = of(study, show_annotators(study, replicates=40))
    finally:
        gold.unlink()
    (ana,), (ben,) = (right[name].right for name in ("ana", "ben"))
    assert (ana.source, ana.estimate.n_values, ana.estimate.question) == ("gold", N_ARTICLES, "gate")
    assert ana.estimate.value is not None
    assert ben.estimate.value is not None
    assert ana.estimate.value < ben.estimate.value


def test_as_it_is_read(study: Study, found: AnnotatorOverviews) -> None:
    text = words(overviews_text(found))
    ana, ben = (of(study, found)[name] for name in ("ana", "ben"))
    assert f"{ana.annotator}: sure hardly varies (high); alpha of gate rises without them;" in text
    assert "@" not in text
    printed(overviews_text(found))
    one = printed(overview_text(ana, found))
    assert "hardly varies" in one
    assert "rises" in one
    assert "hardly varies" not in printed(overview_text(ben, found))


def test_every_row_says_what_it_is_and_why_something_is_missing(found: AnnotatorOverviews) -> None:
    rows = overview_rows(found)
    assert {row["figure"] for row in rows} >= {
        "done", "skipped", "median_seconds", "same_answer", "alpha_without_less_with", "uses_category", "span_length",
    }  # fmt: skip
    for row in rows:
        if row["figure"] != "done":
            assert (row["ci_low"] is None) == (row["because"] is not None), row
        if row["says"] is not None:
            assert row["ci_low"] is not None


def test_somebody_who_was_removed_is_said_to_be(study: Study) -> None:
    remove_annotator(study, "new@example.org", answers="kept")
    try:
        new = of(study, show_annotators(study, replicates=0))["new"]
        assert (new.registered, new.removed) == (False, "kept")
        assert "(removed, kept)" in words(overview_text(new, show_annotators(study, replicates=0)))
    finally:
        with study.database() as database:
            annotators.register(database, ["new@example.org"], round=None, reinstate=True)


Shares = dict[tuple[str | None, str], tuple[int, float | None]]


def shown(study: Study, source: str) -> Shares:
    return {
        (right.estimate.annotator, right.estimate.question): (right.estimate.n_units, right.estimate.value)
        for one in show_annotators(study, replicates=0).annotators
        for right in one.right
        if right.source == source
    }


def held(study: Study, word: str) -> Shares:
    """What ``agree`` says of the same, which is tested against numbers from the head."""
    report = agree(study, AgreementRequest(replicates=0, against=Path(word)))
    return {
        (one.annotator, one.question): (one.n_units, one.value)
        for one in report.estimates
        if one.measure == "accuracy" and one.category is None and one.annotator is not None
    }


def test_decisions_are_held_against_as_agree_does_it(tmp_path: Path) -> None:
    """Half of what all coders agreed on was drawn: each of those stands for two."""
    study = settled_study(tmp_path / "study")
    right = shown(study, "adjudicated")
    assert right == held(study, "adjudicated")
    assert len(right) == 6
    # Decisions come before a file, where there are any.
    (study.folder / "adjudicated.csv").write_text("sentence_id,question,code\nt-1,kind,STATE/police\n")
    assert shown(study, "adjudicated") == right == held(study, "adjudicated")


def test_sentences_that_are_only_gold_are_work_and_are_held_against_what_is_known(tmp_path: Path) -> None:
    study = settled_study(tmp_path / "study")
    (study.folder / "gold.csv").write_text("sentence_id,question,code\nt-1,kind,STATE/army\nt-2,kind,STATE/police\n")
    with study.database() as database, database.transaction() as connection:
        gold_sentences.record(connection, "pilot", {"t-1": False, "t-2": False})
    (progress,) = status(study).rounds
    assert progress.gold is not None
    scored = {
        (one.annotator, one.question): (one.n, one.n_right / one.n) for one in progress.gold.scores if one.question
    }
    assert set(scored.values()) == {(2, 0.5)}  # all three said the army
    assert shown(study, "gold") == scored == held(study, "gold")
    overviews = show_annotators(study, replicates=0).annotators
    assert {one.annotator: one.done for one in overviews} == {one.annotator: one.done for one in progress.annotators}
    assert {one.done for one in overviews} == {len(SENTENCES)}


def test_known_answers_that_do_not_fit_are_a_line_and_no_end(tmp_path: Path) -> None:
    study = settled_study(tmp_path / "study")
    (study.folder / "gold.csv").write_text("sentence_id,question,code\nt-1,kind,STATE/soldiers\n")
    found = show_annotators(study, replicates=0)
    assert list(found.unknown_because) == ["gold"]
    assert shown(study, "adjudicated") == held(study, "adjudicated")
    assert "Nobody's answers are held against gold ones" in words(overviews_text(found))
