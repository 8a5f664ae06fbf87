"""What a report is called, and what it is of."""

from __future__ import annotations

from toolkit.files.wording import counted
from toolkit.report.study_page.shown import Shown


def title(shown: Shown) -> str:
    """Return the title: the study or file, and the round."""
    report = shown.report
    return report.name if report.round is None else f"{report.name} · {report.round}"


def subtitle(shown: Shown) -> str:
    """Return one line: of how much, by whom, with which codebook."""
    report, nouns = shown.report, shown.nouns
    n_units, n_annotators = len(report.answers.sentences), len(report.answers.annotators)
    if not n_units and report.agreement.sample is not None:  # of what is not listed as well
        n_units, n_annotators = report.agreement.sample.n_units, report.agreement.sample.n_annotators
    parts = [counted(n_units, nouns.unit)]
    if report.n_articles is not None:
        parts[0] += f" in {counted(report.n_articles, nouns.cluster)}"
    parts.append(counted(n_annotators, "annotator"))
    if report.codebook is not None:
        parts.append(f"codebook {report.codebook.name} {report.codebook.version}")
    if report.last_day is not None:
        parts.append(f"coded up to {report.last_day}")
    return ", ".join(parts) + "."
