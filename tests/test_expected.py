from __future__ import annotations

import pytest

from tests.expected import EXPECTED, absent


def test_what_is_promised_may_not_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EXPECTED, "chromium java")
    with pytest.raises(pytest.fail.Exception, match="no Java"):
        absent("java", "no Java here")
    with pytest.raises(pytest.skip.Exception, match="no R"):
        absent("r", "no R here")


def test_without_a_promise_it_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(EXPECTED, raising=False)
    with pytest.raises(pytest.skip.Exception, match="no Java"):
        absent("java", "no Java here")
