"""What agree prints: an answer where something was asked, the headline where nothing was; letters with a legend."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.loop.several_rounds import several_rounds
from tests.terminal.printed import printed
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.annotators import addresses
from toolkit.study.folder import Study
from toolkit.terminal.agreement.pages import agreement_pages
from toolkit.words.letters import lettered


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return several_rounds(tmp_path / "study")


def page(study: Study, *, names: bool = False, **asked: Any) -> str:
    request = AgreementRequest(round_name="pilot", replicates=200, **asked)
    whose = addresses(study) if names else None
    return "\n".join(printed(part) for part in agreement_pages(agree(study, request), request, addresses=whose))


HEADLINE = "question, level"


def test_alone_it_prints_the_headline(study: Study) -> None:
    assert HEADLINE in page(study)
    assert "Annotators\n" not in page(study)  # nobody is named in it


@pytest.mark.parametrize("asked", [{"explain": ("gate",)}, {"by": ("article",)}, {"plan": 0.1}])
def test_what_is_asked_is_answered_without_it(study: Study, asked: dict[str, Any]) -> None:
    text = page(study, **asked)
    assert HEADLINE not in text
    assert "over all annotators" not in text


def test_another_measure_stands_beside_it(study: Study) -> None:
    text = page(study, measures=("all",))
    assert HEADLINE in text
    assert "over all annotators" in text


def test_footnotes_of_several_answers_stand_once(study: Study) -> None:
    text = page(study, explain=("gate", "kind"), by=("article",))
    assert text.count("% intervals") == 1
    notes = [line for line in text.splitlines() if re.match(r"[a-z]  no (interval|variation|overlap)", line)]
    assert notes
    assert len(notes) == len(set(notes))


def test_annotators_are_letters_with_a_legend(study: Study) -> None:
    request = AgreementRequest(round_name="pilot", replicates=0, measures=("all",), explain=("gate",))
    report = agree(study, request)
    changed, letters = lettered(report)
    assert list(letters) == [chr(ord("A") + place) for place in range(len(letters))]
    assert list(letters.values()) == sorted(letters.values())
    for before, after in zip(report.estimates, changed.estimates, strict=True):
        assert (after.value, letters.get(after.annotator or "")) == (before.value, before.annotator)
    text = page(study, explain=("gate",))
    table, _, legend = text.rpartition("Annotators")
    assert all(name not in table and name in legend for name in letters.values() if name in legend)
    assert "@" not in text


def test_addresses_stand_in_the_legend_where_they_are_asked_for(study: Study) -> None:
    assert "ana@example.org" in page(study, names=True, explain=("gate",))
