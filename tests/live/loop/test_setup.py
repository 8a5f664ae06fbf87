from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.live.loop.conftest import WRITER, LiveStudy
from tests.live.server import LiveServer
from toolkit.errors import ServerRefused, ServerUnreachable, UsageError
from toolkit.files.whole import write_private
from toolkit.labelstudio.accounts import make_account, signed_in
from toolkit.labelstudio.embedded.program import reset_password
from toolkit.labelstudio.session import LabelStudio
from toolkit.loop import annotators
from toolkit.loop.connect import connect
from toolkit.loop.doctor import doctor
from toolkit.loop.init import init
from toolkit.loop.pull import pull
from toolkit.loop.push import push
from toolkit.loop.pushing.design import Design
from toolkit.loop.replay import replay
from toolkit.study import settings
from toolkit.study.folder import Study
from toolkit.terminal.annotators import handover_text

pytestmark = pytest.mark.live


@pytest.fixture
def unconnected(tmp_path: Path) -> Study:
    return init(tmp_path / "elsewhere")


class TestConnect:
    def test_with_a_legacy_token(self, unconnected: Study, server: LiveServer) -> None:
        found = connect(unconnected, f"{server.url}/", server.token)
        assert (found.edition, found.url) == ("Community", server.url)
        chosen = settings.read(unconnected.settings_file).label_studio
        assert (chosen.embedded, chosen.url) == (False, server.url)

    def test_with_a_personal_access_token(self, unconnected: Study, server: LiveServer, access_token: str) -> None:
        connect(unconnected, server.url, access_token)
        assert {check.outcome for check in doctor(unconnected)} == {"ok"}

    def test_the_token_is_kept_where_only_its_owner_reads(self, unconnected: Study, server: LiveServer) -> None:
        connect(unconnected, server.url, server.token)
        assert stat.S_IMODE(unconnected.credentials_file.stat().st_mode) == 0o600
        assert server.token not in unconnected.settings_file.read_text()

    def test_a_wrong_token_changes_nothing(self, unconnected: Study, server: LiveServer) -> None:
        before = unconnected.settings_file.read_bytes()
        with pytest.raises(ServerRefused) as caught:
            connect(unconnected, server.url, "f" * 40)
        assert "f" * 40 not in str(caught.value)
        assert unconnected.settings_file.read_bytes() == before
        assert not unconnected.credentials_file.exists()

    def test_nobody_there(self, unconnected: Study, server: LiveServer) -> None:
        with pytest.raises(ServerUnreachable):
            connect(unconnected, "http://127.0.0.1:9", server.token)

    def test_a_study_with_rounds_elsewhere_stays_there(self, pushed: LiveStudy) -> None:
        with pytest.raises(UsageError, match="embedded"):
            connect(pushed.study, pushed.server.url, pushed.server.token)


