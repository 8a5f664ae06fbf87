"""Which key chooses a category on the labelling page: the codebook's, unless Label Studio acts on it itself."""

from __future__ import annotations

from typing import Final

from toolkit.codebook.document import Place
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import hotkey_places
from toolkit.codebook.rules_between_questions import same_key
from toolkit.errors import ContractViolated, Fault

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


_NAMED: Final = frozenset({
    "tab", "clear", "space", "left", "up", "right", "down", "home", "end", "pageup", "pagedown",
    ",", ".", "/", "`", "-", "=", ";", "'", "[", "]", "\\", *(f"f{number}" for number in range(1, 20)),
})  # fmt: skip
"""Keys that its page knows by name, besides letters and digits; another character it takes for some other key."""

_MODIFIERS: Final = frozenset({"shift", "ctrl", "alt", "cmd"})
_AS_THEY_LIE: Final = "qwertyuiopasdfghjklzxcvbnm1234567890"
_PLAIN: Final = frozenset(_AS_THEY_LIE)


def unusable_because(hotkey: str) -> str | None:
    """Return why the hotkey cannot choose a category; None if it can.

    >>> unusable_because("Control+Enter"), unusable_because("é"), unusable_because("shift+a")
    ('Label Studio uses this key itself', 'the page knows no such key', None)
    """
    if hotkey.lower() in _TRUTH:
        return "it is no key"
    keys = same_key(hotkey)
    if any(_is_own(key) for key in keys):
        return "Label Studio uses this key itself"
    return None if all(_is_known(key) for key in keys) else "the page knows no such key"


def usable_key(hotkey: str | None) -> str | None:
    """Return the hotkey if it can choose a category; None where there is none, or it cannot.

    >>> usable_key("shift+a"), usable_key("Control+Enter"), usable_key("esc"), usable_key("true")
    ('shift+a', None, None, None)
    """
    return None if hotkey is None or unusable_because(hotkey) is not None else hotkey


def check_keys(codebook: Codebook, text: str, *, source: str) -> None:
    """Raise ``ContractViolated`` with every hotkey of a codebook that the page cannot use, at its line and column.

    For codebooks that somebody brings. Rounds that run go on with theirs: the page leaves such keys out.
    """
    places = hotkey_places(text)
    faults = [
        Fault(_written_at(places.get((question.id, category.code)), source), f"the hotkey {category.hotkey!r}: {why}")
        for question in codebook.questions
        for category in question.choosable
        if category.hotkey is not None and (why := unusable_because(category.hotkey)) is not None
    ]
    if faults:
        free = ", ".join(free_keys(codebook))
        raise ContractViolated(
            f"{source} gives categories hotkeys that cannot choose them",
            faults=faults,
            todo=f"Free are: {free or 'none'}; and letters and digits with shift+.",
        )


def free_keys(codebook: Codebook) -> tuple[str, ...]:
    """Return the letters and digits that choose nothing yet."""
    return tuple(sorted(_PLAIN - _taken(codebook), key=lambda key: (key.isdigit(), key)))


def spare_keys(codebook: Codebook) -> tuple[str, ...]:
    """Return keys that choose nothing yet, for what a page has besides the codebook: as they lie on a keyboard, letters
    before digits, then the same with shift.
    """
    taken = _taken(codebook)
    return tuple(
        f"{shift}{key}" for shift in ("", "shift+") for key in _AS_THEY_LIE if not same_key(shift + key) & taken
    )


def _taken(codebook: Codebook) -> set[str]:
    return {
        key
        for question in codebook.questions
        for category in question.choosable
        if category.hotkey is not None
        for key in same_key(category.hotkey)
    }


def _written_at(place: Place | None, source: str) -> str:
    return source if place is None else f"{source}:{place.line}:{place.column}"


def _is_known(key: str) -> bool:
    named = [part for part in key.split("+") if part not in _MODIFIERS]
    return len(named) == 1 and (named[0] in _PLAIN or named[0] in _NAMED)


def _is_own(key: str) -> bool:
    """Whether Label Studio acts on it; on a Mac it listens to cmd where others have ctrl."""
    parts = frozenset(_SYNONYMS.get(part, part) for part in key.split("+"))
    return parts in _OWN or frozenset("ctrl" if part == "cmd" else part for part in parts) in _OWN
