"""What is given away is found, wherever it is written; and what belongs where it stands is let be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.secrecy import known as secrets_known
from tests.secrecy import written as secrets_written
from tests.secrecy.belongs import given_away
from tests.secrecy.known import Known
from tests.secrecy.written import Written

TOKEN, PASSWORD, ADDRESS = "tok-4f1b9a0c77d2", "three-plain-words", "zoe.of.this.test@example.org"


@pytest.fixture
def known() -> Known:
    """Secrets of this test's own: what it gives away on purpose is none of the session's."""
    known = Known()
    known.note(TOKEN, "token")
    known.note(PASSWORD, "password")
    known.note(ADDRESS, "address")
    return known


@pytest.mark.parametrize("stream", ["stdout", "stderr", "log", "process list"])
def test_a_token_is_found_in_every_stream(known: Known, tmp_path: Path, stream: secrets_written.Stream) -> None:
    written = Written()
    written.note(stream, f"Authorization: Token {TOKEN}.", test="a test")
    assert given_away(known, written, tmp_path) == [f"a token in {stream}, by a test"]


def test_a_password_is_shown_by_what_hands_it_over_and_nowhere_else(known: Known, tmp_path: Path) -> None:
    written = Written()
    written.note("stdout", f"{ADDRESS}\n  in reports  annotator-1\n  password    {PASSWORD}\n", test="annotators add")
    assert given_away(known, written, tmp_path) == []
    written.note("stdout", f"the password is {PASSWORD}", test="status")
    written.note("stderr", f"  password    {PASSWORD}", test="pull")
    assert given_away(known, written, tmp_path) == ["a password in stderr, by pull", "a password in stdout, by status"]


@pytest.mark.parametrize("name", ["study.db", "server/server.log", "exports/study/v1/answers.csv", "page.html"])
def test_a_token_is_found_in_every_file(known: Known, tmp_path: Path, name: str) -> None:
    file = tmp_path / "test_x0" / "study" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\0\xff some bytes " + TOKEN.encode() + b"\0")
    assert given_away(known, Written(), tmp_path) == [f"a token in test_x0/study/{name}"]


@pytest.mark.parametrize("name", ["credentials.json", "server/annotators.json", "server/data/label_studio.sqlite3"])
def test_it_may_stand_where_it_is_kept(known: Known, tmp_path: Path, name: str) -> None:
    file = tmp_path / "study" / name
    file.parent.mkdir(parents=True)
    file.write_text(TOKEN + PASSWORD, encoding="utf-8")
    assert given_away(known, Written(), tmp_path) == []


@pytest.mark.parametrize(("identities", "found"), [(False, ["an address in v1/annotators.csv"]), (True, [])])
def test_an_address_is_in_no_export_but_one_with_identities(
    known: Known, tmp_path: Path, *, identities: bool, found: list[str]
) -> None:
    folder = tmp_path / "v1"
    folder.mkdir()
    manifest = {"content_sha256": "0", "options": {"identities": identities}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "annotators.csv").write_text(ADDRESS, encoding="utf-8")
    (tmp_path / "study.db").write_text(ADDRESS, encoding="utf-8")
    assert given_away(known, Written(), tmp_path) == found


def test_whom_to_ask_is_in_an_export_and_what_is_a_hole_is_not_read(known: Known, tmp_path: Path) -> None:
    manifest = {"content_sha256": "0", "options": {}, "about": {"contact": ADDRESS}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with (tmp_path / "hole").open("wb") as file:
        file.write(TOKEN.encode())
        file.truncate(10**12)
    assert given_away(known, Written(), tmp_path) == []


def test_what_travels_as_a_credential_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def server(_: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200,
            headers={"set-cookie": "sessionid=of-a-session; HttpOnly"},
            json={"refresh": "a-refresh-token", "invite_url": "/user/signup/?token=an-invitation"},
        )

    known = Known()
    with secrets_known.listening(known, monkeypatch), httpx.Client(transport=httpx.MockTransport(server)) as client:
        client.get("http://x.test/", headers={"Authorization": "Token sent-as-token"})
        client.post("http://x.test/user/login", data={"email": "a@example.org", "password": "sent-as-password"})
    assert known.kind_of == {
        "sent-as-token": "token",
        "of-a-session": "cookie",
        "a-refresh-token": "token",
        "an-invitation": "invitation",
        "sent-as-password": "password",
    }


def test_what_programs_are_called_with_and_print_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    written = Written()
    with secrets_written.listening(written, monkeypatch):
        code = "import sys; print('on-stdout'); print('on-stderr', file=sys.stderr)"
        subprocess.run([sys.executable, "-c", code, "an-argument"], capture_output=True, check=True)
    assert {stream for stream, _, _ in written.words["on-stdout"]} == {"stdout", "process list"}
    assert {stream for stream, _, _ in written.words["on-stderr"]} == {"stderr", "process list"}
    assert {stream for stream, _, _ in written.words["an-argument"]} == {"process list"}


def test_what_a_test_reads_of_its_own_output_is_noted(
    capsys: pytest.CaptureFixture[str], nothing_is_given_away: tuple[Known, Written]
) -> None:
    sys.stdout.write("a-word-of-this-test\n")
    capsys.readouterr()
    (where,) = nothing_is_given_away[1].words["a-word-of-this-test"]
    assert where[0] == "stdout"
    assert "test_what_a_test_reads" in where[1]


LEAKS = """
import httpx

def test_that_gives_a_token_away(tmp_path):
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client:
        client.get("http://x.test/", headers={"Authorization": "Token a-token-of-nobody"})
    (tmp_path / "notes.txt").write_text("WHAT")
"""


@pytest.mark.parametrize(("wrote", "code"), [("a-token-of-nobody", 1), ("something else", 0)])
def test_a_session_in_which_a_token_is_given_away_fails(tmp_path: Path, wrote: str, code: int) -> None:
    file = tmp_path / "test_leaks.py"
    file.write_text(LEAKS.replace("WHAT", wrote), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider", str(file)],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == code, ended.stdout
    assert ("a token in test_that_gives_a_token_away0/notes.txt" in ended.stdout) is bool(code)
