"""A whole study on a server of its own, from the command line: no password, token, session or address stands where
others can read it: on a screen, in a log, in what is passed on, or in the list of processes.
"""

from __future__ import annotations

import json
import re
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.live.loop.conftest import GOVERNMENT, OK, WRITER, LiveStudy
from tests.live.server import LiveServer, copy_of_migrated
from toolkit.labelstudio.accounts import personal_token
from toolkit.labelstudio.embedded import server as embedded
from toolkit.loop.online.passwords import passwords_of
from toolkit.study.folder import Study

pytestmark = pytest.mark.live

ANA, BEN = "ana.of.the.study@example.org", "ben.of.the.study@example.org"
_COMMAND = [sys.executable, "-c", "from toolkit.cli import main; main()"]
_PRIVATE = ("credentials.json", "server/credentials.json", "server/annotators.json")
"""Where passwords and tokens are kept, beside Label Studio's own data."""


@dataclass
class Whole:
    """The study, what its commands wrote, and what the list of processes showed meanwhile."""

    study: Study
    printed: dict[str, tuple[str, str]] = field(default_factory=dict)
    processes: set[str] = field(default_factory=set)

    def run(self, *words: str, code: int = 0) -> str:
        with self._watched():
            ended = subprocess.run(
                [*_COMMAND, *words], cwd=self.study.folder, capture_output=True, text=True, check=False
            )
        self.printed[" ".join(words)] = ended.stdout, ended.stderr
        assert ended.returncode == code, (words, ended.stderr)
        return ended.stdout

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Look at the list of processes again and again; nothing depends on how often."""
        done = threading.Event()

        def look() -> None:
            while True:
                self.processes |= set(_processes())
                if done.wait(0.02):
                    return

        looking = threading.Thread(target=look)
        looking.start()
        try:
            yield
        finally:
            done.set()
            looking.join()


def _processes() -> list[str]:
    """What everybody on this machine can see of every process, as ``ps`` shows it."""
    return subprocess.run(
        ["ps", "-A", "-ww", "-o", "args="],
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    here = tmp_path_factory.mktemp("whole")
    subprocess.run([*_COMMAND, "init", "study"], cwd=here, capture_output=True, check=True)
    done = Whole(Study(here / "study"))
    copy_of_migrated(done.study.server_folder)
    try:
        _everything(done)
        yield done
    finally:
        embedded.stop(done.study.server_folder)


def _everything(done: Whole) -> None:
    """What a lead does in a study, and some of what goes wrong."""
    folder = done.study.folder
    (folder / "one.txt").write_text("The minister resigned. “It is over,” she said. Nobody knew.\n", encoding="utf-8")
    done.run("add", "one.txt")
    done.run("server", "start")
    done.run("annotators", "add", ANA, BEN)
    done.run("push")
    lead = embedded.credentials(done.study.server_folder)
    running = embedded.state(done.study.server_folder)
    assert running is not None
    there = LiveServer(running.url, lead.token, lead.email, lead.password, done.study.server_folder)
    live = LiveStudy(done.study, there, [ANA, BEN])
    for person, answers in ((ANA, (WRITER, OK, WRITER)), (BEN, (GOVERNMENT, OK, WRITER))):
        for sentence, one in enumerate(answers):
            live.code(person, sentence, one)
    for words in (
        "pull", "status", "status --format json", "agree --bootstrap 0", "agree --bootstrap 0 --format csv",
        "export --bootstrap 0", "export --bootstrap 0 --public --to passed-on", "validate exports/study",
        "report --bootstrap 0 --to page.html", "disagreements", "adjudicate start", "adjudicate accept-agreed",
        "feedback", "annotators list", "annotators list --identities", "doctor --deep", "backup kept.db",
        "server status", "server start",
    ):  # fmt: skip
        done.run(*words.split())
    done.run("push", "--round", "pilot", "--sentences", "9", code=2)
    done.run("pull", "--round", "pliot", code=2)
    done.run("annotators", "remove", BEN, code=2)
    done.run("connect", running.url, "--token-file", "server/credentials.json", code=3)
    done.run("server", "status", "--password")
    done.run("server", "stop")
    done.run("push", code=5)


def _secrets(study: Study) -> dict[str, str]:
    """Every password there is, and, asked of Label Studio's own database, every token and every session."""
    lead = embedded.credentials(study.server_folder)
    found = {lead.password: "the lead's password", lead.token: "the lead's token"}
    found |= {password: f"a password of {email}" for email, password in passwords_of(study).items()}
    with closing(sqlite3.connect(study.server_folder / "data" / "label_studio.sqlite3")) as database:
        for table, column in (("authtoken_token", "key"), ("django_session", "session_key")):
            found |= {key: f"a key in {table}" for (key,) in database.execute(f"SELECT {column} FROM {table}")}
        found |= {token: "an invite link" for (token,) in database.execute("SELECT token FROM organization") if token}
    assert len(found) >= 6
    assert all(len(one) > 8 for one in found)
    return found


