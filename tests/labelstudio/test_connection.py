"""Which addresses mean this machine."""

from __future__ import annotations

import pytest

from toolkit.labelstudio.connection import is_loopback


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.10", "[::1]"])
def test_this_machine(host: str) -> None:
    assert is_loopback(f"http://{host}:8080/")


@pytest.mark.parametrize(
    "host",
    ["127.evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "[::2]", "127", "127.1", ""],
)
def test_another_machine(host: str) -> None:
    assert not is_loopback(f"http://{host}:8080/")
