"""What a labelling configuration of anybody's asks: its controls, their kinds, and what may be answered."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from xml.etree.ElementTree import Element, ParseError, fromstring

from toolkit.errors import BadInput

PATH = "/"
"""Between the steps of a path in a tree of categories."""

MARKING = ("labels", "hypertextlabels", "paragraphlabels")
"""Kinds of controls that mark words."""

HIGHEST = 1000
"""The best rating that is believed."""

_REGION = "region-selected"
_TODO = "It is what the project shows under Settings, Labeling Interface, Code."


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One thing annotators are asked for."""

    name: str
    kind: str
    """``choices``, ``taxonomy``, ``labels`` (marked words), ``rating``, ``number``, ``pairwise``, or another word."""
    several: bool = False
    """Whether an answer may hold several categories."""
    categories: tuple[str, ...] = ()
    """Those that can be chosen; empty where they come with the data."""
    of_regions: bool = False
    """Whether it is asked of marked regions, not of the whole."""
    conditional: bool = False
    """Whether it is asked only after another answer."""
    required: bool = False
    field: str | None = None
    """The field whose text is shown and marked."""
    highest: int | None = None
    """The best rating there is."""
    titles: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What is shown of a category, where that is not what an annotation holds of it."""
    hints: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What a category says of itself."""
    asked: str | None = None
    """The heading before it."""
    shown_by: tuple[Condition, ...] = ()
    """What makes it appear, all of it, where it is not asked always."""
    least: float | None = None
    most: float | None = None
    """Limits of a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What makes a control appear: categories of another one (none: any of them), or something else."""

    when: str
    """``choice-selected``, or another word of the configuration."""
    control: str | None = None
    categories: tuple[str, ...] = ()


def controls_of(xml: str, *, name: str) -> dict[str, Control]:
    """Return the controls of a labelling configuration by name; ``BadInput`` where it is none."""
    if "<!doctype" in xml.lower() or "<!entity" in xml.lower():
        raise BadInput(
            f"{name} declares a document type, which no labelling configuration needs",
            todo="Leave out the line that begins with <!DOCTYPE.",
        )
    try:
        page = fromstring(xml)  # noqa: S314 - nothing is declared in it
        fields = {
            each.get("name"): each.get("value", "")[1:] for each in page.iter() if each.get("value", "")[:1] == "$"
        }
        asked = _headings(page)
        found = {
            one.name: replace(one, asked=asked.get(one.name)) for one in _controls(page, fields, (), of_regions=False)
        }
    except ParseError as fault:
        raise BadInput(f"{name} is no labelling configuration: {fault}.", todo=_TODO) from fault
    except RecursionError as fault:
        raise BadInput(f"{name} is nested too deeply to be a labelling configuration.", todo=_TODO) from fault
    if not found:
        raise BadInput(f"{name} asks nothing: no control in it has a name and something it speaks about.", todo=_TODO)
    return found


