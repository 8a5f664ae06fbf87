"""The methods paragraph: what is known stands in it, what is not is a bracket, and nothing is claimed beyond that."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.loop.several_rounds import several_rounds
from tests.terminal.agreement.made_up import ALPHA, report
from toolkit import __version__
from toolkit.loop.agreement.report import Sample
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree, agree_export
from toolkit.loop.agreement.table import TableScale, agree_table
from toolkit.loop.export import export
from toolkit.tables.rows import LongColumns
from toolkit.words.paragraph import Facts, methods_paragraph, paragraph_of

DOCS = Path(__file__).parents[2] / "docs" / "agreement.md"
SAMPLE = Sample(n_units=300, n_pairable=240, n_clusters=12, n_annotators=4)
PERCENT = replace(ALPHA, measure="percent_agreement", value=0.9)
KNOWN = replace(
    report(replace(ALPHA, confirmed_by="krippendorff 0.9.0"), PERCENT, replace(PERCENT, measure="gwet_ac1")),
    sample=SAMPLE,
    codebook="source-framing",
    codebooks={"1.0.0": 290, "1.1.0": 10},
    excluded={"skipped": 3, "edited_by_other": 2},
)
NEVER_KNOWN = (
    "[how they were chosen]",
    "[who they are, how they were trained, whether they worked independently]",
    "[how these were chosen]",
    "[What was done where annotators disagreed.]",
)
"""What no answer shows."""


def brackets(text: str) -> list[str]:
    return re.findall(r"\[[^\]]*\]", text)


def test_the_paragraph_in_the_docs_is_the_one_with_nothing_known() -> None:
    quoted = re.findall(r"^> (.*)$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert re.sub(r"\\([\[\]])", r"\1", " ".join(quoted)) == paragraph_of(Facts())


def test_what_is_known_fills_every_other_bracket() -> None:
    text = methods_paragraph(KNOWN)
    assert text.startswith("300 sentences from 12 articles [how they were chosen] were coded by 4 annotators [")
    for said in (
        "with the codebook source-framing, versions 1.0.0 and 1.1.0.",
        "estimated from 240 sentences coded by at least two of them (80 % of those coded)",
        "question (nominal), and beside it percent agreement and Gwet's AC1.",
        "The 95 % intervals, from a delete-one-article jackknife of log(1 − value) with limits of Student's t,",
        "are about other articles and the same annotators.",
        "The codebook asks for an alpha of .70, ",
        f"Computed with intercoder {__version__}.",
        "The package krippendorff 0.9.0 recomputed 1 of 1 alpha without difference.",
        "Excluded annotations: 2 edited by other, 3 skipped (of 300).",
    ):
        assert said in text
    assert tuple(brackets(text)) == NEVER_KNOWN


def test_nothing_is_claimed_that_is_not_known() -> None:
    text = methods_paragraph(report(replace(ALPHA, target=None, verdict=None, interval_method=None), round_name=None))
    for said in ("Gwet", "percent agreement", "jackknife", "recomputed", "target", "reached"):
        assert said not in text
    assert "[What alpha was to reach, and who set that.]" in text
    assert "No intervals were computed." in text
    assert re.search(r"(?<!whether they worked )independently", text) is None


def test_of_some_alphas_there_is_no_interval() -> None:
    none = replace(ALPHA, question="kind", interval_method=None, ci_low=None, ci_high=None)
    sure = replace(ALPHA, question="gate", interval_method="clopper_pearson")
    text = methods_paragraph(report(none, sure))
    assert "from the Clopper–Pearson limit of how many articles can hold a disagreement" in text
    assert "jackknife" not in text
    assert "1 of 2 alphas has no interval." in text
    assert "jackknife of log(1 − value) with limits of Student's t or the" in methods_paragraph(report(ALPHA, sure))


def test_that_nothing_was_excluded_is_said_where_it_is_known() -> None:
    assert "None of 300 annotations was excluded." in methods_paragraph(replace(KNOWN, excluded={}))
    table = replace(KNOWN, excluded={}, n_annotations=None, round=None)
    assert "[What was excluded before, and why.]" in methods_paragraph(table)


def test_a_study_and_its_export_have_the_same_paragraph(tmp_path: Path) -> None:
    """Three people code six of seven sentences, of the articles a and c; in ``old`` they also code others."""
    study = several_rounds(tmp_path / "study")
    export(study, to=tmp_path / "out", replicates=0)
    asked = AgreementRequest(round_name="pilot", paragraph=True)
    text = methods_paragraph(agree(study, asked))
    assert text == methods_paragraph(agree_export(tmp_path / "out", asked))
    assert text.startswith("6 sentences from 2 articles ")
    assert "were coded by 3 annotators" in text
    assert "versions 1.0.0 and 1.1.0" in text
    assert tuple(brackets(text)) == NEVER_KNOWN


@pytest.mark.parametrize(("cluster", "said"), [("paper", "from 2 clusters"), (None, "from [number of clusters]")])
def test_a_table_knows_less(tmp_path: Path, cluster: str | None, said: str) -> None:
    """Both answer tone of u1; each another question of u2, which no alpha rests on; one of them kind of u3."""
    path = tmp_path / "table.csv"
    path.write_text(
        "unit,paper,who,which,value\nu1,p,ann,tone,a\nu1,p,bo,tone,b\nu2,p,ann,tone,a\nu2,p,bo,kind,a\n"
        "u3,q,bo,kind,b\nu4,q,bo,kind,\n"
    )
    columns = LongColumns(unit="unit", annotator="who", value="value", question="which", cluster=cluster)
    found = agree_table(path, columns, TableScale(level="nominal"), AgreementRequest(replicates=0, paragraph=True))
    assert found.sample == Sample(n_units=3, n_pairable=1, n_clusters=2 if cluster else None, n_annotators=2)
    text = methods_paragraph(found)
    assert text.startswith(f"3 units [what a unit is] {said} [how they were chosen] were coded by 2 annotators")
    assert "estimated from 1 unit coded by at least two of them (33 % of those coded)" in text
    assert "[name, version]" in text
