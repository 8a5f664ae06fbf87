"""What to send to an annotator, and who is registered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich import box
from rich.table import Table
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Handover:
    """What to send to one annotator: a password, or an invite link, or neither where the account was there before."""

    annotator: str
    email: str = field(repr=False)
    links: Mapping[str, str]
    """Labelling link by round; each opens the stream of sentences, not the table of everybody's answers."""
    password: str | None = field(default=None, repr=False)
    invite_link: str | None = field(default=None, repr=False)
    password_is_new: bool = False
    """Whether an account that was there got this password now, because the one it had was lost."""


def handover_text(handover: Handover) -> str:
    """What to send to one annotator, ready to be copied: lines are never wrapped, a broken link opens nothing."""
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


def annotators_table(rows: Sequence[Mapping[str, str]]) -> Table | Text:
    """The registered annotators, one per row."""
    if not rows:
        return Text("Nobody is registered yet: `intercoder annotators add EMAIL…`.")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in rows[0]:
        table.add_column(column)
    for row in rows:
        table.add_row(*row.values())
    return table
