"""Every file in ``measures/`` is one measure, named after it, with a source and a place of its own."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from pkgutil import iter_modules

import pytest

from toolkit.agreement import measures as package
from toolkit.agreement.measures import Measure, headline_measures, measures

FILES = [module.name for module in iter_modules(package.__path__)]


@pytest.mark.parametrize("file", FILES)
def test_a_file_is_a_measure_with_a_source(file: str) -> None:
    module = import_module(f"{package.__name__}.{file}")
    found = module.MEASURE
    assert isinstance(found, Measure)
    assert found.id == file
    assert found.title
    assert re.search(r"\((1[89]|20)\d\d\)", found.source), found.source
    assert module.__doc__


def test_every_file_is_found() -> None:
    assert {measure.id for measure in measures()} == set(FILES)


def test_no_two_measures_share_a_place() -> None:
    assert [place for place, times in Counter(measure.place for measure in measures()).items() if times > 1] == []


def test_in_the_order_of_their_places() -> None:
    assert [measure.place for measure in measures()] == sorted(measure.place for measure in measures())


def test_what_is_shown_unasked() -> None:
    assert [measure.id for measure in headline_measures()] == ["krippendorff_alpha", "percent_agreement", "gwet_ac1"]
