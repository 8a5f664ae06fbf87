"""Sentences in dispute as the lead reads them in the terminal: a block each, the worst first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from toolkit.codebook.answers import Span
from toolkit.files.wording import counted, letters_of
from toolkit.loop.disagreement.records import ComparedQuestion, Disagreements, DisputedSentence
from toolkit.loop.disputes import IN_DISPUTE
from toolkit.terminal.agreement.letters import legend_of
from toolkit.terminal.disagreements.written import (
    NOTHING,
    coders_of,
    marked_pieces,
    span_written,
    spans_by_coders,
    written,
)

DISPUTED = "≠"
_SPACE = re.compile(r"\s+")
_WIDTH = 80
_INDENT = 3
_GAP = 2


def disagreements_text(found: Disagreements) -> RenderableType:
    """Return how many sentences are in dispute, a block for each that is shown, and whom the letters stand for."""
    parts: list[RenderableType] = [_head(found)]
    letters = letters_of(found.annotators)
    for place, sentence in enumerate(found.sentences, start=1):
        parts += [Text(), *_block(place, sentence, letters)]
    if not found.n_compared:
        parts.append(Text("No sentence has answers by two annotators that count."))
    elif not found.sentences:
        parts.append(Text("Nobody differs in what was asked for."))
    if found.sentences:
        links = f" {_LINKS}" if any(sentence.link for sentence in found.sentences) else ""
        parts += [Text(), Text(f"{_READING}{links}", style="dim")]
        if whom := legend_of({letter: name for name, letter in letters.items()}, {}):
            parts += [Text(), whom]
    return Group(*parts)


_READING = (
    f"{DISPUTED} in dispute. The number is how far apart answers are: per question from 0 to 1, summed up. [ ] marked "
    "by everybody; A[ ]A by A only."
)
_LINKS = "The link opens the sentence in Label Studio; Compare All there shows all codings side by side."


def _head(found: Disagreements) -> Text:
    words = f"{found.n_disputed:,} of {counted(found.n_compared, 'sentence')} that two or more coded"
    shown = len(found.sentences)
    rest = f"; the worst {shown:,}" if shown < found.n_disputed else ""
    return Text.assemble(("Disagreements ", "bold"), (found.round, "bold"), f"  {words}{rest}")


def _block(place: int, sentence: DisputedSentence, letters: Mapping[str, str]) -> Iterator[RenderableType]:
    coders = coders_of(sentence, letters)
    yield _title(place, sentence)
    if sentence.link:
        yield _indented(Text(sentence.link, style="dim", overflow="fold"))
    text = Text()
    for piece, is_mark in marked_pieces(sentence, coders):
        text.append(piece if is_mark else _SPACE.sub(" ", piece), style="bold" if is_mark else "")
    yield _indented(text)
    yield _answers(sentence, coders)
    if also := [one.question for one in sentence.questions if not one.disputed and one.outcome in IN_DISPUTE]:
        yield _indented(Text(f"also in dispute: {', '.join(also)}"))
    agreed = [
        one for one in sentence.questions if not one.disputed and one.outcome == "agreed" and _says_something(one)
    ]
    if agreed:
        said = " · ".join(f"{one.question} {_common(one)}" for one in agreed)
        yield _indented(Text(f"agreed: {said}", style="dim"))


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, _INDENT), expand=False)


def _title(place: int, sentence: DisputedSentence) -> Table:
    """Place, article and its title on the left, how far apart on the right."""
    line = Table.grid(expand=False, padding=(0, 1, 0, 0))
    line.add_column(width=_WIDTH - 7, overflow="ellipsis", no_wrap=True)
    line.add_column(width=5, justify="right", no_wrap=True)
    named = Text.assemble((f"{place}  ", "bold"), (f"{sentence.article_id} · {sentence.position}", "bold"))
    if sentence.title:
        named.append(f"  {sentence.title}", style="dim")
    line.add_row(named, Text(f"{sentence.disagreement:.2f}", style="bold"))
    return line


def _answers(sentence: DisputedSentence, coders: Mapping[str, str]) -> RenderableType:
    """What is marked otherwise; the answers in columns where there is room; and what was said in words."""
    shown = [one for one in sentence.questions if one.disputed or (one.outcome is None and _says_something(one))]
    in_words = [one for one in shown if not _is_of_spans(one) and _is_long(one, coders)]
    in_cells = [one for one in shown if one not in in_words and not _is_of_spans(one)]
    width = max((len(one.question) for one in shown), default=0)
    cells = [[written(one.answers.get(name)) for name in coders] for one in in_cells]
    widths = [max(len(letter), *(len(row[at]) for row in cells), 0) for at, letter in enumerate(coders.values())]
    parts = [_lines([(one, _by_span(one, coders)) for one in shown if _is_of_spans(one)], width)]
    if in_cells and _INDENT + width + sum(_GAP + each for each in widths) <= _WIDTH:
        parts.append(_columns(in_cells, cells, list(coders.values()), width))
    else:
        parts.append(_lines([(one, _by_value(one, coders)) for one in in_cells], width))
    parts.append(_lines([(one, _by_value(one, coders)) for one in in_words], width))
    return Group(*(part for part in parts if part.row_count))


def _columns(
    questions: Sequence[ComparedQuestion], cells: Sequence[Sequence[str]], letters: Sequence[str], width: int
) -> Table:
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(width=_INDENT + width, no_wrap=True)
    for _ in letters:
        table.add_column(no_wrap=True)
    table.add_row("", *(Text(letter, style="dim") for letter in letters))
    for question, row in zip(questions, cells, strict=True):
        style = "bold" if question.disputed else ""
        table.add_row(_label(question), *(Text(cell, style=style) for cell in row))
    return table


def _lines(questions: Sequence[tuple[ComparedQuestion, Sequence[tuple[str, str]]]], width: int) -> Table:
    """A line for each different answer, with the letters of those who gave it behind."""
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(width=_INDENT + width, no_wrap=True)
    table.add_column(overflow="fold")
    for question, answers in questions:
        style = "bold" if question.disputed else ""
        for row, (answer, who) in enumerate(answers):
            table.add_row(
                Text() if row else _label(question), Text.assemble((answer, style), (f"  {who}" if who else "", style))
            )
    return table


def _by_value(question: ComparedQuestion, coders: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each different answer with the letters of those who gave it, most frequent first."""
    found: dict[str, list[str]] = {}
    for name, letter in coders.items():
        answer = written(question.answers.get(name))
        if answer != NOTHING or question.disputed:
            found.setdefault(answer, []).append(letter)
    ranked = sorted(found.items(), key=lambda item: -len(item[1]))
    return [(" ".join(answer.split()), " ".join(who)) for answer, who in ranked]


