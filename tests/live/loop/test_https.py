"""A real Label Studio over https on this machine, with a certificate made on the spot: signed in to, pushed to, pulled
from, by its own study and by another one that was given the certificate.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.chromium import PATIENCE, sign_in
from tests.labelstudio.https_server import pem_for
from tests.live.loop.conftest import WRITER
from tests.live.server import copy_of_migrated
from toolkit.cli.app import app
from toolkit.codebook.parse import parse
from toolkit.errors import ServerUnreachable, UsageError
from toolkit.labelstudio.accounts import make_account, personal_token, signed_in
from toolkit.labelstudio.embedded import server as embedded
from toolkit.labelstudio.embedded.files import Encryption, last_encryption
from toolkit.labelstudio.encode import submission
from toolkit.labelstudio.session import connect as open_connection
from toolkit.labelstudio.trust import fingerprint
from toolkit.loop import annotators
from toolkit.loop import server as servers
from toolkit.loop.add import add
from toolkit.loop.connect import connect
from toolkit.loop.doctor import doctor
from toolkit.loop.init import init
from toolkit.loop.online.passwords import passwords_of
from toolkit.loop.pull import pull
from toolkit.loop.push import push
from toolkit.loop.replay import replay
from toolkit.study import articles, rounds
from toolkit.study.folder import Study, read_codebook_text

pytestmark = pytest.mark.live

PASSWORD = "a-long-passphrase"
_number = count(1)


@dataclass(frozen=True, slots=True)
class Encrypted:
    """A study whose embedded server is reached over https, and what it takes to sign in."""

    study: Study
    url: str
    certificate: Path
    log: Path
    lead: embedded.Credentials


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Encrypted]:
    study = init(tmp_path_factory.mktemp("https") / "study")
    copy_of_migrated(study.server_folder)
    running = servers.start(study, https=True)
    assert running.certificate is not None
    try:
        lead = embedded.credentials(study.server_folder)
        yield Encrypted(study, running.url, running.certificate, running.log, lead)
    finally:
        servers.stop(study)


def with_an_article(study: Study, folder: Path) -> Study:
    article = folder / f"article-{next(_number)}.txt"
    article.write_text(f"The minister resigned {article.stem}. Nobody had expected it.\n", encoding="utf-8")
    add(study, [str(article)])
    return study


def code_first(study: Study, there: Encrypted, email: str, password: str) -> None:
    """Enter an answer on the first sentence through the annotator's own account."""
    codebook = parse(read_codebook_text(study), source="codebook.yaml")
    with study.database() as database:
        entry = next(iter(rounds.ledger(database, "pilot")))
        texts = {sentence.sentence_id: sentence.text for sentence in articles.sentences(database)}
    assert entry.remote_id is not None
    token = personal_token(there.url, email=email, password=password, ca_file=there.certificate)
    with open_connection(there.url, token, ca_file=there.certificate) as connection:
        connection.submit(entry.remote_id, submission(codebook, WRITER, sentence=texts[entry.sentence_id]), seconds=5.0)


def test_it_shows_the_certificate_whose_fingerprint_is_printed(
    encrypted: Encrypted, capsys: pytest.CaptureFixture[str]
) -> None:
    assert encrypted.url.startswith("https://127.0.0.1:")
    shown = ssl.get_server_certificate(("127.0.0.1", int(encrypted.url.rpartition(":")[2])))
    assert shown == encrypted.certificate.read_text()
    for command in ("status", "start"):
        app(["server", command, "--study", str(encrypted.study.folder)], standalone_mode=False)
        written = capsys.readouterr()
        said = re.findall(r"\b(?:[0-9A-F]{2}:){31}[0-9A-F]{2}\b", written.out + written.err)
        assert said == [fingerprint(encrypted.certificate)]
        assert written.out.splitlines()[0] == encrypted.url


