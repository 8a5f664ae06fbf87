"""What a report tells of a round, whether from a study, an export or a table."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from tests.loop.one_round import one_round
from tests.loop.seed_study import seed_study
from tests.loop.settled_study import DESIGN, SENTENCES, settled_study
from tests.loop.several_rounds import PEOPLE, ROUNDS, pull, several_rounds
from tests.loop.test_answers import ANA, BEN, choice, raw
from tests.report.large_study import OUTLETS, large_study
from toolkit.agreement.known.corrected import PREVALENCE
from toolkit.agreement.resampling import Resampling
from toolkit.cli.streams import plain
from toolkit.errors import BadInput, UsageError
from toolkit.loop.agreement.over_time import drifts_over_time, over_time
from toolkit.loop.agreement.questions import coded_question, counted_answers
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.rounds_source import pulled
from toolkit.loop.agreement.study import agree, agree_export
from toolkit.loop.agreement.table import TableScale, agree_table
from toolkit.loop.annotator_overview import show_annotators
from toolkit.loop.completion import completion
from toolkit.loop.export import export
from toolkit.loop.report import ReportRequest, StudyReport, report_export, report_study, report_table
from toolkit.loop.reporting.answers_side_by_side import AnswersSideBySide
from toolkit.study import gold_sentences
from toolkit.study.folder import Study
from toolkit.study.records import GOLD
from toolkit.tables.rows import LongColumns

QUICK = ReportRequest(replicates=60, seed=3)
OF_A_STUDY_ONLY = {"source", "design", "splitters"}
COLUMNS = LongColumns(unit="unit", annotator="annotator", value="value")


def told(one: object) -> object:
    """Everything a record holds, arrays as lists, so that two can be compared."""
    if isinstance(one, np.ndarray):
        return one.tolist()
    if is_dataclass(one) and not isinstance(one, type):
        return {field.name: told(getattr(one, field.name)) for field in fields(one)}
    if isinstance(one, Mapping):
        return {key: told(value) for key, value in one.items()}
    if isinstance(one, list | tuple | frozenset):
        return [told(each) for each in one]
    return one


def without_links(answers: AnswersSideBySide) -> AnswersSideBySide:
    return replace(answers, sentences=tuple(replace(one, link=None) for one in answers.sentences))


def same_apart_from_what_a_study_knows(of_study: StudyReport, of_export: StudyReport) -> None:
    assert (of_study.source, of_export.source) == ("study", "export")
    assert of_study.people is not None
    assert of_export.people is not None
    coded = {one.annotator for one in of_export.people.annotators}
    theirs = [replace(one, registered=False) for one in of_study.people.annotators if one.annotator in coded]
    assert told(theirs) == told(of_export.people.annotators)
    assert told(without_links(of_study.answers)) == told(of_export.answers)
    assert plain(of_study.agreement) | {"source": ""} == plain(of_export.agreement) | {"source": ""}
    for field in fields(StudyReport):
        if field.name not in {*OF_A_STUDY_ONLY, "people", "answers", "agreement"}:
            ours, theirs_too = (_asked_alike(getattr(one, field.name)) for one in (of_study, of_export))
            assert told(ours) == told(theirs_too), field.name


def _asked_alike(value: object) -> object:
    """The same without the round's name in what ``agree`` is asked: of an export another may be the default."""
    return replace(value, round_name=None) if isinstance(value, AgreementRequest) else value


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return several_rounds(tmp_path_factory.mktemp("several") / "study")


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return settled_study(tmp_path_factory.mktemp("settled") / "study")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return large_study(tmp_path_factory.mktemp("large") / "made", 200)


@pytest.mark.parametrize("round_name", [None, *ROUNDS])
def test_agree_asked_for_the_reports_request_gives_the_reports_agreement(
    several: Study, round_name: str | None
) -> None:
    found = report_study(several, replace(QUICK, round_name=round_name))
    assert plain(found.agreement) == plain(agree(several, found.request))
    assert found.round == found.agreement.round
    assert found.request.by == ("round",)


def test_so_it_does_where_answers_were_decided_on(settled: Study) -> None:
    found = report_study(settled, QUICK)
    assert (found.known_by, found.request.against) == ("adjudicated", Path("adjudicated"))
    assert plain(found.agreement) == plain(agree(settled, found.request))
    assert found.agreement.known


def test_people_are_those_that_annotators_show_tells_of(several: Study, settled: Study) -> None:
    for study in (several, settled):
        found = report_study(study, QUICK)
        shown = show_annotators(study, round_name=found.round, replicates=60, seed=3)
        assert told(found.people) == told(shown)


