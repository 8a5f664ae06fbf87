"""What a labelling page asks, read from Label Studio's XML, and in what two pages differ for an annotator.

Only what is asked and what may be answered counts: questions, their kind, condition and limits, categories with
title and definition. How it looks does not, so a page written by another version of intercoder differs in nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from typing import Final
from xml.etree.ElementTree import Element, ParseError, fromstring

from toolkit.labelstudio.page.html_lines import html_lines

_CONTROLS: Final = {"Choices": "categories", "Labels": "labels", "TextArea": "text", "Number": "a number"}
_WORD_JOINER: Final = "\u2060"
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class _Option:
    title: str
    definition: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question as a page has it; ``details`` are compared one by one, under the words they are reported in."""

    details: Mapping[str, str]
    options: Mapping[str, _Option]


def page_differences(
    wanted_xml: str, wanted_instructions: str, *, config_xml: str, instructions: str
) -> tuple[str, ...]:
    """Say in what a page and its instructions differ from those that a codebook gives, in plain words; empty if in
    nothing.
    """
    page = _page(config_xml)
    if page is None:
        return ("the page cannot be read", *_instructions(wanted_instructions, instructions))
    found, wanted = _asked(page), _asked(fromstring(wanted_xml))  # noqa: S314 - of our own writing
    differences = [f"question {name!r} is not on the page" for name in wanted if name not in found]
    differences += [f"question {name!r} is on the page, not in the codebook" for name in found if name not in wanted]
    for name in wanted:
        if name in found:
            differences += [f"question {name!r}: {what}" for what in _question(wanted[name], found[name])]
    return (*differences, *_instructions(wanted_instructions, instructions))


def _page(config_xml: str) -> Element | None:
    """The page as a tree; None where it is none, or declares what could grow without end."""
    if "<!" in config_xml.replace("<!--", ""):
        return None
    try:
        return fromstring(config_xml)  # noqa: S314 - nothing is declared in it
    except ParseError:
        return None


def _question(wanted: _Asked, found: _Asked) -> Iterator[str]:
    for what, value in wanted.details.items():
        if found.details[what] != value:
            yield f"{what} is {_short(found.details[what])}, in the codebook {_short(value)}"
    for code, option in wanted.options.items():
        if code not in found.options:
            yield f"category {code!r} is not on the page"
        elif found.options[code].title != option.title:
            yield f"category {code!r} is called {_short(found.options[code].title)}, not {_short(option.title)}"
        elif found.options[code].definition != option.definition:
            yield f"category {code!r} has another definition"
    for code in found.options:
        if code not in wanted.options:
            yield f"category {code!r} is on the page, not in the codebook"


def _asked(page: Element) -> dict[str, _Asked]:
    """The questions of a page by name."""
    above = {child: parent for parent in page.iter() for child in parent}
    return {
        control.get("name", ""): _Asked(_details(control, above), dict(_options(control)))
        for control in page.iter()
        if control.tag in _CONTROLS
    }


def _details(control: Element, above: Mapping[Element, Element]) -> dict[str, str]:
    conditions, text, element = [], "", control
    while element in above:
        element = above[element]
        if when := element.get("visibleWhen"):
            codes = sorted(code for code in element.get("whenChoiceValue", "").split(",") if code)
            conditions.append(f"{when} {element.get('whenTagName')}: {', '.join(codes)}")
        if element.get("idAttr") == f"question-{control.get('name')}":
            text = next((_words(header.get("value", "")) for header in element.iter("Header")), "")
    chosen = [_code(option) for option in _choices(control) if option.get("selected") == "true"]
    several = "several" if control.get("choice") == "multiple" else "one"
    return {
        "the question": text,
        "the kind of answer": _CONTROLS[control.tag] + (f", {several}" if control.tag == "Choices" else ""),
        "what it is about": control.get("toName", ""),
        "whether it must be answered": "yes" if control.get("required") == "true" else "no",
        "when it is shown": "; ".join(sorted(conditions)) or "always",
        "what is chosen beforehand": ", ".join(chosen) or "nothing",
        "the smallest number": _limit(control.get("min")),
        "the largest number": _limit(control.get("max")),
    }


def _choices(control: Element) -> Iterator[Element]:
    return (element for element in control.iter() if element.tag in ("Choice", "Label"))


def _options(control: Element) -> Iterator[tuple[str, _Option]]:
    for option in _choices(control):
        title = unescape(option.get("html", "")) or option.get("value", "")
        yield _code(option), _Option(_words(title), _words(option.get("hint", "")))


def _code(option: Element) -> str:
    return option.get("alias", "") or option.get("value", "")


def _limit(written: str | None) -> str:
    try:
        return f"{float(written):.15g}" if written else "none"
    except ValueError:
        return written or "none"


def _words(text: str) -> str:
    return " ".join(text.replace(_WORD_JOINER, "").split())


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


# ---------------------------------------------------------------- instructions


def _instructions(wanted_html: str, html: str) -> Iterator[str]:
    wanted, found = html_lines(wanted_html), html_lines(html)
    for kind, begin, end, there_begin, there_end in SequenceMatcher(None, wanted, found, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from (f"the instructions do not say {_short(line)}" for line in wanted[begin:end])
            yield from (f"the instructions say {_short(line)}" for line in found[there_begin:there_end])
