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


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One thing annotators are asked for; None where the configuration does not say."""

    name: str
    kind: str
    """``choices``, ``taxonomy``, ``labels`` (marked words), ``rating``, ``number``, ``pairwise``, or another word."""
    several: bool = False
    """Whether an answer may hold several categories."""
    categories: tuple[str, ...] = ()
    of_regions: bool = False
    """Whether it is asked of marked regions, not of the whole."""
    field: str | None = None
    """The field whose text is shown and marked."""
    highest: int | None = None
    """The best rating there is."""


def controls_of(xml: str, *, name: str) -> dict[str, Control]:
    """Return the controls of a labelling configuration by name; ``BadInput`` where it is none."""
    if "<!" in xml.replace("<!--", ""):
        raise BadInput(f"{name} declares entities, which no labelling configuration needs.")
    try:
        page = fromstring(xml)  # noqa: S314 - nothing is declared in it
    except ParseError as fault:
        raise BadInput(f"{name} is no labelling configuration: {fault}.", todo=_TODO) from fault
    fields = {element.get("name"): _field(element) for element in page.iter() if element.get("value", "")[:1] == "$"}
    found = {one.name: one for element in page.iter() if (one := _control(element, fields)) is not None}
    if not found:
        raise BadInput(f"{name} asks nothing: no control in it has a name and something it speaks about.", todo=_TODO)
    return found


_TODO = "It is what the project shows under Settings, Labeling Interface, Code."


def _control(element: Element, fields: dict[str | None, str | None]) -> Control | None:
    name, about = element.get("name"), element.get("toName")
    if name is None or about is None:
        return None
    kind = element.tag.lower()
    return Control(
        name=name,
        kind="labels" if kind in MARKING else kind,
        several=_several(element),
        categories=tuple(dict.fromkeys(_categories(element))),
        of_regions=element.get("perRegion", "").lower() == "true",
        field=fields.get(about.split(",")[0]),
        highest=_highest(element),
    )


def _field(element: Element) -> str | None:
    return element.get("value", "")[1:] or None


def _several(element: Element) -> bool:
    if element.tag == "Choices":
        return element.get("choice", "").lower() == "multiple"
    return element.tag == "Taxonomy" and element.get("maxUsages") != "1"


def _categories(element: Element) -> Iterator[str]:
    if element.tag == "Pairwise":
        yield from ("left", "right")
    elif element.tag == "Taxonomy":
        yield from _paths(element, ())
    else:
        yield from (_stored(each) for each in element if each.tag in {"Choice", "Label"})


def _paths(element: Element, above: tuple[str, ...]) -> Iterator[str]:
    for each in element:
        if each.tag == "Choice":
            steps = (*above, _stored(each))
            yield path_of(steps)
            yield from _paths(each, steps)


def path_of(steps: tuple[str, ...]) -> str:
    """Return a path as one text; a stroke within a step is another character, so that the steps stay apart."""
    return PATH.join(step.replace(PATH, "\u2215") for step in steps)


def _stored(element: Element) -> str:
    """What an annotation holds of a category: its alias, where it has one."""
    return element.get("alias") or element.get("value") or ""


def _highest(element: Element) -> int | None:
    if element.tag != "Rating":
        return None
    said = element.get("maxRating", "5")
    return int(said) if said.isdecimal() and 0 < int(said) <= HIGHEST else None
