"""docs/troubleshooting.md is made from what is held, and holds all of it."""

from __future__ import annotations

from tests.messages import held
from tests.messages.groups import GROUPS
from tests.messages.troubleshooting import PAGE, Message, message, page


def test_the_page_is_what_is_made_from_the_held_texts() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"write it anew: {held.ANEW}"


def test_every_case_has_a_row_of_its_own() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| ") and line.count(" | ") == 3]
    heads = len(GROUPS)
    assert len(rows) - heads == sum(len(group.cases) for group in GROUPS)


def test_a_text_is_taken_apart() -> None:
    text = (
        "$ intercoder x\n    Error: two faults in a.csv.\n      line 1: no\n      line 2: no\n    What to do: Mend.\n"
        "exit 3"
    )
    assert message(text) == Message("two faults in a.csv.", ("line 1: no", "line 2: no"), "Mend.")
    plain = "$ >>> from Python\n    a seed is 0 or more\n    Give one.\nexit 2"
    assert message(plain) == Message("a seed is 0 or more", (), "Give one.")
    box = (
        "$ intercoder\n    Usage: x\n    Try 'intercoder --help' for help.\n    ╭─ Error ─╮\n    │ No such │\n"
        "    │ option. │\n    ╰─────────╯\nexit 2"
    )
    assert message(box) == Message("No such option.", (), "Try `intercoder --help`.")
