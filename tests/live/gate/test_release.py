"""A release of Label Studio the gate does not know: closed to annotators until the lead has looked at it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.live.loop.conftest import GOVERNMENT, WRITER, LiveStudy
from tests.live.server import LiveServer, copy_of_migrated
from toolkit.cli.app import app
from toolkit.errors import ServerRefused, UsageError
from toolkit.labelstudio.embedded import program
from toolkit.labelstudio.embedded import server as embedded
from toolkit.labelstudio.embedded.files import Credentials
from toolkit.labelstudio.gatekeeper import Gatekeeper
from toolkit.loop import annotators
from toolkit.loop.add import add
from toolkit.loop.doctor import doctor
from toolkit.loop.init import init
from toolkit.loop.pull import pull
from toolkit.loop.push import push
from toolkit.loop.release_check import check_release
from toolkit.loop.status import status

pytestmark = pytest.mark.live
gate_settings = find_spec(program.GATE)
assert gate_settings is not None


NEWER = f"""exec(open({gate_settings.origin!r}, encoding="utf-8").read())
from toolkit.labelstudio.gate import release
release.KNOWN = frozenset()
"""
"""Settings of a Label Studio whose release the gate does not know: what any newer one is to it."""


def _told(home: Path, folder: Path, lead: Credentials | None, *, blind: bool) -> dict[str, str]:
    told = program.environment(folder, lead, blind=blind)
    return told | {"DJANGO_SETTINGS_MODULE": "newer_release", "PYTHONPATH": f"{told['PYTHONPATH']}:{home}"}


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStudy]:
    """A pushed study with two annotators on an embedded server of a release the gate does not know."""
    home = tmp_path_factory.mktemp("newer")
    study = init(home / "study")
    copy_of_migrated(study.server_folder)
    (home / "newer_release.py").write_text(NEWER, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded, "environment", partial(_told, home))
        running = embedded.start(study.server_folder, blind=True)
    try:
        lead = embedded.credentials(study.server_folder)
        server = LiveServer(running.url, lead.token, lead.email, lead.password, study.server_folder)
        text = home / "one.txt"
        text.write_text("The minister resigned. Nobody had expected it.\n", encoding="utf-8")
        add(study, [str(text)])
        made = LiveStudy(study, server, ["anna@newer.example", "ben@newer.example"])
        annotators.add(study, made.emails)
        push(study)
        yield made
    finally:
        embedded.stop(study.server_folder)


def test_it_starts_closed_names_the_check_and_is_opened_by_the_lead(
    newer: LiveStudy, capsys: pytest.CaptureFixture[str]
) -> None:
    anna, ben = newer.emails
    with pytest.raises(ServerRefused):
        newer.code(anna, 0, WRITER)
    (found,) = [check for check in doctor(newer.study) if check.name == "blindness"]
    assert (found.outcome, "server check" in found.todo) == ("warning", True)
    assert status(newer.study).kept_out == "1.23.2"

    def said(*options: str) -> tuple[object, str]:
        code = app(["server", "check", *options, "--study", str(newer.study.folder)], standalone_mode=False)
        return code, " ".join(capsys.readouterr().out.split())

    code, shown = said()
    assert code == ServerRefused.exit_code
    assert "annotators are kept out" in shown
    assert "the link that invites" in shown
    with pytest.raises(ServerRefused):
        newer.code(anna, 0, WRITER)

    code, shown = said("--let-in")
    assert not code
    assert "annotators are let in" in shown
    newer.code(anna, 0, WRITER)
    newer.code(ben, 0, GOVERNMENT)
    pull(newer.study)
    (found,) = [check for check in doctor(newer.study) if check.name == "blindness"]
    assert found.found.endswith(": 5 of 5 refused")
    (progress,) = status(newer.study).rounds
    assert progress.blind is not None
    assert progress.blind.of_all
    assert status(newer.study).refused == ()  # the lead's own trial is told of nobody


def test_what_an_annotator_would_get_lets_nobody_in(newer: LiveStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    let_in: list[str] = []
    monkeypatch.setattr(Gatekeeper, "_answer", lambda *_: {"annotations": []})
    monkeypatch.setattr(Gatekeeper, "serve", lambda *_: let_in.append("everybody"))
    with pytest.raises(ServerRefused, match=r"asked as annotator-[0-9a-f]{8}, the server gave everybody's answers"):
        check_release(newer.study, let_in=True)
    assert let_in == []


def test_without_a_gate_there_is_nothing_to_check(bare_server: LiveServer, tmp_path: Path) -> None:
    study = init(tmp_path / "study")
    study.server_folder.symlink_to(bare_server.folder)
    with pytest.raises(UsageError, match="there is no gate"):
        check_release(study)
    (found,) = [check for check in doctor(study) if check.name == "blindness"]
    assert found.outcome == "warning"
    assert found.found == "study.yaml asks for it, but the server was started without the gate"
