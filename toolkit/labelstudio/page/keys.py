"""Which key chooses a category on the labelling page: the codebook's, unless Label Studio acts on it itself."""

from __future__ import annotations

from typing import Final

from toolkit.codebook.model import Codebook
from toolkit.codebook.rules_between_questions import same_key

_SYNONYMS: Final = {"esc": "escape", "return": "enter", "del": "delete", "⌥": "alt", "⌃": "ctrl"}
# What Label Studio 1.23 does itself where a text is labelled: pressed on a category these would act twice, and an
# answer submitted that way had not been seen. (`u` only lets go of marked words, and stays a letter to use.)
_OWN: Final = frozenset(
    frozenset(key.split("+"))
    for key in (
        *("enter", "escape", "backspace", "delete", "alt+.", "alt+r", "alt+h", "alt+l", "alt+m", "alt+enter"),
        *("ctrl+enter", "ctrl+space", "ctrl+z", "ctrl+shift+z", "ctrl+backspace", "ctrl+h", "ctrl+d"),
        *("shift+up", "shift+down", "shift+left", "shift+right", "shift+."),
    )
)
_TRUTH: Final = ("true", "false")


def usable_key(hotkey: str | None) -> str | None:
    """Return the hotkey if it can choose a category; None where there is none, or Label Studio needs it for itself.

    >>> usable_key("shift+a"), usable_key("Control+Enter"), usable_key("esc"), usable_key("true")
    ('shift+a', None, None, None)
    """
    if hotkey is None or hotkey.lower() in _TRUTH or any(_is_own(key) for key in same_key(hotkey)):
        return None
    return hotkey


def keys_left_out(codebook: Codebook) -> tuple[str, ...]:
    """Return the hotkeys of a codebook that its page does not use, each with its category and the reason, in page
    order.
    """
    return tuple(
        f"the hotkey {category.hotkey!r} of {category.code!r} ({question.id}) does not choose it: "
        + ("it is no key" if category.hotkey.lower() in _TRUTH else "Label Studio uses this key itself")
        for question in codebook.questions
        for category in question.choosable
        if category.hotkey is not None and usable_key(category.hotkey) is None
    )


def _is_own(key: str) -> bool:
    """Whether Label Studio acts on it; on a Mac it listens to cmd where others have ctrl."""
    parts = frozenset(_SYNONYMS.get(part, part) for part in key.split("+"))
    return parts in _OWN or frozenset("ctrl" if part == "cmd" else part for part in parts) in _OWN
