"""What a migration of a codebook does, or would do, laid out for 80 columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.agreement.estimate import Estimate
from toolkit.files.wording import counted
from toolkit.loop.migrate import MigrationResult, RoundMigration
from toolkit.loop.migrating.asked_again import AskedAgain
from toolkit.loop.migrating.effect import AlphaMoved, Touched
from toolkit.terminal.agreement.tables import footnotes_of
from toolkit.words.numbers import Notes, number


def migration_text(result: MigrationResult) -> Group:
    """Return what became of each category, and for each round what that touches, alpha before and after, and what is
    to be coded again.
    """
    parts: list[RenderableType] = [Text.assemble((f"{result.old} → {result.new}", "bold")), Text(), _codes(result)]
    for one in result.rounds:
        parts += [Text(), *_round(one, dry_run=result.dry_run)]
    return Group(*parts)


def _codes(result: MigrationResult) -> Table:
    table = _table("question", "category", "becomes", "")
    for question, of in result.codes.items():
        sources = Counter(into for targets in of.values() for into in targets)
        for number_, (code, into) in enumerate(of.items()):
            kind = "split" if len(into) > 1 else "merged" if sources[into[0]] > 1 else "renamed"
            table.add_row("" if number_ else question, code, ", ".join(into), kind)
    return table


def _round(one: RoundMigration, *, dry_run: bool) -> Iterator[RenderableType]:
    heading = Text.assemble((f"Round {one.round}", "bold"), f"  {counted(one.n_annotations, 'annotation')} that count")
    if one.applied and not (one.touched or one.alphas):
        heading.append(": migrated before")
    yield heading
    if one.touched:
        yield _touched(one.touched)
    elif not one.applied:
        yield Text("No answer names a category that becomes another.")
    if one.alphas:
        notes = Notes()
        yield Text()
        yield _alphas(one.alphas, notes)
        yield from footnotes_of(notes)
    for again in one.asked_again:
        yield Text()
        yield Text(_again(again, of_round=one.round, dry_run=dry_run))
    for question, n in one.never_asked.items():
        yield Text()
        yield Text(_never_asked(question, n))


def _touched(touched: Sequence[Touched]) -> Table:
    table = _table("question", "category", "becomes", "annotator", "answers")
    table.columns[-1].justify = "right"
    before: tuple[str, str] | None = None
    for one in touched:
        here = (one.question, one.code)
        first = (one.question, one.code, ", ".join(one.became)) if here != before else ("", "", "")
        table.add_row(*first, one.annotator, f"{one.n_answers:,}")
        before = here
    return table


def _alphas(alphas: Sequence[AlphaMoved], notes: Notes) -> Table:
    table = _table("alpha of", "before", "95 % interval", "after", "95 % interval")
    for one in alphas:
        what = one.question if ":" not in one.level else f"{one.question} ({one.level.partition(':')[2]})"
        table.add_row(what, *_figure(one.before, notes), *_figure(one.after, notes))
    return table


def _figure(estimate: Estimate | None, notes: Notes) -> tuple[str, str]:
    if estimate is None:
        return "", ""
    value = number(estimate.value) if estimate.value is not None else notes.missing(estimate.undefined_because)
    return value, notes.interval(estimate)


def _again(one: AskedAgain, *, of_round: str, dry_run: bool) -> str:
    waits = f"{counted(one.n_waiting, 'answer')} to {one.question} {'waits' if one.n_waiting == 1 else 'wait'}"
    many = f"{counted(one.n_sentences, 'sentence')} × {counted(len(one.annotators), 'annotator')}"
    if one.state != "open":
        back = f"reopen {of_round}" if one.state == "closed" else f"discard {of_round} --undo"
        return (
            f"{waits}: round {one.round}, which asks it again, is {one.state}, and nothing is sent to it. Until "
            "it is coded they do not count in agreement. "
            f"`intercoder rounds {back}` takes that back; then migrate again."
        )
    if dry_run:
        return f"{waits}: round {one.round} would ask it again ({many}). Until then they do not count in agreement."
    who = ", ".join(one.annotators)
    return (
        f"{waits}: round {one.round} asks it again ({many}). Until that is coded and pulled they do not count in "
        f"agreement. {who} label at {one.link}"
    )


def _never_asked(question: str, n: int) -> str:
    is_by, stays = ("is by", "it stays") if n == 1 else ("are by", "they stay")
    return (
        f"{counted(n, 'answer')} to {question} {is_by} annotators who were removed: nobody is asked again, and {stays} "
        "out of agreement. Who is registered again is asked by the next migration."
    )


def _table(*columns: str) -> Table:
    table = Table.grid(padding=(0, 2))
    for _ in columns:
        table.add_column(overflow="fold")
    table.add_row(*(Text(column, style="dim") for column in columns))
    return table
