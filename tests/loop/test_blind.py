"""What a server enforced, from when it was kept to what is handed out: a study and its export say the same of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from tests.codebook.samples import codebook
from tests.loop.one_round import one_round
from tests.loop.several_rounds import pull
from tests.loop.test_answers import ANA, BEN, LEAD, raw
from toolkit.cli.app import app
from toolkit.export.difference.compare import compare_versions
from toolkit.export.reading.read import read_export
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree, agree_export
from toolkit.loop.answers import annotations_of
from toolkit.loop.export import export
from toolkit.loop.report import report_export, report_study
from toolkit.loop.status import status
from toolkit.loop.validate import validate
from toolkit.report.study_page.files import write_report
from toolkit.study import annotators, blind_periods, former_projects, rounds
from toolkit.study.blindness import ASK_THEM, Blindness
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision
from toolkit.words.paragraph import methods_paragraph

pq: Any = pyarrow.parquet

FROZEN = Path(__file__).parents[1] / "frozen" / "v1" / "study" / "exports" / "frozen" / "v1"
PEOPLE = {ANA: "ana@example.org", BEN: "ben@example.org"}
NOT_ENFORCED = "That annotators see only their own answers was not enforced by the server."
ALL = (
    "Annotators worked blind: the server showed each of them only their own answers (enforced for 4 of 4 annotations, "
    "since 2026-03-01)."
)
SOME = (
    "The server showed annotators only their own answers for 2 of 4 annotations (the first of them on 2026-03-01); "
    "for the others this was not enforced."
)
WHOLE_DAY = [("00:00", "23:59")]
MORNING = [("08:00", "09:30")]


def own(number: int, user: int, **other: Any) -> dict[str, Any]:
    """As the server tells what somebody submitted at the page: they saved it."""
    return raw(number, user, **{"updated_by": user, **other})


def enforce(study: Study, periods: Sequence[tuple[str, str]], *, server: str = "embedded") -> None:
    moments = [
        tuple(datetime.fromisoformat(f"2026-03-01T{clock}:00").replace(tzinfo=UTC) for clock in each)
        for each in periods
    ]
    with study.database() as database:
        blind_periods.record(database, server, [(began, last_seen) for began, last_seen in moments])


def blind(study: Study, name: str = "pilot") -> dict[str, bool | None]:
    with study.database() as database:
        return {one.annotation_id: one.blind for one in annotations_of(database, name)}


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Two people code two sentences, at nine and at ten."""
    made = one_round(tmp_path / "study", "One.", "Two.", people=PEOPLE, others={LEAD: "lead@example.org"})
    with made.database() as database:
        pull(database, "pilot", 1, "a-1", own(1, ANA, at="09:00"), own(2, BEN, at="10:00"))
        pull(database, "pilot", 2, "a-2", own(3, ANA, at="09:01"), own(4, BEN, at="10:01"))
    return made


def test_nobody_enforced_it_where_no_server_says_so(study: Study) -> None:
    enforce(study, WHOLE_DAY, server="https://elsewhere.example.org")
    assert blind(study) == {f"pilot-{number}": False for number in (1, 2, 3, 4)}


def test_what_lies_in_the_periods_was_made_blind(study: Study) -> None:
    enforce(study, MORNING)
    assert blind(study) == {"pilot-1": True, "pilot-2": False, "pilot-3": True, "pilot-4": False}


def test_who_saved_it_last_has_to_be_the_annotator(study: Study) -> None:
    """What the lead enters in somebody's name or changes is saved by the lead; of what is imported the server names
    nobody who saved it.
    """
    enforce(study, WHOLE_DAY)
    with study.database() as database:
        pull(database, "pilot", 1, "a-1", own(1, ANA), own(5, BEN, updated_by=LEAD), own(6, ANA, updated_by=None))
        pull(database, "pilot", 2, "a-2", own(7, LEAD))
    # one by the lead, of their own: it does not count, and is blind as anybody's
    assert blind(study) == {"pilot-1": True, "pilot-5": False, "pilot-6": False, "pilot-7": True}


