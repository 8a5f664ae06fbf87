"""Agreement computed from an export alone is the agreement of the study."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.loop.several_rounds import ROUNDS, several_rounds
from tests.terminal.agreement.made_up import told_apart
from toolkit.cli.streams import plain
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.rounds import CodedRound
from toolkit.loop.agreement.study import agree, agree_export, agreement_of
from toolkit.loop.export import export
from toolkit.loop.export_content import coded_study


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study and, beside it, its export."""
    made = tmp_path_factory.mktemp("exported")
    export(several_rounds(made / "study"), to=made / "out", replicates=0)
    return made


@pytest.mark.parametrize("round_name", ROUNDS)
def test_in_every_round(folder: Path, round_name: str) -> None:
    from toolkit.study.folder import find

    study = find(folder, chosen=folder / "study")
    expected = plain(agree(study, AgreementRequest(round_name=round_name, replicates=100, seed=3)))
    found = plain(agree_export(folder / "out", AgreementRequest(round_name=round_name, replicates=100, seed=3)))
    assert found | {"source": ""} == expected | {"source": ""}
    defined = [one for one in expected["estimates"] if one["value"] is not None and one["ci_low"] is not None]
    assert bool(defined) == (expected["round"] != "empty")


def test_with_everything_that_can_be_asked_for(folder: Path) -> None:
    from toolkit.study.folder import find

    study = find(folder, chosen=folder / "study")
    questions = {one.question for one in agree(study, AgreementRequest(round_name=ROUNDS[0], replicates=0)).estimates}
    request = AgreementRequest(
        round_name=ROUNDS[0],
        replicates=60,
        measures=("all",),
        by=("article", "outlet", "round"),
        explain=tuple(sorted(questions)),
        plan=0.1,
        repeats=ROUNDS[1],
    )
    expected = plain(agree(study, request))
    found = plain(agree_export(folder / "out", request))
    assert found | {"source": ""} == expected | {"source": ""}
    measures = {one["measure"] for one in expected["estimates"]}
    assert {"krippendorff_alpha", "cohen_kappa", "krippendorff_alpha_difference"} <= measures
    assert len(expected["explained"]) >= len(questions)


def test_without_a_name_it_is_the_newest_round_in_which_two_people_coded_a_sentence(tmp_path: Path) -> None:
    study = several_rounds(tmp_path / "study")
    with study.database() as database:
        source = coded_study(study, database)
        *_, newest = (name for name in ROUNDS if source.read(name).annotations)
        assert agreement_of(source, AgreementRequest(replicates=0)).round == newest

        def one_person_coded_the_newest(name: str) -> CodedRound:
            found = source.read(name)
            if name != newest:
                return found
            (who, *_) = (each.annotator for each in found.annotations)
            return replace(found, annotations=[each for each in found.annotations if each.annotator == who])

        alone = replace(source, read=one_person_coded_the_newest)
        assert agreement_of(alone, AgreementRequest(replicates=0)).round in set(ROUNDS) - {newest}
        nobody = replace(source, read=lambda name: replace(source.read(name), annotations=()))
        assert agreement_of(nobody, AgreementRequest(replicates=0)).round == ROUNDS[-1]


def test_every_figure_says_what_it_is_about(tmp_path: Path) -> None:
    """What the engine says is what its other fields say; a figure without a value may be about the whole only."""
    study = several_rounds(tmp_path / "study")
    request = AgreementRequest(replicates=0, measures=("all",), by=("article", "round"), repeats="pilot")
    report = agree(study, request)
    for one in report.estimates:
        assert one == told_apart(one, report.estimates)
        assert (one.about == "difference") == ("_difference" in one.measure)
    seen = {one.about for one in report.estimates}
    assert seen >= {"whole", "category", "pair", "left_out", "group", "difference", "intra", "judged"}


def test_an_edited_file_is_named_and_read_as_it_stands(folder: Path, tmp_path: Path) -> None:
    edited = tmp_path / "edited"
    shutil.copytree(folder / "out", edited)
    assert agree_export(edited, AgreementRequest(replicates=0)).unvouched == ()
    codebook = next(edited.glob("v*/codebook.yaml"))
    text = codebook.read_text(encoding="utf-8")
    codebook.write_text(text.replace("Read the sentence once", "Read it once"), encoding="utf-8")
    assert codebook.read_text(encoding="utf-8") != text
    found = agree_export(edited, AgreementRequest(replicates=0))
    assert found.unvouched == ("codebook.yaml",)
