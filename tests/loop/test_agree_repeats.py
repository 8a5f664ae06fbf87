"""Annotators against their own first coding, where a round repeats some of another among new sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.codebook.samples import FULL, codebook
from tests.loop.several_rounds import pull
from tests.loop.test_answers import ANA, BEN, choice, raw
from tests.study.small import numbered
from toolkit.agreement.estimate import Estimate
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree, agree_export
from toolkit.loop.export import export
from toolkit.loop.init import init
from toolkit.study import annotators, articles, rounds
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision

FIRST: Mapping[str, str] = {f"a-{n}": "ok" if n % 2 else "broken" for n in range(1, 9)}
NEW = [f"b-{n}" for n in range(1, 13)]
REPEATED = ["a-1", "a-2", "a-3", "a-6"]


def coded(folder: Path, second: Sequence[str], *, ben_changes: str, repeat_of: str | None = None) -> Study:
    """Two rounds: ana says in the second what she said in the first, ben something else on one sentence."""
    study = init(folder)
    with study.database() as database:
        articles.add(database, [numbered("a", 8), numbered("b", 12)], splitter="by hand", splitter_version="1")
        annotators.register(database, ["ana@example.org", "ben@example.org"], round=None)
        annotators.learn_accounts(database, "embedded", {ANA: "ana@example.org", BEN: "ben@example.org"})
        for place, (name, ids) in enumerate({"first": list(FIRST), "second": list(second)}.items(), start=1):
            design = Decision(2, repeat_of=repeat_of if name == "second" else None)
            rounds.create(database, name, design, codebook(), document=FULL, wanted=[(one, 2) for one in ids])
            rounds.set_project(database, name, server_url="embedded", project_id=place)
            for at, one in enumerate(ids):
                said = FIRST.get(one, "ok" if at % 3 else "broken")
                changed = {"ok": "broken", "broken": "ok"}[said] if name == "second" and one == ben_changes else said
                found = raw(2 * at + 1, ANA, choice("gate", said)), raw(2 * at + 2, BEN, choice("gate", changed))
                pull(database, name, at + 1, one, *found)
    return study


def of_themselves(study: Study, measure: str = "krippendorff_alpha") -> dict[str | None, Estimate]:
    found = agree(study, AgreementRequest(round_name="second", repeats="first", replicates=0, clustered=False))
    intra = [one for one in found.estimates if one.question == "gate" and one.measure == f"{measure}_intra_annotator"]
    return {one.annotator: one for one in intra}


@pytest.fixture
def partly(tmp_path: Path) -> Study:
    """The repeats stand among a dozen new sentences."""
    return coded(tmp_path / "partly", [*NEW[:5], *REPEATED, *NEW[5:]], ben_changes="a-3")


@pytest.mark.parametrize("measure", ["krippendorff_alpha", "gwet_ac1"])
def test_only_what_was_coded_twice_counts_in_any_way(partly: Study, tmp_path: Path, measure: str) -> None:
    alone = of_themselves(coded(tmp_path / "alone", REPEATED, ben_changes="a-3"), measure)
    among = of_themselves(partly, measure)
    assert sorted(one.value or 0 for one in among.values()) == sorted(one.value or 0 for one in alone.values())
    assert len(among) == 3  # all together, ana, ben
    assert sorted(one.n_units for one in among.values()) == [4, 4, 8]


def test_by_the_definition_of_alpha(partly: Study) -> None:
    """Ben: ok ok, broken broken, ok broken, broken broken. Disagreement observed 2/8, expected 2·3·5/(8·7)."""
    values = sorted(one.value or 0 for name, one in of_themselves(partly).items() if name is not None)
    assert values == [pytest.approx(1 - (2 / 8) / (2 * 3 * 5 / (8 * 7))), 1.0]


def test_an_order_that_is_not_that_of_the_articles_changes_no_number(partly: Study) -> None:
    """An export knows reading order only; the study knows the order of the round as well."""
    folder = export(partly, replicates=0).folder
    request = AgreementRequest(
        round_name="second", repeats="first", replicates=200, measures=("all",), over_time=True, consensus=True,
        explain=("gate",), by=("article", "round"),
    )  # fmt: skip
    found, expected = agree_export(folder, request), agree(partly, request)
    assert list(map(repr, found.estimates)) == list(map(repr, expected.estimates))
    assert found.over_time == expected.over_time
    assert repr(found.explained) == repr(expected.explained)
    assert found.consensus == expected.consensus