class TestDoctor:
    def test_all_is_well(self, pushed: LiveStudy) -> None:
        checks = doctor(pushed.study)
        assert {check.outcome for check in checks} == {"ok"}
        assert {"codebook", "server", "version", "token", "permission", "round pilot", "clock"} <= {
            c.name for c in checks
        }

    def test_what_the_server_has_and_the_study_has_not(self, pushed: LiveStudy) -> None:
        def answers() -> str:
            (check,) = [check for check in doctor(pushed.study) if check.name == "answers pilot"]
            return f"{check.outcome}: {check.found}"

        pull(pushed.study)
        assert answers().startswith("ok: the study holds what the server announces: 0 annotations of 5 sentences")
        pushed.code(pushed.emails[0], 0, WRITER)
        assert answers().startswith("warning: the study holds 0 annotations of 5 sentences")
        pull(pushed.study)
        assert answers().startswith("ok: the study holds what the server announces: 1 annotations of 5 sentences")

    def test_a_clock_that_is_wrong(self, pushed: LiveStudy) -> None:
        checks = doctor(pushed.study, clock=lambda: datetime.now(UTC) - timedelta(minutes=10))
        (clock,) = [check for check in checks if check.name == "clock"]
        assert clock.outcome == "warning"
        assert "60" in clock.found or "59" in clock.found

    def test_a_token_that_is_refused(
        self, unconnected: Study, server: LiveServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        connect(unconnected, server.url, server.token)
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", "e" * 40)
        checks = doctor(unconnected)
        (problem,) = [check for check in checks if check.outcome == "problem"]
        assert problem.name == "token"
        assert problem.exit_code == ServerRefused.exit_code
        assert problem.todo
        assert "e" * 40 not in problem.found + problem.todo

    def test_a_codebook_with_faults(self, pushed: LiveStudy) -> None:
        pushed.study.codebook_file.write_text("name: x\n", encoding="utf-8")
        assert [check.name for check in doctor(pushed.study) if check.outcome == "problem"] == ["codebook"]


class TestAnnotators:
    def test_the_account_can_sign_in_with_what_was_handed_over(self, pushed: LiveStudy) -> None:
        (handover,) = annotators.add(pushed.study, ["new.person@example.org"]).handovers
        assert handover.password is not None
        with signed_in(pushed.server.url, email="new.person@example.org", password=handover.password) as browser:
            assert browser.get("/api/current-user/whoami").status_code == 200

    def test_again_says_the_same(self, pushed: LiveStudy) -> None:
        assert annotators.add(pushed.study, pushed.emails) == annotators.add(pushed.study, pushed.emails)

    def test_a_person_with_an_account_keeps_the_password_they_chose(self, pushed: LiveStudy, lead: LabelStudio) -> None:
        make_account(lead.invite_link(), email="chose.their.own@example.org", password="my-own-passphrase")
        (handover,) = annotators.add(pushed.study, ["Chose.Their.Own@example.org"]).handovers
        assert (handover.password, handover.invite_link) == (None, None)
        with signed_in(pushed.server.url, email="chose.their.own@example.org", password="my-own-passphrase"):
            pass

    def test_a_lost_password_is_made_anew_and_said(self, pushed: LiveStudy) -> None:
        kept = pushed.study.server_folder / "annotators.json"
        others, email = kept.read_text(encoding="utf-8"), pushed.emails[0]
        try:
            kept.unlink()
            (handover,) = annotators.add(pushed.study, [email]).handovers
            assert handover.password_is_new
            assert handover.password != json.loads(others)[email]
            assert handover.password is not None
            assert "new password" in handover_text(handover)
            with signed_in(pushed.server.url, email=email, password=handover.password):
                pass
            (again,) = annotators.add(pushed.study, [email]).handovers
            assert (again.password, again.password_is_new) == (handover.password, False)
            # a data folder of another time: the account is there, with another password than the kept one
            reset_password(pushed.study.server_folder, email=email, password="of-an-earlier-time")
            (restored,) = annotators.add(pushed.study, [email.upper()]).handovers
            assert (restored.password, restored.password_is_new) == (handover.password, True)
            with signed_in(pushed.server.url, email=email, password=handover.password):
                pass
        finally:
            write_private(kept, others)

    def test_a_person_who_chose_a_password_keeps_it_when_added_again(
        self, pushed: LiveStudy, lead: LabelStudio
    ) -> None:
        make_account(lead.invite_link(), email="chose@example.org", password="my-own-passphrase")
        for _ in range(2):
            (handover,) = annotators.add(pushed.study, ["chose@example.org"]).handovers
            assert (handover.password, handover.password_is_new) == (None, False)
        with signed_in(pushed.server.url, email="chose@example.org", password="my-own-passphrase"):
            pass

    def test_an_account_that_is_gone_is_made_again(self, pushed: LiveStudy, lead: LabelStudio) -> None:
        first, second = pushed.emails
        numbers = {person.email: person.user_id for person in lead.people()}
        (before,) = annotators.add(pushed.study, [first]).handovers
        pushed.server.raw("DELETE", f"/api/users/{numbers[first]}/")
        assert first not in {person.email for person in lead.people()}
        annotators.add(pushed.study, [second])  # whoever is added next, the registered ones come back
        assert first in {person.email for person in lead.people()}
        (again,) = annotators.add(pushed.study, [first]).handovers
        assert (again.password, again.password_is_new) == (before.password, False)

    def test_on_loopback_nobody_else_can_reach_it(self, pushed: LiveStudy) -> None:
        assert not annotators.add(pushed.study, pushed.emails).reachable_by_others

    def test_on_a_connected_server_people_make_their_own_account(
        self, unconnected: Study, server: LiveServer, lead: LabelStudio
    ) -> None:
        connect(unconnected, server.url, server.token)
        before = len(lead.people())
        (handover,) = annotators.add(unconnected, ["invited@example.org"]).handovers
        assert handover.password is None
        assert handover.invite_link is not None
        assert "/user/signup/" in handover.invite_link
        assert httpx.get(handover.invite_link, trust_env=False).status_code == 200
        assert len(lead.people()) == before

    def test_only_those_registered_for_the_round_count(self, pushed: LiveStudy) -> None:
        annotators.add(pushed.study, ["pilot.only@example.org"], round_name="pilot")
        push(pushed.study, round_name="main", design=Design(annotators_per_sentence=1))
        with pytest.raises(UsageError, match="no round"):
            annotators.add(pushed.study, ["x@example.org"], round_name="nonsense")
        rounds = {person.email: person.rounds for person in annotators.listed(pushed.study)}
        assert rounds["pilot.only@example.org"] == ("pilot",)

    def test_an_address_that_is_none(self, pushed: LiveStudy) -> None:
        with pytest.raises(UsageError) as caught:
            annotators.add(pushed.study, ["fine@example.org", "anna", "a b@example.org"])
        assert len(caught.value.faults) == 2


class TestReplay:
    def line(self, **changes: object) -> str:
        entry = {
            "article": "one",
            "position": 1,
            "sentence": "The minister resigned.",
            "answers": WRITER,
            "marks": {"spans": [{"label": "Loaded", "start": 13, "end": 21, "text": "resigned"}]},
        }
        return json.dumps({**entry, **changes})

    def test_twice_enters_once(self, pushed: LiveStudy, tmp_path: Path) -> None:
        file = tmp_path / "coding.jsonl"
        file.write_text(self.line() + "\n", encoding="utf-8")
        reports = [replay(pushed.study, file, email=pushed.emails[0]) for _ in range(2)]
        assert [(report.n_entered, report.n_already) for report in reports] == [(1, 0), (0, 1)]
        (report,) = pull(pushed.study)
        assert report.tally.new == 1
        assert not report.rejected

    def test_a_faulty_line_enters_nothing(self, pushed: LiveStudy, tmp_path: Path) -> None:
        file = tmp_path / "coding.jsonl"
        file.write_text(self.line() + "\n" + self.line(sentence="Other words.") + "\nnot json\n", encoding="utf-8")
        with pytest.raises(Exception, match="does not fit") as caught:
            replay(pushed.study, file, email=pushed.emails[0])
        assert "coding.jsonl:2" in str(caught.value)
        assert "coding.jsonl:3" in str(caught.value)
        (report,) = pull(pushed.study)
        assert not report.changed
