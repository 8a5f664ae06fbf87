"""The report in Markdown: the same words and tables, for a repository, a wiki or a reviewer's answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from toolkit.files.markdown import escaped
from toolkit.loop.reporting.answers_side_by_side import NOBODY, OUTCOMES, ListedQuestion
from toolkit.report.study_page.blocks import (
    Block,
    Copied,
    Explorer,
    Facts,
    Field,
    Items,
    Layers,
    Paragraph,
    Part,
    Picture,
    Table,
)
from toolkit.report.study_page.shown import Shown
from toolkit.report.study_page.titles import subtitle, title
from toolkit.report.study_page.told import told_sections

MOST_SENTENCES = 100
"""Sentences that are listed: a page of HTML has all."""


def report_markdown(shown: Shown, *, pictures: Mapping[str, str] | None = None) -> str:
    """Return the report; ``pictures`` are the files of its figures by name, as it is to point at them."""
    lines = [f"# {escaped(title(shown))}", "", escaped(subtitle(shown))]
    for section, blocks in told_sections(shown):
        lines += ["", f"## {section.title}"]
        for block in blocks:
            lines += ["", *_block(shown, block, pictures or {})]
    return "\n".join(lines).rstrip() + "\n"


def _block(shown: Shown, block: Block, pictures: Mapping[str, str]) -> Iterator[str]:
    match block:
        case Part():
            yield f"{'#' * block.level} {escaped(block.title)}"
            for each in block.blocks:
                yield ""
                yield from _block(shown, each, pictures)
        case Picture():
            if block.figure.name in pictures:
                yield f"![{escaped(block.figure.says)}]({pictures[block.figure.name]})"
                yield ""
            yield from _table(block.table) if block.table is not None else ()
        case Explorer():
            yield from _sentences(shown)
        case _:
            yield from _words(block)


def _words(block: Paragraph | Items | Facts | Table | Copied | Layers) -> Iterator[str]:
    match block:
        case Paragraph():
            yield f"**{escaped(block.text)}**" if block.strong else escaped(block.text)
        case Items():
            yield from (f"- {escaped(each)}" for each in block.items)
        case Facts():
            yield from (f"- {escaped(name)}: {escaped(said)}" for name, said in block.facts)
        case Table():
            yield from _table(block)
        case Copied():
            yield f"{escaped(block.title)}:"
            yield ""
            yield from _fenced(block)
        case Layers():
            yield from _layers(block)


def _table(table: Table) -> Iterator[str]:
    ends = ["---"] * table.n_names + ["---:"] * (len(table.columns) - table.n_names)
    yield f"**{escaped(table.caption)}**"
    yield ""
    yield _row(table.columns)
    yield f"| {' | '.join(ends)} |"
    yield from map(_row, table.rows)
    for note in table.notes:
        yield ""
        yield escaped(note)


def _row(fields: Sequence[Field]) -> str:
    texts = (field if isinstance(field, str) else field.text for field in fields)
    return f"| {' | '.join(escaped(text) for text in texts)} |"


def _fenced(block: Copied) -> Iterator[str]:
    fence = "```"
    while fence in block.text:
        fence += "`"
    yield f"{fence}{'' if block.language == 'text' else block.language}"
    yield block.text.rstrip("\n")
    yield fence


def _layers(block: Layers) -> Iterator[str]:
    yield f"{escaped(block.place)}: “{escaped(block.text)}”"
    yield ""
    for who, marks in block.layers:
        said = ", ".join(f"{mark.label} “{mark.text}”" for mark in marks) or "nothing"
        yield f"- {escaped(who)}: {escaped(said)}"


def _sentences(shown: Shown) -> Iterator[str]:
    """The sentences on which most questions are in dispute, with the answers to these."""
    answers = shown.report.answers
    rows: dict[int, list[ListedQuestion]] = {}
    for question in answers.questions:
        for row, outcome in enumerate(question.outcomes.tolist()):
            if outcome >= 0 and OUTCOMES[outcome] in {"split", "tie"}:
                rows.setdefault(row, []).append(question)
    chosen = sorted(rows, key=lambda row: (-len(rows[row]), row))[:MOST_SENTENCES]
    unit = shown.nouns.unit
    more = f" The {len(chosen)} with most questions in dispute:" if len(chosen) < len(rows) else ""
    yield f"{len(rows):,} of {len(answers.sentences):,} {unit}s are answered differently.{more}"
    for row in chosen:
        sentence = answers.sentences[row]
        yield ""
        words = f": “{escaped(sentence.text)}”" if shown.with_text and sentence.text else ""
        yield f"{escaped(_place(shown, row))}{words}"
        yield ""
        for question in rows[row]:
            said = ", ".join(
                f"{shown.called(name)} {question.values[code].name}"
                for name, code in zip(answers.annotators, question.given[row].tolist(), strict=True)
                if code != NOBODY
            )
            decided = f"; decided: {question.decided[row]}" if row in question.decided else ""
            yield f"- {escaped(question.question)}: {escaped(said + decided)}"


def _place(shown: Shown, row: int) -> str:
    answers = shown.report.answers
    sentence = answers.sentences[row]
    if sentence.article is None:
        return sentence.sentence_id
    article = answers.articles[sentence.article]
    return f"{(article.title if shown.with_text else None) or article.article_id}, sentence {sentence.position}"
