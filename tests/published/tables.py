"""Published data that more than one test uses, as text: a unit a line, ``.`` where a coder gave no value."""

from __future__ import annotations

from typing import Final

KRIPPENDORFF_2011: Final = """
1 1 . 1
2 2 3 2
3 3 3 3
3 3 3 3
2 2 2 2
1 2 3 4
4 4 4 4
1 1 2 1
2 2 2 2
. 5 5 5
. . 1 1
. 3 . .
"""
"""Krippendorff (2011), *Computing Krippendorff's Alpha-Reliability*: twelve units, four observers."""

GWET_2014: Final = KRIPPENDORFF_2011.replace(". 3 . .", ". . 3 .")
"""The same in Gwet (2014), where another of the four rates the last unit."""