def printable(name: str) -> str:
    """Return a name with a mark in place of each character that would not be printed as one."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in name)


def path_of(steps: tuple[str, ...]) -> str:
    """Return a path as one text; a stroke within a step is another character, so that the steps stay apart."""
    return PATH.join(step.replace(PATH, "\u2215") for step in steps)


def shown_in(xml: str) -> dict[str, str]:
    """Return what a labelling configuration shows: the kind of each field, as ``text`` or ``image``."""
    page = fromstring(xml)  # noqa: S314 - checked by ``controls_of``, which comes first
    objects = [each for each in page.iter() if each.get("name") and not each.get("toName")]
    return {value[1:]: each.tag.lower() for each in objects if (value := each.get("value", ""))[:1] == "$"}


def _headings(page: Element) -> dict[str, str]:
    """The heading that stands before each control, with no other control between them."""
    found: dict[str, str] = {}
    heading = None
    for each in page.iter():
        said = " ".join(each.get("value", "").split())
        if each.tag.lower() == "header":
            heading = said if said and "$" not in said else None
        elif (name := each.get("name")) is not None and each.get("toName") is not None:
            if heading is not None:
                found[printable(name)] = heading
            heading = None
    return found


def _controls(
    element: Element, fields: dict[str | None, str], conditions: tuple[Condition, ...], *, of_regions: bool
) -> Iterator[Control]:
    shown = element.get("visibleWhen", "").lower()
    of_regions = of_regions or shown == _REGION or element.get("perRegion", "").lower() == "true"
    if shown not in {"", _REGION}:
        conditions = (*conditions, _condition(element, shown))
    name, about, kind = element.get("name"), element.get("toName"), element.tag.lower()
    if name is not None and about is not None:
        yield Control(
            name=printable(name),
            kind="labels" if kind in MARKING else kind,
            several=_several(element, kind),
            categories=tuple(dict.fromkeys(_categories(element, kind))),
            of_regions=of_regions,
            conditional=bool(conditions),
            required=element.get("required", "").lower() == "true",
            field=fields.get(about.split(",")[0]) or None,
            highest=_highest(element) if kind == "rating" else None,
            titles=dict(_said(element, "value")),
            hints=dict(_said(element, "hint")),
            shown_by=conditions,
            least=_limit(element, "min") if kind == "number" else None,
            most=_limit(element, "max") if kind == "number" else None,
        )
    for each in element:
        yield from _controls(each, fields, conditions, of_regions=of_regions)


def _condition(element: Element, shown: str) -> Condition:
    listed = tuple(printable(part) for part in element.get("whenChoiceValue", "").split(",") if part)
    return Condition(when=shown, control=printable(element.get("whenTagName", "")) or None, categories=listed)


def _said(element: Element, what: str) -> Iterator[tuple[str, str]]:
    """What the categories below say, by what an annotation holds of each: its path, in a tree."""
    yield from _said_below(element, what, (), tree=element.tag.lower() == "taxonomy")


def _said_below(element: Element, what: str, above: tuple[str, ...], *, tree: bool) -> Iterator[tuple[str, str]]:
    for each in element:
        steps = above
        if each.tag.lower() in {"choice", "label"}:
            steps = (*above, _stored(each)) if tree else (_stored(each),)
            if said := printable(" ".join((each.get(what) or "").split())):
                yield path_of(steps) if tree else steps[0], said
        yield from _said_below(each, what, steps, tree=tree)


def _limit(element: Element, name: str) -> float | None:
    try:
        limit = float(element.get(name, ""))
    except ValueError:
        return None
    return limit if isfinite(limit) else None


def _several(element: Element, kind: str) -> bool:
    if kind == "choices":
        return element.get("choice", "").lower() == "multiple"
    return kind == "taxonomy" and element.get("maxUsages") != "1"


def _categories(element: Element, kind: str) -> Iterator[str]:
    if kind == "pairwise":
        yield from ("left", "right")
    elif kind == "taxonomy":
        yield from _paths(element, (), leaves_only=element.get("leafsOnly", "").lower() == "true")
    else:
        yield from (_stored(each) for each in element.iter() if each.tag.lower() in {"choice", "label"})


def _paths(element: Element, above: tuple[str, ...], *, leaves_only: bool) -> Iterator[str]:
    for each in element:
        if each.tag.lower() == "choice":
            steps = (*above, _stored(each))
            if not (leaves_only and len(each)):
                yield path_of(steps)
            yield from _paths(each, steps, leaves_only=leaves_only)


def _stored(element: Element) -> str:
    """What an annotation holds of a category: its alias, where it has one."""
    return printable(element.get("alias") or element.get("value") or "")


def _highest(element: Element) -> int | None:
    said = element.get("maxRating", "5")
    return int(said) if said.isdecimal() and len(said) < 5 and 0 < int(said) <= HIGHEST else None
