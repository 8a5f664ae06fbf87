"""A Label Studio that is not ours to start, with the gate installed beside it and nothing else of ours."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.live.loop.conftest import GOVERNMENT, WRITER, LiveStudy
from tests.live.server import LiveServer, copy_of_migrated
from toolkit.labelstudio.accounts import make_account, personal_token
from toolkit.labelstudio.embedded import server as embedded
from toolkit.labelstudio.encode import submission
from toolkit.labelstudio.session import connect as open_connection
from toolkit.loop import annotators
from toolkit.loop.add import add
from toolkit.loop.connect import connect
from toolkit.loop.doctor import doctor
from toolkit.loop.init import init
from toolkit.loop.pull import pull
from toolkit.loop.push import push
from toolkit.loop.status import status
from toolkit.study.blindness import ENFORCED

pytestmark = pytest.mark.live
ROOT = Path(__file__).parents[3]
PASSWORD = "a-long-passphrase"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """intercoder as ``pip install --no-deps intercoder`` leaves it, in a folder of its own."""
    made, where = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(made), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = made.glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", str(where), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    return where


@pytest.fixture(scope="module")
def own(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Label Studio as somebody starts their own, told of the gate by two variables."""
    folder = copy_of_migrated(tmp_path_factory.mktemp("own") / "server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder / "data"),
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "DJANGO_SETTINGS_MODULE": "toolkit.labelstudio.gate.settings",
        "PYTHONPATH": str(installed),
    }
    command = [str(Path(sys.executable).parent / "label-studio"), "start", "--no-browser", "--port", str(port)]
    log = folder / "data" / "own.log"  # Label Studio's development server writes invitations down: that is its own
    with log.open("w") as writing:
        process = subprocess.Popen(command, cwd=folder, env=told, stdout=writing, stderr=subprocess.STDOUT)
    try:
        url = f"http://127.0.0.1:{port}"
        while not _is_well(url):
            assert process.poll() is None, log.read_text()[-2000:]
            time.sleep(0.2)
        lead = embedded.credentials(folder)
        yield LiveServer(url, lead.token, lead.email, lead.password, folder)
    finally:
        process.terminate()
        process.wait()


def _is_well(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", follow_redirects=True, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def test_a_study_on_ones_own_server_is_blind(own: LiveServer, tmp_path: Path) -> None:
    study = init(tmp_path / "study")
    connect(study, own.url, own.token)
    text = tmp_path / "one.txt"
    text.write_text("The minister resigned. Nobody had expected it.\n", encoding="utf-8")
    add(study, [str(text)])
    emails = ["anna@own.example", "ben@own.example"]
    added = annotators.add(study, emails)
    assert added.blindness == ENFORCED
    for handover in added.handovers:
        assert handover.invite_link is not None
        make_account(handover.invite_link, email=handover.email, password=PASSWORD)
    push(study)
    made = LiveStudy(study, own, emails)
    sentence = made.ledger()[0]
    assert sentence.remote_id is not None
    tokens = [personal_token(own.url, email=email, password=PASSWORD) for email in emails]
    for token, answers in zip(tokens, (WRITER, GOVERNMENT), strict=True):
        parts = submission(made.codebook, answers, sentence=made.texts()[sentence.sentence_id])
        with open_connection(own.url, token) as connection:
            connection.submit(sentence.remote_id, parts, seconds=5.0)
    pull(study)

    (found,) = [check for check in doctor(study) if check.name == "blindness"]
    assert found.outcome == "ok"
    assert found.found.endswith(": 5 of 5 refused")
    (progress,) = status(study).rounds
    assert progress.blind is not None
    assert progress.blind.of_all
    export = own.raw("GET", f"/api/projects/{made.project_id()}/export?exportType=JSON", token=tokens[0])
    assert export.status_code == 403
