"""The embedded server as far as no server is needed."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from toolkit.errors import BadInput, UsageError
from toolkit.labelstudio.embedded import files as embedded_files
from toolkit.labelstudio.embedded import program as embedded_program
from toolkit.labelstudio.embedded import server as embedded


def test_without_label_studio_the_way_to_install_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    with pytest.raises(UsageError, match=r'pip install "intercoder\[server\]"'):
        embedded.start(tmp_path / "server")
    assert embedded.state(tmp_path / "server") is None


def test_what_never_started_neither_runs_nor_stops(tmp_path: Path) -> None:
    assert embedded.state(tmp_path / "server") is None
    assert embedded.stop(tmp_path / "server") is False
    assert not (tmp_path / "server").exists()
    with pytest.raises(UsageError, match="server start"):
        embedded.credentials(tmp_path)


def test_a_torn_credentials_file_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "credentials.json").write_text('{"email": "x"')
    with pytest.raises(BadInput, match=r"credentials\.json"):
        embedded.credentials(tmp_path)


def test_credentials_are_private_and_different_each_time(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        made.append(embedded_files.ensure_credentials(folder))
        assert embedded_files.ensure_credentials(folder) == made[-1] == embedded.credentials(folder)
        assert stat.S_IMODE((folder / "credentials.json").stat().st_mode) == 0o600
        assert [path.name for path in folder.iterdir()] == ["credentials.json"]
    assert made[0].token != made[1].token
    assert made[0].password != made[1].password


def test_the_callers_environment_stays_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LABEL_STUDIO_API_KEY", "DJANGO_DB", "HOST", "DEBUG"):
        monkeypatch.setenv(name, "from-the-caller")
    lead = embedded.Credentials("lead@localhost", "p", "t")
    given = embedded_program.environment(tmp_path, lead)
    assert "from-the-caller" not in given.values()
    assert given["LABEL_STUDIO_BASE_DATA_DIR"] == str(tmp_path / "data")
    assert given["COLLECT_ANALYTICS"] == "false"


def test_an_address_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"192\.0\.2\.1"):
        embedded.start(tmp_path, host="192.0.2.1")


@pytest.mark.parametrize("port", [70_000, 65_536, 0, -1])
def test_a_port_that_is_none_is_refused_in_plain_words(tmp_path: Path, port: int) -> None:
    with pytest.raises(UsageError, match=f"{port} is no port") as refused:
        embedded.start(tmp_path / "server", port=port)
    assert "65,535" in refused.value.todo
    assert not (tmp_path / "server").exists()


@pytest.mark.parametrize("kept", ["70000", "0", '"x"', "null"])
def test_a_port_written_down_by_hand_that_is_none_is_forgotten(tmp_path: Path, kept: str) -> None:
    (tmp_path / "address.json").write_text(f'{{"host": "127.0.0.1", "port": {kept}}}')
    host, port = embedded_files.last_address(tmp_path)
    assert (host, port) == ("127.0.0.1", None)
