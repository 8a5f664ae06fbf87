from __future__ import annotations

from dataclasses import replace

from tests.loop.test_agree_over_time import followed
from tests.terminal.printed import printed, words
from toolkit.agreement.drift import Drift
from toolkit.agreement.reason import Reason
from toolkit.loop.agreement.over_time import Pace, QuestionOverTime
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.terminal.agreement.over_time import over_time_text
from toolkit.terminal.agreement.pages import agreement_pages

FOLLOWED = followed(range(12))
PACE = (Pace(annotator="p-ana", n=24, seconds=31.4, thirds=(50.0, 31.0, 20.0)),)


def test_thirds_breaks_and_paces_in_eighty_columns() -> None:
    said = [" ".join(line.split()) for line in printed(over_time_text([FOLLOWED], PACE)).splitlines()]
    assert any(line.startswith("voice 1.00 (") for line in said)
    assert any(line.startswith("p-ana 1.00 ") and "after 6 of 12" in line and line.endswith("<.01 !") for line in said)
    assert "p-ana 24 31 50 31 20" in said


def test_what_there_is_not_has_its_reason() -> None:
    nothing = QuestionOverTime(
        question="tone", level="nominal", n_units=3, undefined_because=Reason("{} {}s are too few to follow", 3, "unit")
    )
    few = Drift(annotator="p-x", n_clusters=3, undefined_because=Reason("{} clusters are too few for a break", 3))
    said = words(over_time_text([nothing, replace(FOLLOWED, drifts=(few,) * 3)], ()))
    assert "fewer than twelve sentences coded by two or more" in said
    assert "coded in fewer than six articles with others: hardly any order would be telling" in said
    assert "How long annotators took is not stored." in said


def test_a_study_s_annotators_are_letters_with_a_legend() -> None:
    report = AgreementReport(source="study", round="pilot", estimates=(), over_time=(FOLLOWED,), pace=PACE)
    pages = agreement_pages(report, AgreementRequest(over_time=True))
    said = " ".join(words(page) for page in pages)
    assert "A 1.00" in said
    assert "A p-ana B p-ben C p-cem" in said
    assert "p-ben 1.00" not in said
