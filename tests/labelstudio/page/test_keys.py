from __future__ import annotations

import pytest

from toolkit.codebook.parse import parse
from toolkit.codebook.rules_between_questions import same_key
from toolkit.codebook.shipped import shipped_names, shipped_text
from toolkit.errors import ContractViolated
from toolkit.labelstudio.page.keys import check_keys, spare_keys, unusable_because, usable_key


@pytest.mark.parametrize(
    "key",
    ["ctrl+enter", "Enter+Control", "cmd+enter", "⌘+Enter", "escape", "esc", "Return", "del", "alt+.", "option+r",
     "⌥+h", "⇧+up", "command+shift+z", "a,escape", "true", "False"],
)  # fmt: skip
def test_what_label_studio_does_itself_chooses_no_category(key: str) -> None:
    assert usable_key(key) is None


@pytest.mark.parametrize("key", ["a", "A", "1", "shift+a", "u", "ctrl+b", ".", ",", "a,b", "space", "F2", "shift+/"])
def test_every_other_key_stays(key: str) -> None:
    assert usable_key(key) == key


@pytest.mark.parametrize("key", ["é", "!", "#", "%", "truee", "+", "shift", "я", "a+b", "f20", "enterr"])
def test_what_no_page_knows_is_no_key(key: str) -> None:
    """The page would take the code of the character for that of a key: ``%`` for an arrow, ``é`` for none."""
    assert unusable_because(key) == "the page knows no such key"


def test_the_author_is_told_which_where_and_what_is_free() -> None:
    text = codebook_text(["ctrl+enter", "true", "x"])
    with pytest.raises(ContractViolated) as refused:
        check_keys(parse(text, source="book.yaml"), text, source="book.yaml")
    first, second = refused.value.faults
    line = next(number for number, line in enumerate(text.splitlines(), start=1) if "ctrl+enter" in line)
    assert first.place.startswith(f"book.yaml:{line}:")
    assert "'ctrl+enter'" in first.message
    assert "Label Studio" in first.message
    assert "no key" in second.message
    assert "a, b, c" in str(refused.value.todo)
    assert " x," not in str(refused.value.todo)
    usable = codebook_text(["a", "b", "x"])
    check_keys(parse(usable, source="book.yaml"), usable, source="book.yaml")


def codebook_text(keys: list[str]) -> str:
    """A codebook in YAML whose only question has categories with these keys."""
    categories = "".join(
        f'      - code: c{number}\n        title: "{number}"\n        definition: When.\n        hotkey: "{key}"\n'
        for number, key in enumerate(keys)
    )
    return (
        'name: b\nversion: 1.0.0\nlanguage: en\ninstructions: ["Read."]\nquestions:\n'
        f"  - id: q\n    text: How?\n    level: nominal\n    categories:\n{categories}"
    )


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_codebooks_have_keys_that_work(name: str) -> None:
    text = shipped_text(name)
    check_keys(parse(text, source=name), text, source=name)


def test_spare_keys_lie_free_letters_first_and_are_never_label_studios_own() -> None:
    codebook = parse(shipped_text("source-framing"), source="source-framing")
    assert spare_keys(codebook)[:7] == ("u", "shift+q", "shift+w", "shift+e", "shift+r", "shift+t", "shift+y")
    taken = {key for q in codebook.questions for c in q.choosable for key in same_key(c.hotkey or "")}
    assert not {key for spare in spare_keys(codebook) for key in same_key(spare)} & taken
    assert all(unusable_because(key) is None for key in spare_keys(codebook))
