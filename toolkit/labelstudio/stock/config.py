"""What a labelling configuration of anybody's asks: its controls, their kinds, and what may be answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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


def controls_of(xml: str, *, name: str) -> dict[str, Control]:
    """Return the controls of a labelling configuration by name; ``BadInput`` where it is none."""
    if "<!doctype" in xml.lower() or "<!entity" in xml.lower():
        raise BadInput(f"{name} declares a document type, which no labelling configuration needs.")
    try:
        page = fromstring(xml)  # noqa: S314 - nothing is declared in it
        fields = {
            each.get("name"): each.get("value", "")[1:] for each in page.iter() if each.get("value", "")[:1] == "$"
        }
        found = {one.name: one for one in _controls(page, fields, conditional=False, of_regions=False)}
    except ParseError as fault:
        raise BadInput(f"{name} is no labelling configuration: {fault}.", todo=_TODO) from fault
    except RecursionError as fault:
        raise BadInput(f"{name} is nested too deeply to be a labelling configuration.", todo=_TODO) from fault
    if not found:
        raise BadInput(f"{name} asks nothing: no control in it has a name and something it speaks about.", todo=_TODO)
    return found


def path_of(steps: tuple[str, ...]) -> str:
    """Return a path as one text; a stroke within a step is another character, so that the steps stay apart."""
    return PATH.join(step.replace(PATH, "\u2215") for step in steps)


def _controls(
    element: Element, fields: dict[str | None, str], *, conditional: bool, of_regions: bool
) -> Iterator[Control]:
    shown = element.get("visibleWhen", "").lower()
    of_regions = of_regions or shown == _REGION or element.get("perRegion", "").lower() == "true"
    conditional = conditional or shown not in {"", _REGION}
    name, about, kind = element.get("name"), element.get("toName"), element.tag.lower()
    if name is not None and about is not None:
        yield Control(
            name=name,
            kind="labels" if kind in MARKING else kind,
            several=_several(element, kind),
            categories=tuple(dict.fromkeys(_categories(element, kind))),
            of_regions=of_regions,
            conditional=conditional,
            required=element.get("required", "").lower() == "true",
            field=fields.get(about.split(",")[0]) or None,
            highest=_highest(element) if kind == "rating" else None,
        )
    for each in element:
        yield from _controls(each, fields, conditional=conditional, of_regions=of_regions)


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
    return element.get("alias") or element.get("value") or ""


def _highest(element: Element) -> int | None:
    said = element.get("maxRating", "5")
    return int(said) if said.isdecimal() and len(said) < 5 and 0 < int(said) <= HIGHEST else None