def test_a_browser_signs_in_with_cookies_that_leave_over_https_only(encrypted: Encrypted) -> None:
    email, password = encrypted.lead.email, encrypted.lead.password
    with signed_in(encrypted.url, email=email, password=password, ca_file=encrypted.certificate) as browser:
        assert browser.get("/api/current-user/whoami").json()["email"] == email
        assert {cookie.name for cookie in browser.cookies.jar if cookie.secure} >= {"sessionid", "csrftoken"}
    context = ssl.create_default_context(cafile=encrypted.certificate)
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # as newer Pythons do by themselves
    with httpx.Client(base_url=encrypted.url, verify=context, trust_env=False) as browser:
        form = browser.get("/user/login/")
        hidden = re.search(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"', form.text)
        assert hidden is not None
        fields = {"csrfmiddlewaretoken": hidden[1], "email": email, "password": password}
        elsewhere = {"Origin": "https://evil.example", "Referer": "https://evil.example/"}
        assert browser.post("/user/login/", data=fields, headers=elsewhere).status_code == 403
        here = {"Origin": encrypted.url, "Referer": f"{encrypted.url}/user/login/"}
        assert browser.post("/user/login/", data=fields, headers=here).status_code == 302


@pytest.mark.browser
def test_an_annotator_signs_in_with_chromium(encrypted: Encrypted, browser: Browser, tmp_path: Path) -> None:
    study = with_an_article(encrypted.study, tmp_path)
    email = "reader.of.https@example.org"
    annotators.add(study, [email])
    push(study)
    (handover,) = annotators.add(study, [email]).handovers
    assert handover.password is not None
    link = handover.links["pilot"]
    assert link.startswith(encrypted.url)
    with browser.new_context(ignore_https_errors=True) as context:  # as somebody who compared the fingerprint goes on
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        sign_in(page, link, email, handover.password)
        expect(page.get_by_test_id("bottombar-submit-button")).to_be_visible(timeout=PATIENCE)
        assert page.url.startswith(encrypted.url)
        assert all(cookie["secure"] for cookie in context.cookies() if cookie["name"] in {"sessionid", "csrftoken"})


def test_its_own_study_works_as_over_http(encrypted: Encrypted, tmp_path: Path) -> None:
    study, email = with_an_article(encrypted.study, tmp_path), "own.coder@example.org"
    annotators.add(study, [email])
    push(study)
    (handover,) = annotators.add(study, [email]).handovers  # its password is tried, and still good
    assert not handover.password_is_new
    code_first(study, encrypted, email, passwords_of(study)[email])
    (report,) = pull(study)
    assert report.tally.new == 1
    assert {check.outcome for check in doctor(study)} <= {"ok", "warning"}
    recording = tmp_path / "recording.jsonl"
    recording.write_text("")
    assert replay(study, recording, email=email).n_entered == 0  # it signs in for that


def test_another_study_pushes_and_pulls_with_the_certificate(encrypted: Encrypted, tmp_path: Path) -> None:
    study = with_an_article(init(tmp_path / "second"), tmp_path)
    with pytest.raises(ServerUnreachable, match="nothing was sent"):
        connect(study, encrypted.url, encrypted.lead.token)
    with pytest.raises(ServerUnreachable, match="nothing was sent"):
        connect(study, encrypted.url, encrypted.lead.token, ca_file=pem_for(tmp_path / "wrong"))
    connect(study, encrypted.url, encrypted.lead.token, ca_file=encrypted.certificate)
    email = "second.coder@example.org"
    (handover,) = annotators.add(study, [email]).handovers
    assert handover.invite_link is not None
    assert handover.invite_link.startswith(f"{encrypted.url}/user/signup/")
    make_account(handover.invite_link, email=email, password=PASSWORD, ca_file=encrypted.certificate)
    push(study)
    code_first(study, encrypted, email, PASSWORD)
    (report,) = pull(study)
    assert report.tally.new == 1


def test_a_personal_access_token_is_exchanged_over_the_trusted_connection(encrypted: Encrypted, tmp_path: Path) -> None:
    lead = encrypted.lead
    with signed_in(encrypted.url, email=lead.email, password=lead.password, ca_file=encrypted.certificate) as browser:
        made = browser.post("/api/token/", headers={"X-CSRFToken": browser.cookies["csrftoken"]}).json()["token"]
    study = init(tmp_path / "third")
    connect(study, encrypted.url, made, ca_file=encrypted.certificate)
    assert {check.outcome for check in doctor(study)} == {"ok"}


def test_the_log_holds_no_secret(encrypted: Encrypted) -> None:
    lead = encrypted.lead
    with open_connection(encrypted.url, lead.token, ca_file=encrypted.certificate) as connection:
        invitation = connection.invite_link()
    make_account(invitation, email="logged@example.org", password=PASSWORD, ca_file=encrypted.certificate)
    with signed_in(encrypted.url, email=lead.email, password=lead.password, ca_file=encrypted.certificate) as browser:
        cookies = [cookie.value for cookie in browser.cookies.jar]
        browser.get(f"/projects/?email={lead.email}")
        browser.get("/nowhere/at/all?token=a-secret-of-a-query")
    deadline = time.monotonic() + 10  # a line is written when its answer has been sent
    while "GET /nowhere/at/all 404" not in (written := encrypted.log.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert "GET /user/signup/ 200" in written
    secrets = [lead.token, lead.password, PASSWORD, invitation.partition("token=")[2], "logged@example.org", *cookies]
    assert not any(secret in written for secret in [*secrets, "a-secret-of-a-query"] if secret)


def test_a_study_served_over_plain_http_before_stays_so_until_told_otherwise(tmp_path: Path) -> None:
    folder = copy_of_migrated(tmp_path / "server")
    try:
        first = embedded.start(folder, plain_http=True)
        assert embedded.start(folder).url == first.url
        with pytest.raises(UsageError, match="runs at"):
            embedded.start(folder, https=True)
        embedded.stop(folder)
        assert embedded.start(folder).url == first.url
        embedded.stop(folder)
        second = embedded.start(folder, https=True)
        assert second.url == first.url.replace("http:", "https:")
        embedded.stop(folder)
        before = second.certificate and second.certificate.read_bytes()
        again = embedded.start(folder)
        assert (again.url, last_encryption(folder)) == (second.url, Encryption())
        assert again.certificate is not None
        assert again.certificate.read_bytes() == before
        lead = embedded.credentials(folder)
        with open_connection(again.url, lead.token, ca_file=again.certificate) as connection:
            assert connection.me().email == lead.email
    finally:
        embedded.stop(folder)


def test_a_certificate_that_was_brought_is_served_as_it_is(tmp_path: Path) -> None:
    folder = copy_of_migrated(tmp_path / "server")
    pem = pem_for(tmp_path / "brought")
    try:
        running = embedded.start(folder, tls_cert=pem, tls_key=pem)
        assert running.certificate is not None
        port = int(running.url.rpartition(":")[2])
        shown = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", port)))
        assert running.url.startswith("https://")
        assert shown in [ssl.PEM_cert_to_DER_cert(part) for part in certificates_in(pem)]
        arguments = Path(f"/proc/{running.pid}/cmdline").read_text() if Path("/proc").is_dir() else ""
        lead = embedded.credentials(folder)
        assert not any(secret in arguments for secret in (lead.token, lead.password, lead.email))
        assert not any(folder.glob("https.pem"))
    finally:
        embedded.stop(folder)


def certificates_in(pem: Path) -> list[str]:
    return re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", pem.read_text(), re.DOTALL)


def test_an_address_of_ipv6(tmp_path: Path) -> None:
    folder = copy_of_migrated(tmp_path / "server")
    try:
        try:
            running = embedded.start(folder, host="::1", https=True)
        except UsageError:
            pytest.skip("this machine has no IPv6")
        assert running.url.startswith("https://[::1]:")
        lead = embedded.credentials(folder)
        with open_connection(running.url, lead.token, ca_file=running.certificate) as connection:
            assert connection.me().email == lead.email
    finally:
        embedded.stop(folder)