def test_an_edit_has_to_be_made_under_it_as_well(study: Study) -> None:
    enforce(study, MORNING)
    with study.database() as database:
        for sentence, number, when in (("a-1", 1, "09:20"), ("a-2", 3, "09:40")):
            changed = own(number, ANA, updated_at=f"2026-03-01T{when}:00.250000Z")
            pull(database, "pilot", number // 2 + 1, sentence, changed)
    assert blind(study) == {"pilot-1": True, "pilot-3": False}


def test_annotations_of_a_former_project_were_made_on_its_server(study: Study) -> None:
    """The server that has the place of the first enforced it all day, and the first never did."""
    with study.database() as database:
        former_projects.leave_server(database, "embedded")
        annotators.learn_accounts(database, "embedded", PEOPLE)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=9)
        pull(database, "pilot", 1, "a-1", own(1, ANA, at="11:00"))
    enforce(study, WHOLE_DAY)
    assert blind(study) == {
        "pilot-1": False, "pilot-2": False, "pilot-3": False, "pilot-4": False, "pilot-2.1": True,
    }  # fmt: skip


@pytest.mark.parametrize(("periods", "said"), [([], NOT_ENFORCED), (MORNING, SOME), (WHOLE_DAY, ALL)])
@pytest.mark.parametrize("public", [False, True])
def test_a_study_and_its_export_say_the_same(
    study: Study, tmp_path: Path, periods: Sequence[tuple[str, str]], said: str, public: bool
) -> None:
    enforce(study, periods)
    made = export(study, to=tmp_path / "out", replicates=0, public=public)
    assert validate(made.folder).faults == ()
    asked = AgreementRequest(round_name="pilot", replicates=0, paragraph=True)
    of_study, of_export = agree(study, asked), agree_export(made.folder, asked)
    assert of_study.blindness == of_export.blindness
    assert f" {said} " in methods_paragraph(of_study)
    assert methods_paragraph(of_study) == methods_paragraph(of_export)
    told = report_study(study), report_export(made.folder)
    assert [one.agreement.blindness for one in told] == [of_study.blindness] * 2
    card = (made.folder / "README.md").read_text(encoding="utf-8")
    assert [line for line in card.splitlines() if line == said] == [said]
    protocol = json.loads((made.folder / "croissant.json").read_bytes())["rai:dataAnnotationProtocol"]
    assert protocol[-1] == said


def test_the_bracket_asks_for_what_the_server_does_not_know(study: Study) -> None:
    asked = AgreementRequest(replicates=0, paragraph=True)
    assert "whether they worked independently]" in methods_paragraph(agree(study, asked))
    enforce(study, MORNING)
    assert "whether they worked independently]" in methods_paragraph(agree(study, asked))
    enforce(study, WHOLE_DAY)
    text = methods_paragraph(agree(study, asked))
    assert "independently" not in text
    assert "[who they are, how they were trained, whether they spoke about what they coded]" in text


def test_an_export_holds_of_each_annotation_whether_it_was(study: Study, tmp_path: Path) -> None:
    enforce(study, MORNING)
    made = export(study, to=tmp_path / "out", replicates=0)
    table = pq.read_table(made.paths["annotations"])
    field = table.schema.field("blind")
    assert (str(field.type), field.nullable) == ("bool", False)
    study_id = table["study_id"][0].as_py()
    names = [name.removeprefix(f"{study_id}-") for name in table["annotation_id"].to_pylist()]
    assert dict(zip(names, table["blind"].to_pylist(), strict=True)) == blind(study)
    back = {one.annotation_id: one.blind for one in read_export(made.folder).rounds["pilot"].annotations}
    assert back == blind(study)


def test_a_period_that_goes_on_makes_no_new_version(study: Study, tmp_path: Path) -> None:
    """Every pull hears that it does; nothing that was coded is otherwise for it."""
    enforce(study, [("08:00", "11:00")])
    first = export(study, to=tmp_path / "out", replicates=0)
    enforce(study, [("08:00", "23:00")])
    again = export(study, to=tmp_path / "out", replicates=0)
    assert (again.version, again.changed) == (first.version, False)