@pytest.mark.parametrize("round_name", ROUNDS)
@pytest.mark.parametrize("public", [False, True])
def test_a_study_and_its_export_tell_the_same(several: Study, tmp_path: Path, round_name: str, public: bool) -> None:
    handed_out = export(several, to=tmp_path / "out", replicates=0, notes=True, redact=True, public=public).folder
    asked = replace(QUICK, round_name=round_name)
    of_study, of_export = report_study(several, asked), report_export(handed_out, asked)
    if not public:
        same_apart_from_what_a_study_knows(of_study, of_export)
    assert of_study.coverage == of_export.coverage
    assert told(of_study.coded) == told(of_export.coded)
    assert (of_study.days, of_study.first_day, of_study.last_day) == (
        of_export.days,
        of_export.first_day,
        of_export.last_day,
    )


def test_so_they_do_of_decisions_on_answers_of_every_kind(settled: Study, large: Study, tmp_path: Path) -> None:
    for name, study in (("settled", settled), ("large", large)):
        out = export(study, to=tmp_path / name, replicates=0, notes=True, redact=True).folder
        same_apart_from_what_a_study_knows(report_study(study, QUICK), report_export(out, QUICK))


def test_agree_of_an_export_gives_its_reports_agreement(settled: Study, tmp_path: Path) -> None:
    out = export(settled, to=tmp_path / "out", replicates=0, redact=True).folder
    found = report_export(out, QUICK)
    assert found.name == report_study(settled, QUICK).name
    assert plain(found.agreement) == plain(agree_export(out, found.request))


def test_an_export_without_a_manifest_is_called_by_its_folder(settled: Study, tmp_path: Path) -> None:
    out = export(settled, to=tmp_path / "out", replicates=0, redact=True).folder
    alone = Path(shutil.copytree(out, tmp_path / "alone"))
    (alone / "manifest.json").unlink()
    assert report_export(alone, QUICK).name == "alone"


def test_an_export_without_texts_is_refused_with_a_word(settled: Study, tmp_path: Path) -> None:
    out = export(settled, to=tmp_path / "out", replicates=0, text=False).folder
    with pytest.raises(BadInput) as refused:
        report_export(out, QUICK)
    assert {fault.message for fault in refused.value.faults} == {"holds no texts: the export was made without them"}


def test_an_export_of_which_nobody_knows_the_plan_says_what_was_coded(settled: Study, tmp_path: Path) -> None:
    out = export(settled, to=tmp_path / "out", replicates=0, redact=True).folder
    (out / "assignments.parquet").unlink()
    coverage = report_export(out, QUICK).coverage
    assert coverage is not None
    assert (coverage.n_planned, coverage.n_coded, coverage.by_number) == (None, len(SENTENCES), {3: len(SENTENCES)})


def test_a_round_nobody_coded_yet_is_told_without_figures(several: Study) -> None:
    found = report_study(several, replace(QUICK, round_name="empty"))
    assert (found.coded, found.days, found.n_articles, found.first_day, found.last_day) == ((), (), 0, None, None)
    assert (found.answers.sentences, found.answers.annotators) == ((), ())
    assert found.coverage is not None
    assert (found.coverage.n_planned, found.coverage.n_done, found.coverage.by_number) == (7, 0, {0: 7})
    assert found.people is not None
    assert {one.done for one in found.people.annotators} == {0}
    assert found.agreement.explained == ()


def test_how_far_a_round_is_is_what_status_says(several: Study) -> None:
    for name in ROUNDS:
        coverage = report_study(several, replace(QUICK, round_name=name)).coverage
        with several.database() as database:
            done = completion(database, name)
        assert coverage is not None
        assert (coverage.n_done, coverage.n_planned) == (done.done, done.sentences)


def test_there_is_no_report_on_a_round_that_is_not_there(several: Study) -> None:
    with pytest.raises(UsageError, match="no round"):
        report_study(several, replace(QUICK, round_name="nowhere"))


def test_one_sentence_of_one_annotator(tmp_path: Path) -> None:
    study = one_round(tmp_path / "study", "“Go,” said the army.", people={ANA: PEOPLE[ANA]})
    with study.database() as database:
        pull(database, "pilot", 1, "a-1", raw(1, ANA, choice("gate", "ok"), choice("kind", "army")))
    found = report_study(study, QUICK)
    assert (found.n_articles, len(found.answers.sentences), found.known_by) == (1, 1, None)
    gate = next(one for one in found.coded if one.question == "gate")
    assert {one.category: (one.value, one.interval_undefined_because) for one in gate.estimates} == {
        "ok": (1, "one article"),
        "broken": (0, "one article"),
    }
    assert {one.undefined_because for one in found.agreement.estimates if one.headline and one.question == "gate"} == {
        "no overlap"
    }


