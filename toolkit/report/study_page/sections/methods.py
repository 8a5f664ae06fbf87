"""What a paper says of all this: the paragraph, the table, the design, the codebook, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit import __version__
from toolkit.codebook.model import Codebook, Question
from toolkit.files.csv_lines import csv_line, inert
from toolkit.report.study_page.blocks import Block, Copied, Facts, Items, Paragraph, Part, Table
from toolkit.report.study_page.sections import Section
from toolkit.report.study_page.shown import Shown, file_name
from toolkit.study.blindness import NOT_ENFORCED, in_one_sentence
from toolkit.words.kinds import headline_rows
from toolkit.words.latex import latex_text
from toolkit.words.legend import legend
from toolkit.words.markdown import markdown_text
from toolkit.words.numbers import percent
from toolkit.words.paper_table import PaperTable, paper_table
from toolkit.words.paragraph import methods_paragraph


def _blocks(shown: Shown) -> Iterator[Block]:
    report = shown.report
    yield Copied(
        title="The methods paragraph; what is not known stands in brackets", text=_paragraph(shown), language="text"
    )
    table = paper_table(report.agreement)
    yield Copied(title="The table for a paper: LaTeX", text=latex_text(table), language="latex", folded=True)
    yield Copied(title="The table for a paper: Markdown", text=markdown_text(table), language="markdown", folded=True)
    yield Copied(title="The table for a paper: CSV", text=_csv(table), language="csv", folded=True)
    yield Part(id="how-to-read", title="How to read the figures", blocks=[Items(tuple(_how_to_read(shown)))])
    if facts := [*_design(shown)]:
        yield Part(id="design", title="Design and software", blocks=[Facts(tuple(facts))])
    yield Part(id="limits", title="Limits", blocks=[Items(tuple(_limits(shown)))])
    if report.codebook is not None:
        yield Part(id="codebook", title=f"The codebook: {report.codebook.name}", blocks=[*_codebook(report.codebook)])


def _paragraph(shown: Shown) -> str:
    return methods_paragraph(shown.report.agreement)


def _csv(table: PaperTable) -> str:
    return "".join(csv_line(map(inert, record)) for record in (table.columns, *table.rows))


def _how_to_read(shown: Shown) -> Iterator[str]:
    report = shown.report.agreement
    yield from legend(report, headline_rows(report.estimates), divide="")
    yield "In pictures of intervals an open dot has none: the table below says why."


def _design(shown: Shown) -> Iterator[tuple[str, str]]:
    report = shown.report
    design, request = report.design, report.request
    if design is not None:
        yield f"annotators a {shown.nouns.unit}", f"{design.annotators_per_sentence}"
        size = "" if design.sample_size is None else f" of {design.sample_size:,}"
        yield "sample", f"{design.sample}{size}, seed {design.seed}"
        if design.reliability_share is not None:
            several = "" if design.reliability_annotators is None else f" by {design.reliability_annotators} annotators"
            yield "coded by several", f"{percent(design.reliability_share)} of the {shown.nouns.unit}s{several}"
        if design.repeat_of is not None:
            yield "repeats", design.repeat_of
        if design.gold is not None:
            yield "known in advance", percent(design.gold)
    versions = report.agreement.codebooks
    if report.codebook is not None:
        listed = ", ".join(f"{version} ({n:,} annotations)" for version, n in versions.items())
        yield "codebook", f"{report.codebook.name} {listed}".strip()
    if (blindness := report.agreement.blindness) is not None:
        yield "independence", in_one_sentence(blindness)
    if report.splitters:
        yield "sentences cut by", ", ".join(report.splitters)
    if request.replicates:
        yield "bootstrap, where one is drawn", f"{request.replicates:,} replicates, seed {request.seed}"
    confirmed = sorted({one.confirmed_by for one in report.agreement.estimates if one.confirmed_by})
    yield "computed with", ", ".join([f"intercoder {__version__}", *confirmed])


def _limits(shown: Shown) -> Iterator[str]:
    """What the figures do not say; what is not known is not claimed."""
    report, nouns = shown.report, shown.nouns
    yield "Agreement is not truth: annotators may agree on what is wrong."
    drawn = dict.fromkeys(nouns.drawn(one.cluster) for one in report.agreement.estimates if one.ci_low is not None)
    if drawn:
        others = " or ".join(f"{each}s" for each in drawn)
        yield f"Intervals are about other {others} by these annotators; others may agree more or less."
    blindness = report.agreement.blindness
    if report.source == "study" and (blindness is None or not blindness.of_all):
        yield NOT_ENFORCED
    if report.agreement.unvouched:
        yield (
            f"Not as it was exported: {', '.join(report.agreement.unvouched)}. These figures are of what the files "
            "hold now."
        )
    if report.known_by is None and report.source != "table":
        yield "No answer is known to be right, so nothing here says how often annotators are."
    if not shown.with_text:
        yield "This report was made without words of articles: sentences stand here by their place alone."


def _codebook(codebook: Codebook) -> Iterator[Block]:
    yield Items(tuple(codebook.instructions))
    for question in codebook.questions:
        yield Paragraph(f"{question.id} ({question.level}): {question.text}", strong=True)
        if question.categories:
            yield _categories(question)


def _categories(question: Question) -> Table:
    return Table(
        caption=f"{question.id}: categories",
        columns=("code", "title", "definition"),
        rows=tuple((question.stored(each.code), each.title, each.definition) for each in question.categories),
        n_names=3,
        folded=f"Categories of {file_name(question.id).replace('-', ' ')}",
    )


SECTION = Section(place=90, id="methods", title="Methods", blocks=lambda shown: [*_blocks(shown)])
