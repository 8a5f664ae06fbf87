from __future__ import annotations

import pytest

from toolkit.codebook.model import Category, Codebook, Question
from toolkit.labelstudio.page.keys import keys_left_out, usable_key


@pytest.mark.parametrize(
    "key",
    ["ctrl+enter", "Enter+Control", "cmd+enter", "⌘+Enter", "escape", "esc", "Return", "del", "alt+.", "option+r",
     "⌥+h", "⇧+up", "command+shift+z", "a,escape", "true", "False"],
)  # fmt: skip
def test_what_label_studio_does_itself_chooses_no_category(key: str) -> None:
    assert usable_key(key) is None


@pytest.mark.parametrize("key", ["a", "A", "1", "shift+a", "u", "ctrl+b", ".", "+", ",", "é", "a,b", "truee"])
def test_every_other_key_stays(key: str) -> None:
    assert usable_key(key) == key


def test_the_author_is_told_which_and_why() -> None:
    keys = {"a": "ctrl+enter", "b": "true", "c": "x"}
    categories = [Category(code=code, title=code, definition="When.", hotkey=key) for code, key in keys.items()]
    asked = Question(id="q", text="?", level="nominal", categories=categories)
    book = Codebook(name="b", version="1.0.0", language="en", instructions=["Read."], questions=[asked])
    told = keys_left_out(book)
    assert len(told) == 2
    assert "'ctrl+enter' of 'a' (q)" in told[0]
    assert "Label Studio" in told[0]
    assert "'true' of 'b' (q)" in told[1]
    assert "no key" in told[1]
