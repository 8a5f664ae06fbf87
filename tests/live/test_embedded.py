from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.live.server import LiveServer, copy_of_migrated
from toolkit.errors import UsageError
from toolkit.labelstudio.accounts import signed_in
from toolkit.labelstudio.embedded import files as embedded_files
from toolkit.labelstudio.embedded import server as embedded
from toolkit.labelstudio.embedded.program import environment, serving
from toolkit.labelstudio.session import connect

pytestmark = pytest.mark.live


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = copy_of_migrated(tmp_path / "server")
    yield folder
    embedded.stop(folder)


def test_start_stop_and_start_again(folder: Path) -> None:
    assert embedded.state(folder) is None
    told: list[str] = []
    first = embedded.start(folder, progress=told.append)
    assert told
    assert embedded.start(folder).pid == first.pid
    with connect(first.url, embedded.credentials(folder).token) as lead:
        assert lead.me().email == embedded.LEAD_EMAIL
    assert embedded.stop(folder)
    assert embedded.state(folder) is None
    assert not embedded.stop(folder)
    assert embedded.start(folder).url == first.url


def test_its_clock_is_not_behind(folder: Path) -> None:
    running = embedded.start(folder)
    with connect(running.url, embedded.credentials(folder).token) as lead:
        for _ in range(30):
            before = int(time.time())
            assert before <= lead.clock().timestamp() <= time.time()


def test_two_starts_at_once_give_one_server(folder: Path) -> None:
    with ThreadPoolExecutor(2) as both:
        started = list(both.map(lambda _: embedded.start(folder), range(2)))
    assert started[0].pid == started[1].pid


def test_a_server_killed_is_noticed_and_started_again(folder: Path) -> None:
    first = embedded.start(folder)
    os.kill(first.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while embedded.state(folder) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert embedded.start(folder).pid != first.pid


def test_a_start_killed_half_way_leaves_a_server_the_next_one_finds(folder: Path) -> None:
    imports = "from pathlib import Path; from toolkit.labelstudio.embedded import server"
    script = f"{imports}; server.start(Path({str(folder)!r}))"
    half = subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parents[2])
    while not (folder / "server.pid").exists():
        assert half.poll() is None
        time.sleep(0.01)
    half.kill()
    half.wait()
    begun = int((folder / "server.pid").read_text())
    assert embedded.start(folder).pid == begun


def test_a_stale_process_id_never_ends_a_stranger(folder: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (folder / "server.pid").write_text(str(stranger.pid))
        assert not embedded.stop(folder)
        running = embedded.start(folder)
        assert running.pid != stranger.pid
        embedded.stop(folder)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_token_lost_in_a_killed_start_is_mended(folder: Path) -> None:
    lead = embedded.credentials(folder)
    embedded_files.write_credentials(folder, embedded.Credentials(lead.email, lead.password, "f" * 40))
    running = embedded.start(folder)
    assert embedded.credentials(folder) == lead
    with connect(running.url, lead.token) as connection:
        assert connection.me().email == lead.email


@pytest.mark.parametrize("running", [False, True], ids=["stopped", "running"])
def test_a_data_folder_without_credentials_gets_a_way_back_in(folder: Path, *, running: bool) -> None:
    embedded.start(folder)
    if not running:
        embedded.stop(folder)
    lost = embedded.credentials(folder)
    (folder / "credentials.json").unlink()
    again = embedded.start(folder)
    lead = embedded.credentials(folder)
    assert lead.password != lost.password
    with connect(again.url, lead.token) as connection:
        assert connection.me().email == embedded.LEAD_EMAIL
    with signed_in(again.url, email=lead.email, password=lead.password) as browser:
        assert browser.get("/api/current-user/whoami").status_code == 200
    assert lead.password not in again.log.read_text()


def test_a_data_folder_of_an_earlier_time_put_back_lets_the_lead_in(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "data", tmp_path / "earlier")
    lead = embedded.credentials(folder)
    (folder / "credentials.json").unlink()
    embedded.start(folder)  # from now on another password and another token
    embedded.stop(folder)
    assert embedded.credentials(folder).password != lead.password
    shutil.rmtree(folder / "data")
    (tmp_path / "earlier").rename(folder / "data")
    running = embedded.start(folder)
    with connect(running.url, embedded.credentials(folder).token) as connection:
        assert connection.me().email == embedded.LEAD_EMAIL


def test_a_folder_moved_while_its_server_runs_is_named_until_it_is_started_anew(folder: Path) -> None:
    embedded.start(folder)
    moved = folder.rename(folder.with_name("renamed"))
    try:
        running = embedded.state(moved)
        assert running is not None
        assert running.moved_from == folder
        with pytest.raises(UsageError, match="was moved from") as refused:
            embedded.start(moved)
        assert "server stop" in refused.value.todo
        assert embedded.stop(moved)
        again = embedded.start(moved)
        assert again.moved_from is None
        with connect(again.url, embedded.credentials(moved).token) as lead:
            assert lead.me().email == embedded.LEAD_EMAIL
    finally:
        embedded.stop(moved)


def test_a_folder_under_another_name_for_the_same_is_not_moved(folder: Path, tmp_path: Path) -> None:
    embedded.start(folder)
    (tmp_path / "link").symlink_to(folder)
    running = embedded.state(tmp_path / "link")
    assert running is not None
    assert running.moved_from is None


def test_secrets_stay_in_one_private_file(server: LiveServer) -> None:
    secrets = (server.token, server.password)
    running = embedded.state(server.folder)
    assert running is not None
    with server.as_lead() as lead:
        lead.me()
    arguments = Path(f"/proc/{running.pid}/cmdline").read_text() if Path("/proc").is_dir() else ""
    for text in (running.log.read_text(), arguments, repr(running), repr(embedded.credentials(server.folder))):
        assert not any(secret in text for secret in secrets)
    for path in server.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_the_settings_that_the_environment_names_are_those_it_starts_with(folder: Path) -> None:
    told = environment(folder, embedded.credentials(folder)) | {"DJANGO_SETTINGS_MODULE": "settings_of_nobody"}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ended = subprocess.run(
        serving("127.0.0.1", port, None), env=told, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode != 0
    assert "No module named 'settings_of_nobody'" in ended.stderr


def test_a_running_server_is_not_moved(server: LiveServer) -> None:
    with pytest.raises(UsageError, match="runs at"):
        embedded.start(server.folder, port=1)


def test_a_port_that_is_taken_is_refused(server: LiveServer, folder: Path) -> None:
    taken = embedded.state(server.folder)
    assert taken is not None
    with pytest.raises(UsageError, match=str(taken.port)):
        embedded.start(folder, port=taken.port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_an_address_nobody_can_open_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(UsageError, match="no address"):
        embedded.start(tmp_path / "server", host=host)
    assert not (tmp_path / "server").exists()
