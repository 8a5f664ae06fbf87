"""Pictures drawn: as SVG for pages and papers, as PNG for slides. Nothing is asked of any network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from toolkit.errors import UsageError
from toolkit.report.charts.figure import Figure

try:
    import vl_convert
except ImportError:
    raise UsageError(
        "what draws the pictures of a report is not installed", todo='Install it with: pip install "intercoder[report]"'
    ) from None

_SCALE: Final = 3
"""Pixels of a PNG for each of the drawing: sharp on a slide, 200 dots an inch in print."""

_SPOKEN = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_DEFINED = re.compile(r'(id="|url\(#)([^")]+)')
"""Names of parts of a drawing, which are numbered on and on while a process draws."""
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_TAG = re.compile(r"<[^>]+>")
"""What of a drawing is markup; all else is words that somebody wrote, in which an angle bracket is an entity."""
_BACKGROUND = re.compile(r'<rect width="[\d.]+" height="[\d.]+" fill="#ffffff"/>')


def drawn(figures: Iterable[Figure]) -> Mapping[str, str]:
    """Return each picture as SVG, by its name: by itself, as for a paper. Each is drawn while the next is told."""
    with ThreadPoolExecutor(1) as pool:
        begun = [(one.name, pool.submit(_svg, one)) for one in figures]
        return {name: one.result() for name, one in begun}


def as_png(figure: Figure) -> bytes:
    """Return a picture as PNG."""
    return bytes(vl_convert.vegalite_to_png(dict(figure.drawing), scale=_SCALE))


def inside_a_page(svg: str, name: str) -> str:
    """Return a drawing to stand in a page: without a background, and smaller; what it says is said around it."""
    svg = _BACKGROUND.sub("", svg, count=1)
    svg = _renamed(_TAG.sub(lambda tag: _shorter(tag[0]), svg), name)
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def _shorter(tag: str) -> str:
    """A tag without what is said around the picture, and with two decimals of a pixel."""
    return _NUMBER.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), _SPOKEN.sub("", tag))


def _svg(figure: Figure) -> str:
    return _renamed(str(vl_convert.vegalite_to_svg(dict(figure.drawing))), "part")


def _renamed(svg: str, name: str) -> str:
    """The drawing with its parts named and numbered by itself: the same whatever was drawn before, and elsewhere."""
    numbers: dict[str, int] = {}

    def named(found: re.Match[str]) -> str:
        return f"{found[1]}{name}-{numbers.setdefault(found[2], len(numbers) + 1)}"

    return _TAG.sub(lambda tag: _DEFINED.sub(named, tag[0]), svg)
