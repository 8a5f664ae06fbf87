"""YAML that means harm is refused at once, with its place; YAML that people write is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from toolkit.files.yaml_text import Bounds, NotYaml, kept_as_written, node_tree, plain_values

BOUNDS = Bounds(characters=300_000, values=1_000)
READERS = [plain_values, kept_as_written, node_tree]

LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
MERGED = "a0: &a0 {k: v}\n" + "".join(
    f"a{n}: &a{n} {{b: *a{n - 1}, c: *a{n - 1}, <<: *a{n - 1}}}\n" for n in range(1, 40)
)


@pytest.fixture(params=READERS, ids=lambda reader: str(reader.__name__))
def reader(request: pytest.FixtureRequest) -> Callable[[str, Bounds], Any]:
    found: Callable[[str, Bounds], Any] = request.param
    return found


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a: " + "[" * 5000 + "]" * 5000, (1, 54), "nested too deep: 50"),
        ("a: " + "[" * 290_000, (1, 54), "nested too deep"),
        ("{" * 5000, (1, 51), "nested too deep"),
        ("- " * 5000, (1, 101), "nested too deep"),
        ("? " * 5000, (1, 101), "nested too deep"),
        ("\n".join(" " * n + "a:" for n in range(700)), (51, 51), "nested too deep"),
        (LAUGHS, (4, 20), "1,000 values once aliases are written out"),
        (MERGED, (6, 13), "1,000 values once aliases are written out"),
        ("k: [" + "a, " * 5000 + "]", (1, 2996), "1,000 values"),
        ("k:\n" + "- a\n" * 5000, (999, 3), "1,000 values"),
        ("&a [x, *a]", (1, 8), "an alias that holds itself"),
        ("k: &a\n  b: {c: *a}", (2, 10), "an alias that holds itself"),
        ("k: 0x" + "f" * 5000, (1, 4), "a number of 5,002 digits"),
        ("k: -" + "9" * 5000, (1, 4), "a number of 5,001 digits"),
        ("k: *gone", (1, 4), "not YAML"),
        ("a\n---\nb", (2, 1), "a second document"),
        ("k: a\u0007", (1, 5), "U+0007"),
        ("#" * 300_001, (1, 1), "is 300,001 characters long; 300,000 are the most"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_what_means_harm(reader: Callable[[str, Bounds], Any], text: str, place: tuple[int, int], said: str) -> None:
    with pytest.raises(NotYaml) as refused:
        reader(text, BOUNDS)
    assert (refused.value.line, refused.value.column) == place
    assert said in refused.value.said


@pytest.mark.parametrize("read", [plain_values, kept_as_written])
@pytest.mark.parametrize(
    "text", ["k: !!python/object/apply:os.system [x]", "k: !mine x", "k: !!binary a", "k: !!set {a}"]
)
def test_a_tag_makes_nothing(read: Callable[[str, Bounds], Any], text: str) -> None:
    with pytest.raises(NotYaml, match="has the tag"):
        read(text, BOUNDS)


@pytest.mark.parametrize("read", [plain_values, kept_as_written])
@pytest.mark.parametrize("text", ["k: 2026-02-31", "k: !!int x", "<<: 3", "k: !!str [a]\nk: 2", "%YAML 9.1\n---\na"])
def test_what_cannot_be_made(read: Callable[[str, Bounds], Any], text: str) -> None:
    with pytest.raises(NotYaml, match="is not YAML"):
        read(text, BOUNDS)


def test_a_key_that_is_a_list_of_lists() -> None:
    with pytest.raises(NotYaml, match="has a list or map as a key"):
        plain_values("? [[a]]\n: b", BOUNDS)


def test_what_people_write_is_read(reader: Callable[[str, Bounds], Any]) -> None:
    reader("a: &a {x: 1, y: [2, 'no']}\nb:\n  <<: *a\n  z: !!str 3\n" + "c: " + "[" * 49 + "]" * 49, BOUNDS)


def test_aliases_and_merges_are_written_out() -> None:
    text = "a: &a {x: 1}\nb: {<<: *a, y: no}\nc: [*a, *a]"
    assert plain_values(text, BOUNDS) == {"a": {"x": 1}, "b": {"x": 1, "y": "no"}, "c": [{"x": 1}, {"x": 1}]}
    assert plain_values(text, Bounds(characters=100, values=21)) is not None
    with pytest.raises(NotYaml):
        plain_values(text, Bounds(characters=100, values=20))