def test_what_was_given_is_the_prevalence_agree_gives_beside_what_is_decided(settled: Study) -> None:
    found = report_study(settled, QUICK)
    kind = next(one for one in found.coded if one.question == "kind")
    told_by_agree = {
        one.category: one
        for one in found.agreement.estimates
        if (one.question, one.measure, one.by) == ("kind", PREVALENCE, None)
    }
    assert told_by_agree
    for one in kind.estimates:
        if one.by is None and one.category in told_by_agree:
            assert one == replace(told_by_agree[one.category], n_categories=one.n_categories)
    both = {one.category: one.value for one in kind.corrected if one.by is None}
    assert both == {
        one.category: one.value
        for one in found.agreement.estimates
        if (one.question, one.measure, one.by) == ("kind", f"corrected_{PREVALENCE}", None)
    }


def test_outlets_and_months_of_a_larger_study(large: Study) -> None:
    found = report_study(large, QUICK)
    frame = next(one for one in found.coded if one.question == "frame_primary")
    assert (frame.n_outlets, frame.period) == (len(OUTLETS), "day")
    assert {one.group for one in frame.estimates if one.by == "outlet"} == set(OUTLETS)
    assert sum(one.n_values for one in frame.estimates if one.by == "published") == 1000 * len(frame.categories)
    assert len(found.answers.sentences) == 200
    assert found.splitters


def test_the_same_study_gives_the_same_report(large: Study) -> None:
    assert told(report_study(large, QUICK)) == told(report_study(large, QUICK))


def test_gold_that_is_in_the_round_only_as_gold_is_work_and_tells_errors_but_is_not_coded(tmp_path: Path) -> None:
    texts = [f"The army counts {n} boats." for n in range(6)]
    people = {user: PEOPLE[user] for user in (ANA, BEN)}
    study = one_round(tmp_path / "study", *texts, people=people)
    with study.database() as database:
        with database.transaction() as connection:
            gold_sentences.record(connection, "pilot", {"a-5": False, "a-6": False})
        for item in range(1, 7):
            said = ["ok", "broken" if item in (1, 6) else "ok"]
            coded = [raw(2 * item + n, user, choice("gate", said[n])) for n, user in enumerate(people)]
            pull(database, "pilot", item, f"a-{item}", *coded)
    known = "sentence_id,question,code\na-5,gate,ok\na-6,gate,broken\n"
    (study.folder / "gold.csv").write_text(known, encoding="utf-8")
    found = report_study(study, QUICK)
    assert found.known_by == "gold"
    assert plain(found.agreement) == plain(agree(study, found.request))
    assert found.agreement.excluded == {GOLD: 4}
    assert [one.sentence_id for one in found.answers.sentences] == [f"a-{n}" for n in range(1, 5)]
    gate = next(one for one in found.coded if one.question == "gate")
    assert {one.category: (one.value, one.n_values) for one in gate.estimates} == {
        "ok": (7 / 8, 8),
        "broken": (1 / 8, 8),
    }
    # of two answers to what is broken one says so, of two to what is ok both: (1/8 + 1 - 1) / (1/2 + 1 - 1)
    assert {one.category: one.value for one in gate.corrected} == {
        "ok": pytest.approx(3 / 4),
        "broken": pytest.approx(1 / 4),
    }
    assert found.coverage is not None
    assert (found.coverage.n_done, found.coverage.by_number) == (6, {2: 6})
    assert {one.total for one in found.days} == {6}


def test_a_file_of_known_answers_that_does_not_fit_is_a_word_and_no_error(tmp_path: Path) -> None:
    study = seed_study(tmp_path / "study")
    (study.folder / "gold.csv").write_text("sentence_id,question,code\nnowhere,gate,ok\n", encoding="utf-8")
    found = report_study(study, QUICK)
    assert (found.known_by, found.request.against) == (None, None)
    assert found.people is not None
    assert "gold" in found.people.unknown_because


