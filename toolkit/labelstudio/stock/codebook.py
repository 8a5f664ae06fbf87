"""A codebook written from the labelling configuration of somebody's project, with levels as guessed from its use."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.comments import CommentedMap

from toolkit.codebook.rules_of_a_question import RESERVED_IDS, TRUTH_IDS
from toolkit.files.yaml_text import writer
from toolkit.labelstudio.page.html_lines import html_lines
from toolkit.labelstudio.stock.config import PATH, Control
from toolkit.labelstudio.stock.levels import Guess, Use, guessed
from toolkit.labelstudio.stock.names import Holds, NamedControl, Names

_LONGEST = 60
_MOST_CATEGORIES = 500
_NEEDED: Mapping[str, int] = {"span": 1, "set": 1, "nominal": 2, "ordinal": 2, "taxonomy": 2}
"""How many categories there must be to tell anything apart."""

_HOLDS: Mapping[str, Holds] = {"interval": "numbers", "text": "texts", "span": "marks"}

_HOW_SHOWN = "asked only after another answer, in a way a codebook cannot say: silence would read as 'none'"
_ITSELF = "; a group chosen itself is a category under it"
_DEFAULT_INSTRUCTION = "Written from the labelling configuration of a project that was there before."


@dataclass(frozen=True, slots=True)
class WrittenCodebook:
    """A codebook as YAML, what stands for what, and what could not be taken up."""

    text: str
    names: Names
    guesses: Mapping[str, tuple[str, str]]
    """Level and why, by question."""
    left_out: Mapping[str, str]
    """Why a control is no question, by its name."""


@dataclass(slots=True)
class _Asked:
    """A question as it is written, and the code of each value its control stores."""

    id: str
    level: str
    because: str
    fields: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    titles: dict[str, list[str]] = field(default_factory=dict)
    """The codes by what is shown of a category: two may be shown alike."""


def written_codebook(
    controls: Mapping[str, Control],
    uses: Mapping[str, Use],
    *,
    title: str,
    instructions_html: str,
    where: str,
    not_marked: Mapping[str, str],
) -> WrittenCodebook:
    """Return a codebook with a question for every control that can be one.

    ``uses`` say how each control was used so far; ``where`` names the project for whoever reads the file;
    ``not_marked`` says why words that a control marks are not words of the sentences.
    """
    asked: dict[str, _Asked] = {}
    left_out: dict[str, str] = {}
    for control in _what_shows_first(controls):
        name = control.name
        made = not_marked.get(name) or _question(control, uses.get(name, Use()), asked)
        if isinstance(made, str):
            left_out[name] = made
        else:
            asked[name] = made
    for name in uses:
        if name not in controls:
            left_out[name] = "answered, and not asked any more"
    return WrittenCodebook(
        _text(asked, title, instructions_html, where),
        Names(
            {name: NamedControl(one.id, _HOLDS.get(one.level, "codes"), one.codes) for name, one in asked.items()},
            frozenset(left_out),
        ),
        {one.id: (one.level, one.because) for one in asked.values()},
        left_out,
    )


def _what_shows_first(controls: Mapping[str, Control]) -> Iterator[Control]:
    """The controls in their order, but for those that are shown by a later one: these follow it."""
    left = dict(controls)
    while left:
        free = (one for one in left.values() if not any(by.control in left for by in one.shown_by))
        chosen = next(free, next(iter(left.values())))  # one of a circle, where there is nothing else
        yield left.pop(chosen.name)


def _question(control: Control, use: Use, before: Mapping[str, _Asked]) -> _Asked | str:
    is_text = control.kind == "textarea" and not control.of_regions and not use.of_regions and use.kinds <= {"textarea"}
    guess = Guess(level="text", because="free text", categories=()) if is_text else guessed(control, use)
    if isinstance(guess, str):
        return guess
    name = _unique(_identifier(control.name), {one.id for one in before.values()} | RESERVED_IDS | TRUTH_IDS)
    one = _Asked(name, guess.level, "; ".join(filter(None, (guess.because, guess.whose))))
    show_if = _show_if(control, before)
    if show_if is None and guess.level in {"set", "span"}:
        return _HOW_SHOWN
    one.fields = {
        "text": control.asked or control.name.strip() or name,
        "required": control.required and show_if is not None,
    }
    if show_if:
        one.fields["show_if"] = show_if
    in_tree = guess.level == "taxonomy"
    categories = _tree(control, guess, use, one) if in_tree else _flat(control, guess.categories, one)
    if len(categories) > _MOST_CATEGORIES:
        return f"it has {len(categories):,} categories, more than a codebook is for"
    choosable = {category["code"] for category in categories} - {category.get("parent") for category in categories}
    if len(choosable) < _NEEDED.get(one.level, 0):
        return "it has one category, and nothing to tell it apart from" if choosable else "it has no category"
    if one.level == "ordinal":
        one.fields["order"] = [category["code"] for category in categories]
    limits = {"minimum": control.least, "maximum": control.most}
    if control.least is None or control.most is None or control.least <= control.most:
        one.fields |= {limit: value for limit, value in limits.items() if value is not None}
    if categories:
        one.fields["categories"] = categories
    return one


def _flat(control: Control, stored: Sequence[str], one: _Asked) -> list[dict[str, Any]]:
    categories: list[dict[str, Any]] = []
    exact = {value for value in stored if _code(value) == value}  # what can be a code is its own, whatever comes first
    for value in stored:
        shown = control.titles.get(value, value).replace(PATH, f" {PATH} ") if one.level == "set" else None
        title, hint = shown or control.titles.get(value, value), control.hints.get(value)
        _category(one, categories, value, title, hint=hint, kept=frozenset(exact - {value}))
    return categories


def _tree(control: Control, guess: Guess, use: Use, one: _Asked) -> list[dict[str, Any]]:
    """Categories with their parents; whoever chose a group itself chose one more category under it."""
    categories: list[dict[str, Any]] = []
    paths = dict.fromkeys(
        PATH.join(steps[:depth])
        for steps in (path.split(PATH) for path in guess.categories)
        for depth in range(1, len(steps) + 1)
    )
    groups = {path.rpartition(PATH)[0] for path in paths} - {""}
    nodes: dict[str, str] = {}
    for path in paths:
        above, _, last = path.rpartition(PATH)
        shown = control.titles.get(path, last)
        hint, parent = control.hints.get(path), nodes.get(above)
        nodes[path] = _category(one, categories, path, shown, parent=parent, hint=hint, slug=last)
        if path in groups and (path in use.in_use or path in control.categories):
            slug = f"{nodes[path]}_itself"
            _category(one, categories, path, f"{shown} (itself)", parent=nodes[path], slug=slug)
            one.because = one.because.removesuffix(_ITSELF) + _ITSELF
    if not groups:
        one.level = "nominal"
    return categories


def _category(
    one: _Asked,
    categories: list[dict[str, Any]],
    stored: str,
    shown: str,
    *,
    parent: str | None = None,
    hint: str | None = None,
    slug: str | None = None,
    kept: frozenset[str] = frozenset(),
) -> str:
    """Add a category to those of a question and return its code, which is its own."""
    code = _unique(_code(slug or stored), {each["code"] for each in categories} | kept)
    said = " ".join(shown.split()) or code
    alike = {each["title"].casefold() for each in categories if each.get("parent") == parent}
    said = f"{said} ({code})" if said.casefold() in alike else said
    category: dict[str, Any] = {"code": code, "title": said}
    category["definition"] = hint or f"“{said}” in the project that was adopted, which does not define it."
    if parent is not None:
        category["parent"] = parent
    categories.append(category)
    one.codes[stored] = code
    one.titles.setdefault(" ".join(shown.split()), []).append(code)
    return code


def _show_if(control: Control, before: Mapping[str, _Asked]) -> dict[str, list[str]] | None:
    """What shows the question, in the codebook's words; nothing where it is always asked, None where it cannot be
    said.
    """
    found: dict[str, list[str]] = {}
    for condition in control.shown_by:
        other = before.get(condition.control or "")
        if condition.when != "choice-selected" or other is None or not other.codes or other.level == "span":
            return None
        if condition.categories and other.level == "taxonomy":
            return None  # which part of a path is meant, and of which one
        codes = list(dict.fromkeys(other.codes.values()))
        if condition.categories:
            meant = [
                [other.codes[value]] if value in other.codes else other.titles.get(value, [])
                for value in condition.categories
            ]
            if not all(meant):
                return None
            codes = list(dict.fromkeys(code for each in meant for code in each))
        found[other.id] = [code for code in codes if code in found.get(other.id, codes)]
    return found if all(found.values()) else None


def _text(asked: Mapping[str, _Asked], title: str, instructions_html: str, where: str) -> str:
    document = CommentedMap()
    document["name"] = _identifier(title).replace("_", "-")
    document["version"] = "1.0.0"
    document["language"] = "und"
    document["instructions"] = html_lines(instructions_html) or [_DEFAULT_INSTRUCTION]
    questions = []
    for one in asked.values():
        question = CommentedMap(id=one.id, text=one.fields.pop("text"), level=one.level)
        question.update(one.fields)
        question.yaml_add_eol_comment(f"a guess: {one.because}", "level")
        questions.append(question)
    document["questions"] = questions
    document.yaml_set_start_comment(
        f"Written from the labelling configuration of {where}.\n"
        "Levels are guesses: mend those that are wrong, give an ordinal question its order, raise the version, and\n"
        "have `intercoder pull` take it up. Ids and codes stand for what the project stores: leave them as they are."
    )
    buffer = io.StringIO()
    yaml = writer()
    yaml.indent(mapping=2, sequence=4, offset=2)  # as the shipped ones are
    yaml.dump(document, buffer)
    return buffer.getvalue()


def _identifier(name: str) -> str:
    """A name as an id of a codebook: small letters, digits and underscores, a letter first."""
    plain = re.sub(r"[^a-z0-9]+", "_", _ascii(name).lower()).strip("_")
    return (plain if plain[:1].isalpha() else f"q_{plain}".rstrip("_"))[: _LONGEST - 4].rstrip("_")


def _code(stored: str) -> str:
    """A stored value as a code: itself where it can be one."""
    plain = re.sub(r"[^A-Za-z0-9_+\-.]+", "_", _ascii(stored)).strip("_.")[: _LONGEST - 8]
    return plain if plain and plain.lower() not in TRUTH_IDS else f"category_{plain}".rstrip("_")


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _unique(name: str, taken: set[str] | frozenset[str]) -> str:
    """The name, with a number where it is taken."""
    folded = {each.casefold() for each in taken}
    number, found = 2, name
    while found.casefold() in folded:
        found, number = f"{name}_{number}", number + 1
    return found