def _by_span(question: ComparedQuestion, coders: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each mark that not everybody made, who marked nothing, and what else was answered, with their letters."""
    asked = [letter for name, letter in coders.items() if isinstance(_value(question, name), tuple)]
    marks = [
        ("nothing marked" if span is None else span_written(span), " ".join(who))
        for span, who in spans_by_coders(question.answers, coders)
        if len(who) < len(asked)
    ]
    others = [
        (written(question.answers[name]), letter)
        for name, letter in coders.items()
        if name in question.answers and letter not in asked
    ]
    return [*marks, *others]


def _value(question: ComparedQuestion, name: str) -> object:
    answer = question.answers.get(name)
    return None if answer is None else answer.value


def _label(question: ComparedQuestion) -> Text:
    sign = f" {DISPUTED} " if question.disputed else " " * _INDENT
    return Text(f"{sign}{question.question}", style="bold" if question.disputed else "dim")


def _is_of_spans(question: ComparedQuestion) -> bool:
    return any(
        isinstance(answer.value, tuple) and any(isinstance(each, Span) for each in answer.value)
        for answer in question.answers.values()
    )


def _is_long(question: ComparedQuestion, coders: Mapping[str, str]) -> bool:
    """Whether an answer has words, as a note has, and not only a code."""
    return any(len(written(question.answers.get(name)).split()) > 4 for name in coders)


def _says_something(question: ComparedQuestion) -> bool:
    """Whether anybody gave an answer that is one: not nothing, nothing marked, no category."""
    return any(answer.value not in (None, ()) for answer in question.answers.values())


def _common(question: ComparedQuestion) -> str:
    """What all gave; of marks their labels, for the words stand in brackets."""
    value = next(answer for answer in question.answers.values() if answer.value is not None)
    if _is_of_spans(question) and isinstance(value.value, tuple):
        return ", ".join(dict.fromkeys(each.label for each in value.value if isinstance(each, Span)))
    return written(value)
