"""How pictures look: few colours, told apart without seeing colour, and none of them the only sign of anything.

Blue, vermilion, green and purple are those of Okabe & Ito (2008), *Color Universal Design*, all but blue darkened until
white words can be read on each, 4.5 : 1 (WCAG 2.2, 1.4.3). A page in the dark replaces each by a lighter one
(``study_page/page.css``), which is why every colour has a name there.
"""

from __future__ import annotations

from typing import Any

TEXT, SOFT, LINE, PAGE = "#1d2126", "#565e68", "#d9dcdf", "#ffffff"
BLUE, VERMILION, GREEN, PURPLE, GREY = "#0072b2", "#b84d00", "#007a5a", "#a0508a", "#6b747d"
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, GREY)
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")

WIDTH = 420
"""Pixels of what is drawn, without the names beside it."""

ROW = 22
"""Pixels for each row of a picture."""

LETTER = 7.2
"""Pixels of a letter in a wide font, on average."""

LONGEST_NAME = 230
"""Pixels that names may take."""

_NEVER_CUT = 0
"""What draws cuts no name: ``names`` has done so."""

FONT = "system-ui, Segoe UI, Roboto, Helvetica, Arial, sans-serif"


def config() -> dict[str, Any]:
    """Return what all pictures have in common, in the grammar's own words."""
    return {
        "font": FONT,
        "background": PAGE,
        "view": {"stroke": None},
        "padding": 4,
        "axis": {
            "labelColor": TEXT,
            "titleColor": SOFT,
            "titleFontWeight": "normal",
            "labelFontSize": 12,
            "titleFontSize": 12,
            "labelLimit": _NEVER_CUT,
            "gridColor": LINE,
            "domainColor": LINE,
            "tickColor": LINE,
            "labelPadding": 6,
        },
        "axisY": {"grid": False, "domain": False, "ticks": False},
        "header": {
            "labelColor": TEXT,
            "labelFontSize": 12,
            "labelFontWeight": "bold",
            "labelAnchor": "start",
            "titleColor": SOFT,
            "labelLimit": _NEVER_CUT,
        },
        "legend": {
            "labelColor": TEXT,
            "titleColor": SOFT,
            "titleFontWeight": "normal",
            "labelFontSize": 12,
            "titleFontSize": 12,
            "orient": "bottom",
            "labelLimit": _NEVER_CUT,
            "symbolSize": 70,
        },
        "title": {"color": TEXT, "anchor": "start"},
        "text": {"color": TEXT, "fontSize": 12},
    }
