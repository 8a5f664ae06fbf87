"""The report as one page in HTML: pictures, words, script and style are in it, and it asks for nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from toolkit.codebook.answers import Span
from toolkit.report.charts.figure import Figure
from toolkit.report.charts.rendering import drawn, inside_a_page
from toolkit.report.study_page.blocks import Block, Jump
from toolkit.report.study_page.explorer_data import explorer_data
from toolkit.report.study_page.sections import Section
from toolkit.report.study_page.shown import Shown
from toolkit.report.study_page.titles import subtitle, title
from toolkit.report.study_page.told import each_told, figures_of
from toolkit.report.templates import as_it_is, filled_in, joined

_FOLDER = Path(__file__).parent
_STYLES = 4
"""How many labels of marked words are told apart by their line."""


def report_html(shown: Shown) -> str:
    """Return the page."""
    told: list[tuple[Section, Sequence[Block]]] = []

    def figures() -> Iterator[Figure]:
        for section, blocks in each_told(shown):
            told.append((section, blocks))
            yield from figures_of(blocks)

    pictures = {name: as_it_is(inside_a_page(svg, name)) for name, svg in drawn(figures()).items()}
    data, n_left_out = explorer_data(shown)
    script = _file("page.js")
    page = filled_in(
        "study_page/page.html.jinja",
        title=title(shown),
        subtitle=subtitle(shown),
        sections=told,
        drawn=pictures,
        css=as_it_is(_file("page.css")),
        script=as_it_is(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        data=as_it_is(data),
        explorer_words=_explorer_words(shown, n_left_out),
        jump=_jump,
        marked=_marked,
    )
    return page.lstrip()


@cache
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8").rstrip("\n")


def _explorer_words(shown: Shown, n_left_out: int) -> str:
    unit = shown.nouns.unit
    said = f"Every {unit} that anybody coded, with everybody's answers. What fewer gave than most is underlined."
    if n_left_out:
        return f"{said} To keep this page small, {n_left_out:,} {unit}s on which nobody differs stand without words."
    if not shown.with_text:
        return f"{said} Words of articles are not in this report."
    return said


def _jump(to: Jump) -> str:
    return json.dumps(
        {
            "question": to.question,
            **({} if to.values is None else {"values": list(to.values)}),
            **({} if to.value is None else {"value": to.value}),
            **({} if to.annotator is None else {"annotator": to.annotator}),
        },
        ensure_ascii=False,
    )


def _marked(text: str, marks: Sequence[Span], labels: Sequence[str]) -> str:
    """The text with a line under what was marked, and the label behind it."""
    cuts = sorted({0, len(text), *(mark.start for mark in marks), *(mark.end for mark in marks)})
    parts: list[str] = []
    for start, end in pairwise(cuts):
        part = joined("{}", text[start:end])
        for mark in marks:
            if mark.start <= start and end <= mark.end:
                style = f"m{labels.index(mark.label) % _STYLES}"
                last = joined("<sub>{}</sub>", mark.label) if mark.end == end else ""
                part = joined('<mark class="{}">{}{}</mark>', style, part, as_it_is(last))
        parts.append(part)
    return as_it_is("".join(parts))
