"""Connecting to a server over https: whose certificate is trusted, and how that is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.labelstudio.https_server import https_server, pem_for
from toolkit.cli.app import app
from toolkit.errors import BadInput, ServerUnreachable, UsageError
from toolkit.loop.connect import connect
from toolkit.loop.init import init
from toolkit.loop.online.connection import TOKEN_VARIABLE, access, open_server
from toolkit.study import settings
from toolkit.study.folder import Study

TOKEN = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    return init(tmp_path / "study")


def remembered(study: Study) -> str | None:
    return settings.read(study.settings_file).label_studio.ca_file


def test_the_file_is_kept_and_used_by_what_comes_later(study: Study, tmp_path: Path) -> None:
    with https_server(pem_for(tmp_path)) as there:
        found = connect(study, there.url, TOKEN, ca_file=there.certificate)
        assert (found.url, found.release) == (there.url, "1.23.2")
        assert remembered(study) == str(there.certificate)
        with open_server(study) as server:
            assert server.me().email == "lead@example.org"
        connect(study, there.url, TOKEN)  # with a fresh token, say
        assert remembered(study) == str(there.certificate)


def test_a_file_within_the_study_moves_with_it(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with https_server(pem_for(tmp_path)) as there:
        (study.folder / "ca.pem").write_bytes(there.certificate.read_bytes())
        monkeypatch.chdir(study.folder)
        connect(study, there.url, TOKEN, ca_file=Path("ca.pem"))
        assert remembered(study) == "ca.pem"
        monkeypatch.chdir(tmp_path)
        moved = Study(study.folder.rename(tmp_path / "moved"))
        assert access(moved).ca_file == tmp_path / "moved" / "ca.pem"
        with open_server(moved) as server:
            assert server.me().user_id == 1


def test_another_server_is_not_trusted_for_the_sake_of_the_one_before(study: Study, tmp_path: Path) -> None:
    with https_server(pem_for(tmp_path / "one")) as one, https_server(pem_for(tmp_path / "two")) as two:
        connect(study, one.url, TOKEN, ca_file=one.certificate)
        with pytest.raises(ServerUnreachable, match="nothing was sent"):
            connect(study, two.url, TOKEN)
        assert two.asked == []
        assert settings.read(study.settings_file).label_studio.url == one.url
        connect(study, two.url, TOKEN, ca_file=two.certificate)
        assert remembered(study) == str(two.certificate)


def test_a_file_that_is_gone_or_broken_is_one_clear_error(study: Study, tmp_path: Path) -> None:
    with https_server(pem_for(tmp_path)) as there:
        with pytest.raises(BadInput, match=r"gone\.pem"):
            connect(study, there.url, TOKEN, ca_file=tmp_path / "gone.pem")
        assert remembered(study) is None
        connect(study, there.url, TOKEN, ca_file=there.certificate)
        asked = len(there.asked)
        there.certificate.write_text("torn")
        with pytest.raises(BadInput, match="holds no certificate"):
            open_server(study)
        there.certificate.unlink()
        with pytest.raises(BadInput, match="No such file"):
            open_server(study)
        assert len(there.asked) == asked


def test_certificates_for_a_server_that_shows_none_are_refused(study: Study, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not https"):
        connect(study, "http://127.0.0.1:1", TOKEN, ca_file=pem_for(tmp_path))


@pytest.mark.parametrize(("url", "warned"), [("http://192.0.2.7:1", True), ("http://127.0.0.1:1", False)])
def test_whoever_sends_a_token_over_plain_http_is_warned(
    study: Study,
    url: str,
    warned: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
    monkeypatch.setenv("INTERCODER_TIMEOUT", "1")
    with pytest.raises(ServerUnreachable):
        app(["connect", url, "--study", str(study.folder)], standalone_mode=False)
    written = capsys.readouterr()
    assert ("unencrypted" in " ".join(written.err.split())) is warned
    assert written.out == ""
    assert TOKEN not in written.err
