"""What was coded: who speaks in these articles, for whom, in which frame. It is what the study was for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from toolkit.agreement.estimate import Estimate
from toolkit.files.wording import counted
from toolkit.loop.reporting.what_was_coded import MOST_OUTLETS, OUTLET, TIME, WhatWasCoded
from toolkit.report.charts.shares import Called, shares, shares_by_outlet
from toolkit.report.charts.shares_over_time import shares_over_time
from toolkit.report.study_page.blocks import Block, Cell, Paragraph, Part, Picture, Table
from toolkit.report.study_page.sections import Section
from toolkit.report.study_page.shown import Shown, file_name, interval_cell, value_cell
from toolkit.words.numbers import NONE

_WORDS = {OUTLET: "outlet", TIME: "date"}
_OUTSIDE = "*: it came out below 0 or above 1 and is set to that limit: errors here are not those that are known."


def _blocks(shown: Shown) -> Iterator[Block]:
    report = shown.report
    if not report.coded:
        return
    corrected = any(one.corrected for one in report.coded)
    yield Paragraph(
        "Shares of the answers on the scale that count, each annotator's counted once, with intervals over articles; "
        "what cannot be judged is not among them. Of marked words: how often a label was used in a sentence at all. "
        + (
            f"Where {report.known_by} answers say how often each category is taken for another, a share corrected for "
            "that stands beside it."
            if corrected
            else "They are what was given: nothing is known of how often one category is taken for another, so no "
            "share is corrected."
        )
    )
    for one in report.coded:
        asked = report.codebook.by_id.get(one.question) if report.codebook is not None else None
        blocks: list[Block] = [] if asked is None else [Paragraph(asked.text)]
        yield Part(id=file_name("coded", one.question), title=one.question, blocks=[*blocks, *_of_question(shown, one)])


def _of_question(shown: Shown, one: WhatWasCoded) -> Iterator[Block]:
    name, called = file_name(one.question), _titles(shown, one)
    given, corrected = _in(one.estimates, None), _in(one.corrected, None)
    picture = shares(one.question, given, corrected, called, name=name)
    table = _table(shown, one, given, corrected, "Shares as a table")
    yield table if picture is None else Picture(picture, table)
    if by_outlet := _in(one.estimates, OUTLET):
        picture = shares_by_outlet(one.question, by_outlet, called, name=name)
        table = _table(shown, one, by_outlet, _in(one.corrected, OUTLET), "Outlet by outlet, as a table")
        if one.n_outlets > MOST_OUTLETS:
            yield Paragraph(f"The {MOST_OUTLETS} outlets with most answers, of {one.n_outlets}.")
        yield table if picture is None else Picture(picture, table)
    if over_time := _in(one.estimates, TIME):
        picture = shares_over_time(one.question, over_time, called, name=name, period=one.period or "period")
        table = _table(shown, one, over_time, _in(one.corrected, TIME), "Over time, as a table")
        yield table if picture is None else Picture(picture, table)


def _titles(shown: Shown, one: WhatWasCoded) -> Called:
    """What categories are called: by the title that annotators read, where no two have the same."""
    codebook = shown.report.codebook
    question = None if codebook is None else codebook.by_id.get(one.question)
    found = {} if question is None else {question.stored(each.code): each.title for each in question.categories}
    titles = {code: found.get(code, code) for code in one.categories}
    if len(set(titles.values())) < len(titles):
        titles = {code: code for code in titles}
    return lambda code: titles.get(code or "", code or "")


def _in(estimates: tuple[Estimate, ...], by: str | None) -> list[Estimate]:
    return [one for one in estimates if one.by == by]


def _table(shown: Shown, one: WhatWasCoded, given: list[Estimate], corrected: list[Estimate], folded: str) -> Table:
    notes, called = shown.notes(), _titles(shown, one)
    titled = any(called(code) != code for code in one.categories)
    truly = {(each.group, each.category): each for each in corrected}
    parted = given[0].group is not None
    outside = {(each.group, each.category) for each in one.outside if each.by == given[0].by}
    rows = []
    for each in given:
        true = truly.get((each.group, each.category))
        cells = [value_cell(each, notes, as_percent=True), interval_cell(each, notes, as_percent=True)]
        beside = (
            ()
            if not truly
            else (NONE, NONE)
            if true is None
            else (
                _marked(value_cell(true, notes, as_percent=True), is_outside=(each.group, each.category) in outside),
                interval_cell(true, notes, as_percent=True),
            )
        )
        rows.append(
            (
                *((each.group or "",) if parted else ()),
                each.category or "",
                *((called(each.category),) if titled else ()),
                *cells,
                *beside,
                f"{each.n_values:,}",
            )
        )
    columns = (
        *((given[0].by or "",) if parted else ()),
        "category",
        *(("meaning",) if titled else ()),
        "share",
        "interval",
        *(("corrected", "interval") if truly else ()),
        "of answers",
    )
    return Table(
        caption=f"{one.question}: how common each category is",
        columns=columns,
        rows=tuple(rows),
        n_names=1 + parted + titled,
        notes=(*notes.lines(), *_left_out(shown, one, given), *((_OUTSIDE,) if outside else ())),
        folded=folded,
    )


def _marked(cell: Cell, *, is_outside: bool) -> Cell:
    return replace(cell, text=f"{cell.text}*") if is_outside else cell


def _left_out(shown: Shown, one: WhatWasCoded, given: list[Estimate]) -> Iterator[str]:
    """That answers are in no part, because their article has no outlet, or no date."""
    if given[0].by is None:
        return
    of_all = {each.category: each.n_values for each in one.estimates if each.by is None}
    first = given[0].category
    parted = sum(each.n_values for each in given if each.category == first)
    if (n := of_all.get(first, parted) - parted) > 0:
        yield (
            f"In none of these: {counted(n, 'answer')}, to {shown.nouns.cluster}s without {_WORDS[given[0].by]} or "
            "with another than those shown."
        )


SECTION = Section(place=70, id="coded", title="What was coded", blocks=lambda shown: [*_blocks(shown)])
