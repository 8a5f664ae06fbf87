"""What to send to an annotator, who is registered, and what erasing somebody reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from toolkit.files.wording import counted
from toolkit.loop.annotator_attributes import ImportedAttributes
from toolkit.loop.annotator_removal import RemovedAnnotator
from toolkit.loop.annotators import AddedAnnotators, Handover
from toolkit.loop.erase import Erasure
from toolkit.study.removals import Removal


def handover_text(handover: Handover) -> str:
    """Return what to send to one annotator, ready to be copied: lines are never wrapped, a broken link opens
    nothing.
    """
    facts = [("in reports", handover.annotator)]
    if handover.invite_link is not None:
        facts.append(("first", f"make the account: {handover.invite_link}"))
    if handover.password is not None:
        facts.append(("password", handover.password))
        if handover.password_is_new:
            facts.append(("", "this is a new password: the one handed out before was lost and opens nothing any more"))
    elif handover.invite_link is None:
        facts.append(("account", "is there already, with a password of their own"))
    facts += [(f"label {name}", link) for name, link in handover.links.items()]
    if not handover.links:
        facts.append(("label", "the link comes with `intercoder push`"))
    width = max(len(label) for label, _ in facts)
    return "\n".join([handover.email, *(f"  {label:<{width}}  {value}" for label, value in facts), ""])


def removal_word(removal: Removal | None) -> str:
    """Return since when somebody is removed and what became of their answers; nothing for anybody else."""
    return "" if removal is None else f"{removal.at:%Y-%m-%d}, answers {removal.answers}"


def removed_lines(removed: RemovedAnnotator) -> Iterator[str]:
    """Yield what becomes of somebody's work, and what their leaving asks of others."""
    since = f"{removed.at:%Y-%m-%d %H:%M:%S} UTC"
    by_machine = "" if removed.clock_of == "server" else ", by this machine's clock: the server could not be asked"
    yield f"{removed.annotator} is removed since {since}{by_machine}: no link, no later round, and nothing more counts."
    if removed.answers == "kept":
        yield f"What they did until then counts: {_by_round(removed.counted, 'annotation')}."
        if removed.withdrawn:
            yield f"Later and left out: {_by_round(removed.withdrawn, 'annotation')}."
    else:
        yield f"Nothing they did counts: withdrawn, and kept, are {_by_round(removed.withdrawn, 'annotation')}."
    for name, n in removed.wanting.items():
        yield (
            f"{counted(n, 'sentence')} of {name} have an annotation that does not count: "
            f"`intercoder push --round {name}` has each coded once more."
        )
    yield "Their account in Label Studio stays. `intercoder annotators add` with their address undoes this."


def _by_round(numbers: Mapping[str, int], noun: str) -> str:
    return ", ".join(f"{counted(n, noun)} of {name}" for name, n in numbers.items()) or f"no {noun} so far"


def imported_sentence(found: ImportedAttributes) -> str:
    """Return what a file of attributes changed.

    >>> imported_sentence(ImportedAttributes(attributes=("leaning", "age"), n_annotators=3, n_changed=0))
    'leaning, age of 3 annotators: nothing changed.'
    """
    what = f"{', '.join(found.attributes)} of {counted(found.n_annotators, 'annotator')}"
    return f"{what}: {f'{found.n_changed:,} changed' if found.n_changed else 'nothing changed'}."


def annotators_table(rows: Sequence[Mapping[str, str]]) -> Table | Text:
    """Return the registered annotators, one per row."""
    if not rows:
        return Text("Nobody is registered yet: `intercoder annotators add EMAIL…`.")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in rows[0]:
        table.add_column(column)
    for row in rows:
        table.add_row(*row.values())
    return table


def erasure_question(n_annotations: int, n_versions: int) -> str:
    """Return what is asked before somebody is erased."""
    return (
        f"Erase {counted(n_annotations, 'annotation')} ({counted(n_versions, 'version')}), the registration and the "
        "address of this person for good? Nothing brings them back."
    )


def reinstated_lines(added: AddedAnnotators) -> list[str]:
    """Return a line for each who had been removed."""
    return [f"{name} was removed, and is not any more: what they did counts again." for name in added.reinstated]


def erasure_lines(done: Erasure) -> list[str]:
    """Return what was erased, and everything that has to be seen to elsewhere."""
    kept = counted(done.n_annotations, "annotation"), counted(done.n_versions, "version")
    lines = [f"Erased from study.db: {kept[0]}, {kept[1]}."]
    if done.n_edited:
        n = counted(done.n_edited, "annotation")
        lines.append(f"{n} of others that they were the last to change stay: they are the others'.")
    lines.append("Not reached from here:")
    if done.server_away is not None:
        away = done.server_away
        lines.append(f"  Label Studio could not be asked ({away}): their account and answers may be there.")
    else:
        there = ", ".join(f"{counted(n, 'sentence')} of {name}" for name, n in done.on_server.items())
        lines.append(f"  Label Studio: their account, and answers on {there or 'no sentence of this study'}.")
    lines.append("  A pull leaves out what is there; delete it there as well (the account's page, the Data Manager).")
    lines += [
        f"  {name} in Label Studio: {counted(n, 'sentence')} with their answers on the page, under a letter."
        for name, n in done.shown_on_server.items()
    ]
    lines += [f"  a copy of study.db from before: {path}" for path in done.copies]
    lines += [f"  an export from before: {path}" for path in done.exports]
    lines += [
        f"  a letter to somebody else, which may quote them (`intercoder feedback` writes it anew): {path}"
        for path in done.letters
    ]
    lines.append("  copies of the study, backups, exports, letters and reviews that lie elsewhere.")
    return lines