@pytest.mark.parametrize("is_folder", [True, False])
def test_something_called_as_known_answers_where_one_stands_does_no_harm(
    settled: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_folder: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    if is_folder:
        Path("adjudicated").mkdir()
    else:
        Path("adjudicated").write_text("sentence_id,question,code\nnowhere,gate,ok\n", encoding="utf-8")
    found = report_study(settled, QUICK)
    assert found.known_by == ("adjudicated" if is_folder else None)
    assert plain(found.agreement) == plain(agree(settled, found.request))


def test_decisions_that_answers_cannot_be_held_against_leave_that_to_gold(tmp_path: Path) -> None:
    """All that was decided on is marked words."""
    study = settled_study(tmp_path / "study", design=replace(DESIGN, questions=("words",)))
    (study.folder / "gold.csv").write_text("sentence_id,question,code\nh-1,gate,ok\n", encoding="utf-8")
    found = report_study(study, QUICK)
    assert found.known_by == "gold"
    words = next(one for one in found.answers.questions if one.question == "words")
    assert words.decided


def test_drifts_of_a_round_are_those_followed_in_windows(large: Study) -> None:
    with large.database() as database:
        source = pulled(large, database)
        current = source.read("main")
    found = counted_answers(current.annotations, current.codebook)
    asked = [coded_question(one, found, clustered=True, texts=source.texts) for one in current.codebook.measured()]
    windowed = over_time(asked, current.annotations, Resampling("article", 0, seed=3))
    expected = [(one.question, drift) for one in windowed for drift in one.drifts]
    assert [*drifts_over_time(asked, current.annotations, seed=3)] == expected
    assert len(expected) >= 5


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def in_a_table(values: Mapping[str, list[str]]) -> str:
    rows = [f"u{n},{who},{value}\n" for who, said in values.items() for n, value in enumerate(said)]
    return "unit,annotator,value\n" + "".join(rows)


@pytest.mark.parametrize(
    ("scale", "values"),
    [
        (TableScale(level="nominal", missing=("dk",)), ["x", "y", "x", "dk", "x", "y"]),
        (TableScale(level="ordinal", order=("low", "high")), ["low", "high", "low", "low", "high", "low"]),
        (TableScale(level="ratio"), ["1", "2.5", "1234567", "4", "5", "6"]),
        (TableScale(level="set", set_separator=";"), ["x;y", "x", "y", "x;y", "x", "y"]),
    ],
)
def test_of_a_table_agreement_is_what_agree_says_and_units_stand_side_by_side(
    tmp_path: Path, scale: TableScale, values: list[str]
) -> None:
    path = write(tmp_path / "t.csv", in_a_table({"ann": values, "bo": [*values[:4], values[0], values[0]]}))
    asked = AgreementRequest(replicates=60, clustered=False)
    found = report_table(path, COLUMNS, scale, asked)
    assert plain(found.agreement) == plain(agree_table(path, COLUMNS, scale, found.request))
    assert [one.question for one in found.agreement.explained] == ["value"]
    assert (found.source, found.name, found.round, found.people, found.coverage) == ("table", "t.csv", None, None, None)
    (listed,) = found.answers.questions
    assert listed.given.shape == (6, 2)
    assert (listed.given >= 0).all()
    assert (listed.given[:4, 0] == listed.given[:4, 1]).all()


def test_a_table_of_marked_words_has_agreement_without_texts(tmp_path: Path) -> None:
    rows = [f"u{n},{who},Cue,{n % 3 + at},{n % 3 + 4},20\n" for n in range(12) for at, who in enumerate(("ann", "bo"))]
    path = write(tmp_path / "t.csv", "unit,annotator,label,start,end,length\n" + "".join(rows))
    columns = LongColumns(unit="unit", annotator="annotator", value="label", start="start", end="end", length="length")
    scale = TableScale(level="span")
    found = report_table(path, columns, scale, AgreementRequest(replicates=60, clustered=False))
    assert plain(found.agreement) == plain(agree_table(path, columns, scale, found.request))
    assert found.agreement.explained == ()
    assert found.answers.sentences == ()


def test_thousands_of_different_numbers_are_not_held_against_each_other(tmp_path: Path) -> None:
    """Explained, these would take half an hour and more memory than there is."""
    values = {who: [f"{n}.{at}" for n in range(15_000)] for at, who in enumerate(("ann", "bo"))}
    path = write(tmp_path / "t.csv", in_a_table(values))
    asked = AgreementRequest(replicates=0, clustered=False)
    found = report_table(path, COLUMNS, TableScale(level="interval"), asked)
    assert found.request.explain == ()
    assert found.agreement.explained == ()
    assert len(found.answers.sentences) == 15_000
    few = write(tmp_path / "few.csv", in_a_table({who: said[:20] for who, said in values.items()}))
    assert report_table(few, COLUMNS, TableScale(level="interval"), asked).request.explain == ("value",)


def test_several_questions_of_a_table_share_their_units_and_annotators(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "unit,annotator,q,value\nu1,ann,a,x\nu1,bo,a,y\nu2,ann,b,x\nu1,cy,b,x\n")
    columns = replace(COLUMNS, question="q")
    found = report_table(path, columns, TableScale(level="nominal"), AgreementRequest(replicates=0, clustered=False))
    first, second = found.answers.questions
    assert (first.given[0] >= 0).tolist() == [True, True, False]
    assert (second.given >= 0).tolist() == [[False, False, True], [True, False, False]]