def _hands_over(command: str) -> bool:
    return command.startswith("annotators add") or command == "server status --password"


def test_nothing_printed_holds_a_secret_but_what_hands_it_over(whole: Whole) -> None:
    secrets = _secrets(whole.study)
    for command, (out, err) in whole.printed.items():
        shown = err if _hands_over(command) else out + err
        assert [what for secret, what in secrets.items() if secret in shown] == [], command
    handed_over = whole.printed[f"annotators add {ANA} {BEN}"][0]
    assert all(password in handed_over for password in passwords_of(whole.study).values())


def test_nothing_printed_names_an_annotator_unless_asked_to(whole: Whole) -> None:
    for command, (out, err) in whole.printed.items():
        if _hands_over(command) or "--identities" in command:
            continue
        assert [who for who in (ANA, BEN) if who in out + err] == [], command
    assert ANA in whole.printed["annotators list --identities"][0]


def test_no_process_shows_a_secret(whole: Whole) -> None:
    seen = "\n".join(whole.processes)
    assert "serving.py" in seen, "the server was looked at while it ran"
    assert [what for secret, what in _secrets(whole.study).items() if secret in seen] == []
    typed = [line for line in whole.processes if "annotators" in line]  # the address somebody types is in theirs
    assert not [line for line in whole.processes - set(typed) if ANA in line or BEN in line]


def test_no_file_of_the_study_holds_a_secret_but_the_private_ones(whole: Whole) -> None:
    secrets = _secrets(whole.study)
    for path in _files(whole.study.folder):
        name = path.relative_to(whole.study.folder).as_posix()
        if name in _PRIVATE or name.startswith("server/data/"):
            assert stat.S_IMODE(whole.study.server_folder.stat().st_mode) == 0o700
            assert name.startswith("server/data/") or stat.S_IMODE(path.stat().st_mode) == 0o600
            continue
        assert [what for secret, what in secrets.items() if secret in _text(path)] == [], name


def test_addresses_are_in_the_study_and_in_nothing_that_is_passed_on(whole: Whole) -> None:
    passed_on = 0
    for path in _files(whole.study.folder):
        name = path.relative_to(whole.study.folder).as_posix()
        if name.startswith(("study.db", "kept.db", "server/")) and name != "server/server.log":
            continue  # private to the lead, as the guide says
        assert [who for who in (ANA, BEN) if who in _text(path)] == [], name
        passed_on += name.startswith(("exports/", "passed-on/", "feedback/", "page.html"))
    assert passed_on > 20
    assert ANA in _text(whole.study.database_file)


def test_the_log_of_the_server_was_written(whole: Whole) -> None:
    log = _text(whole.study.server_folder / "server.log")
    assert re.search(r"\b(GET|POST) /api/", log)
    assert "token=" not in log


def test_tokens_of_annotators_are_nowhere_but_in_label_studio(whole: Whole) -> None:
    started = embedded.start(whole.study.server_folder)
    tokens = {
        personal_token(started.url, email=email, password=password)
        for email, password in passwords_of(whole.study).items()
    }
    assert len(tokens) == 2
    for path in _files(whole.study.folder):
        if not path.relative_to(whole.study.folder).as_posix().startswith("server/data/"):
            assert not [token for token in tokens if token in _text(path)], path.name


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _text(path: Path) -> str:
    """All that is in a file, a compressed table read."""
    if path.suffix == ".parquet":
        return json.dumps(pq.read_table(path).to_pylist(), default=str) + str(pq.read_schema(path).metadata)
    return path.read_bytes().decode("utf-8", errors="replace")
