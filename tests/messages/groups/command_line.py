"""The command line itself."""

from __future__ import annotations

from tests.messages.case import Case, Group

GROUP = Group(
    5,
    "command-line",
    "The command line",
    (
        Case("no-such-command", "You misspell a command.", "pul"),
        Case("no-such-option", "You misspell an option.", "pull --rond pilot"),
        Case("no-number", "An option that is a number is given something else.", "push --articles many"),
        Case("missing-argument", "You leave out what a command is about.", "init"),
    ),
    about="Said before anything is read: nothing was changed.",
)
