"""Agree against a file of known answers: of a study, an export, a table; and what the page of it looks like."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.loop.several_rounds import several_rounds
from tests.terminal.printed import printed
from toolkit.api.agreements import agreement
from toolkit.errors import BadInput, UsageError
from toolkit.loop.agreement.label_studio_file import agree_label_studio
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree, agree_export
from toolkit.loop.agreement.table import TableScale, agree_table
from toolkit.loop.export import export
from toolkit.study.folder import Study
from toolkit.tables.rows import LongColumns
from toolkit.terminal.agreement.pages import agreement_pages

TABLE = "unit,annotator,stance\n" + "".join(
    f"s{n},{who},{said}\n" for n in range(12) for who, said in (("ann", "for"), ("bo", "against" if n % 3 else "for"))
)
COLUMNS = LongColumns(unit="unit", annotator="annotator", value="stance")
NOMINAL = TableScale(level="nominal")


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return several_rounds(tmp_path / "study")


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """Two sentences that were coded, one that was not; a question on a scale and one of a taxonomy."""
    path = tmp_path / "known.csv"
    path.write_text("sentence_id,question,code\na-1,gate,ok\na-2,gate,heading\np-1,gate,ok\n", encoding="utf-8")
    return path


def figures(report: AgreementReport) -> dict[tuple[str, str | None, str | None], float | None]:
    return {(one.measure, one.category, one.annotator): one.value for one in report.estimates if one.about == "known"}


def test_a_study_and_its_export_say_the_same(study: Study, known: Path, tmp_path: Path) -> None:
    request = AgreementRequest(round_name="pilot", against=known)
    pulled = agree(study, request)
    exported = agree_export(export(study, to=tmp_path / "out", replicates=0).folder, request)
    assert figures(pulled) == figures(exported)
    assert figures(pulled)
    assert pulled.known == exported.known
    (gate,) = pulled.known
    assert (gate.question, gate.n_known, gate.n_answered) == ("gate", 3, 2)
    assert sum(map(sum, gate.confusions[0].counts)) == sum(sum(map(sum, one.counts)) for one in gate.confusions[1:])


def test_sentences_and_codes_of_no_such_study_are_listed(study: Study, known: Path) -> None:
    known.write_text("sentence_id,question,code\nzz,gate,ok\na-1,gate,perhaps\n", encoding="utf-8")
    with pytest.raises(BadInput) as problem:
        agree(study, AgreementRequest(round_name="pilot", against=known))
    assert [fault.place for fault in problem.value.faults] == ["line 2", "line 3"]
    assert "Did you mean" not in problem.value.todo  # the codebook says what there is


def test_a_table_by_its_own_names_in_both_ways_to_ask(tmp_path: Path) -> None:
    table, truth = tmp_path / "t.csv", tmp_path / "known.csv"
    table.write_text(TABLE, encoding="utf-8")
    truth.write_text("unit,stance\n" + "".join(f"s{n},for\n" for n in range(6)), encoding="utf-8")
    found = figures(agree_table(table, COLUMNS, NOMINAL, AgreementRequest(against=truth)))
    assert found["accuracy", None, "ann"] == 1
    assert found["sensitivity", "for", "bo"] == pytest.approx(1 / 3)
    assert found["precision", "against", None] == 0

    frame = pd.read_csv(table)
    twin = agreement(frame, unit="unit", annotator="annotator", value="stance", level="nominal", against=str(truth))
    assert figures(twin.report) == found


def test_a_category_nobody_gave_is_to_be_listed(tmp_path: Path) -> None:
    table, truth = tmp_path / "t.csv", tmp_path / "known.csv"
    table.write_text(TABLE, encoding="utf-8")
    truth.write_text("unit,stance\ns1,neither\n", encoding="utf-8")
    request = AgreementRequest(against=truth)
    with pytest.raises(BadInput, match="categories="):
        agree_table(table, COLUMNS, NOMINAL, request)
    listed = TableScale(level="nominal", categories=("for", "against", "neither"))
    assert figures(agree_table(table, COLUMNS, listed, request))["sensitivity", "neither", None] == 0


def test_not_for_a_projects_file(tmp_path: Path, known: Path) -> None:
    with pytest.raises(UsageError, match="not for a project's file"):
        agree_label_studio(tmp_path / "project.json", AgreementRequest(against=known))


def test_the_page_stands_for_itself_with_annotators_as_letters(study: Study, known: Path) -> None:
    request = AgreementRequest(round_name="pilot", against=known)
    text = "\n".join(printed(part) for part in agreement_pages(agree(study, request), request))
    assert "2 of 3 sentences with a known answer were coded" in text
    assert "question, level" not in text
    assert "all together" in text
    assert "\nAnnotators\n" in text
    assert max(map(len, text.splitlines())) <= 80


def test_prevalence_is_corrected_within_every_division(study: Study, known: Path) -> None:
    report = agree(study, AgreementRequest(round_name="pilot", against=known, by=("article", "round")))
    prevalent = [one for one in report.estimates if one.about == "prevalence"]
    assert {one.measure for one in prevalent} == {"prevalence", "corrected_prevalence"}
    parts = {(one.by, one.group) for one in prevalent}
    assert {(None, None), ("article", "a"), ("round", "pilot"), ("round", "main")} <= parts
    whole = {(one.measure, one.category): one.value for one in prevalent if one.by is None}
    pilot = {(one.measure, one.category): one.value for one in prevalent if one.group == "pilot"}
    assert pilot == pytest.approx(whole)


def test_a_share_beyond_0_and_1_is_marked_on_the_page(tmp_path: Path) -> None:
    """Half of what is ``for`` is called ``against``: a part with nothing but ``for`` has more of it than there is."""
    table, truth = tmp_path / "t.csv", tmp_path / "known.csv"
    rows: list[tuple[int, str, str | None]] = [(n, "for" if n % 2 else "against", "for") for n in range(10)]
    rows += [(n, "against", "against") for n in range(10, 20)] + [(n, "for", None) for n in range(20, 30)]
    text = "".join(f"s{n},ann,{said},{'late' if n >= 20 else 'early'}\n" for n, said, _ in rows)
    table.write_text("unit,annotator,stance,part\n" + text, encoding="utf-8")
    truth.write_text("unit,stance\n" + "".join(f"s{n},{true}\n" for n, _, true in rows if true), encoding="utf-8")
    request = AgreementRequest(against=truth, by=("part",))
    report = agree_table(table, COLUMNS, NOMINAL, request)
    beyond = {(one.group, one.category): one.value for one in report.outside}
    assert beyond["late", "for"] == pytest.approx(2)
    page = "\n".join(printed(part) for part in agreement_pages(report, request))
    assert "1.00*" in page
    assert "*  came out below 0 or above 1, and was set to that limit" in page
    assert max(map(len, page.splitlines())) <= 80


@pytest.mark.parametrize("word", ["gold", "adjudicated"])
def test_a_study_keeps_its_known_answers_in_files_called_by_a_word(study: Study, known: Path, word: str) -> None:
    asked = AgreementRequest(round_name="pilot", against=Path(word))
    with pytest.raises(UsageError, match=f"no {word} answers: there is no {word}.csv beside its study.yaml") as problem:
        agree(study, asked)
    assert "sentence_id, question and code" in problem.value.todo
    (study.folder / f"{word}.csv").write_text(known.read_text(encoding="utf-8"), encoding="utf-8")
    found = agree(study, asked)
    assert figures(found) == figures(agree(study, AgreementRequest(round_name="pilot", against=known)))
    assert figures(found)