def test_what_is_learnt_later_is_a_new_version_in_which_no_answer_changed(study: Study, tmp_path: Path) -> None:
    export(study, to=tmp_path / "out", replicates=0)
    enforce(study, WHOLE_DAY)
    made = export(study, to=tmp_path / "out", replicates=0)
    assert made.version == 2
    changed = compare_versions(tmp_path / "out", "v1", "v2")
    assert (changed.answers, changed.new_annotations, changed.removed_annotations) == ((), 0, 0)


def test_rounds_are_told_apart_on_the_card(study: Study, tmp_path: Path) -> None:
    with study.database() as database:
        document = study.codebook_file.read_text(encoding="utf-8")
        rounds.create(database, "main", Decision(2), codebook(), document=document)
        rounds.set_project(database, "main", server_url="https://main.example.org", project_id=1)
        annotators.learn_accounts(database, "https://main.example.org", PEOPLE)
        rounds.plan(database, "main", [("a-1", 2)])
        pull(database, "main", 1, "a-1", own(1, ANA), own(2, BEN))

    def card() -> str:
        return (export(study, to=tmp_path / "out", replicates=0).folder / "README.md").read_text(encoding="utf-8")

    assert card().count(NOT_ENFORCED) == 1
    enforce(study, WHOLE_DAY)
    assert f"\nRound main: {NOT_ENFORCED}\nRound pilot: {ALL}\n" in card()


def test_of_an_export_of_before_nothing_is_known_and_nothing_is_said() -> None:
    annotations = [one for each in read_export(FROZEN).rounds.values() for one in each.annotations]
    assert len(annotations) > 100
    assert {one.blind for one in annotations} == {None}
    found = agree_export(FROZEN, AgreementRequest(round_name="pilot", replicates=0, paragraph=True))
    assert found.blindness is None
    text = methods_paragraph(found)
    assert "enforced" not in text
    assert "whether they worked independently]" in text


@pytest.mark.parametrize(("periods", "said"), [([], NOT_ENFORCED), (MORNING, SOME), (WHOLE_DAY, ALL)])
def test_the_report_says_it_in_its_methods(
    study: Study, tmp_path: Path, periods: Sequence[tuple[str, str]], said: str
) -> None:
    enforce(study, periods)
    write_report(report_study(study), to=tmp_path / "page.md", format="md")
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert text.count(said) == 2  # in the paragraph, and among the facts of the design
    assert ("does not enforce blindness" in text) is (said != ALL)


def test_status_says_it_of_each_round(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    def shown() -> str:
        app(["status", "--study", str(study.folder)], standalone_mode=False)
        return " ".join(capsys.readouterr().out.split())

    assert status(study).rounds[0].blind == Blindness(n_annotations=4, n_blind=0)
    assert " blind not enforced " in shown()
    assert ASK_THEM in shown()
    enforce(study, MORNING)
    (found,) = status(study).rounds
    assert found.blind == Blindness(n_annotations=4, n_blind=2, since="2026-03-01")
    assert (found.blind_since, found.blind_until) == ("2026-03-01T08:00:00+00:00", "2026-03-01T09:30:00+00:00")
    assert " blind since 2026-03-01: 2 of 4 annotations " in shown()
    assert ASK_THEM in shown()
    enforce(study, WHOLE_DAY)
    assert " blind since 2026-03-01: 4 of 4 annotations " in shown()
    assert ASK_THEM not in shown()


def test_status_before_anybody_coded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = one_round(tmp_path / "study", "One.", people=PEOPLE)
    enforce(made, WHOLE_DAY)
    assert status(made).rounds[0].blind is None
    app(["status", "--study", str(made.folder)], standalone_mode=False)
    assert "since 2026-03-01T00:00:00+00:00: no annotation yet" in capsys.readouterr().out
