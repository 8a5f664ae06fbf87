"""Any input is read or refused. ``INTERCODER_FUZZ_EXAMPLES`` says how many are tried of each kind."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.inputs import inputs
from tests.fuzz.targets import TARGETS
from toolkit.corpus.readers import suffixes

EXAMPLES = int(os.environ.get("INTERCODER_FUZZ_EXAMPLES", "15"))
MOST_SECONDS = 20
"""Of processor time, for inputs of a few kilobytes: a slow machine is no fault, and half a minute for a page is one."""


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_input_is_read_or_refused(name: str, data: st.DataObject) -> None:
    target = TARGETS[name]
    tried = data.draw(inputs(name, target))
    before = time.process_time()
    target.attempt(tried)
    assert time.process_time() - before < MOST_SECONDS


def test_every_reader_of_articles_is_tried() -> None:
    assert {f"article{suffix}" for suffix in suffixes()} - TARGETS.keys() == {"article.htm", "article.markdown"}


@pytest.mark.parametrize("name", TARGETS)
def test_valid_inputs_are_taken(name: str) -> None:
    for valid in TARGETS[name].valid:
        TARGETS[name].read(valid)  # raises where it is refused
