"""What holds for every test."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.secrecy import known as secrets_known
from tests.secrecy import written as secrets_written
from tests.secrecy.belongs import given_away
from tests.secrecy.known import Known
from tests.secrecy.written import Stream, Written

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A busy machine is no fault of the code: no example has a deadline, and none is drawn too slowly.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a server comes first: begun last, the longest of it would keep one worker alone at work."""
    items.sort(key=lambda item: item.get_closest_marker("live") is None)


SECRECY = pytest.StashKey[tuple[Known, Written]]()


@pytest.fixture(scope="session", autouse=True)
def nothing_is_given_away(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[tuple[Known, Written]]:
    """Note every password, token, cookie and address of the session; at its end, find those that were written where
    they do not belong (see tests/secrecy).
    """
    known, written = pytestconfig.stash[SECRECY] = Known(), Written()
    patch = pytest.MonkeyPatch()
    with secrets_known.listening(known, patch), secrets_written.listening(written, patch):
        yield known, written
    found = given_away(known, written, tmp_path_factory.getbasetemp())
    assert not found, "secrets stand where they do not belong:\n" + "\n".join(found)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what a test printed and nobody read, and what it logged."""
    report = yield
    if (listening := item.config.stash.get(SECRECY, None)) is not None:
        for title, text in report.sections:
            stream: Stream = "log" if "log" in title else "stderr" if "stderr" in title else "stdout"
            listening[1].note(stream, text, test=item.nodeid)
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of the session, started once it is needed."""
    from tests.chromium import started

    with started() as browser:
        yield browser
