from __future__ import annotations

import pytest

from tests.live.server import LiveServer
from toolkit.errors import ServerRefused
from toolkit.labelstudio.accounts import make_account, personal_token, signed_in
from toolkit.labelstudio.session import LabelStudio, connect

pytestmark = pytest.mark.live
PASSWORD = "a-long-passphrase"


def test_an_account_made_by_invitation_can_sign_in_and_work(server: LiveServer, lead: LabelStudio) -> None:
    made = make_account(lead.invite_link(), email="Clara@Example.org", password=PASSWORD)
    token = personal_token(server.url, email="clara@example.org", password=PASSWORD)
    with connect(server.url, token) as clara:
        assert clara.me() == made
    assert made.email == "clara@example.org"
    assert made in lead.people()


def test_making_an_account_again_gives_the_same(server: LiveServer, lead: LabelStudio) -> None:
    first = make_account(lead.invite_link(), email="dora@example.org", password=PASSWORD)
    again = make_account(lead.invite_link(), email="dora@example.org", password=PASSWORD)
    assert first == again
    assert sum(person.email == "dora@example.org" for person in lead.people()) == 1


@pytest.mark.parametrize(
    ("email", "password"),
    [("erik@example.org", "another-passphrase"), ("not-an-address", PASSWORD), ("new@example.org", "short")],
    ids=["taken with another password", "not an address", "weak password"],
)
def test_what_the_server_refuses_is_said_without_naming_anybody(
    server: LiveServer, lead: LabelStudio, email: str, password: str
) -> None:
    make_account(lead.invite_link(), email="erik@example.org", password=PASSWORD)
    with pytest.raises(ServerRefused) as refused:
        make_account(lead.invite_link(), email=email, password=password)
    assert email not in str(refused.value)
    assert password not in str(refused.value)


def test_a_stale_invitation_is_refused(lead: LabelStudio) -> None:
    with pytest.raises(ServerRefused, match="invite link"):
        make_account(lead.invite_link() + "x", email="fritz@example.org", password=PASSWORD)


def test_the_labelling_link_leads_through_sign_in_to_the_stream(server: LiveServer, lead: LabelStudio) -> None:
    link = lead.labelling_link(7)
    with signed_in(server.url, email=server.email, password=server.password) as browser:
        answer = browser.get(link)
    assert answer.status_code == 302
    assert answer.headers["location"] == "/projects/7/data?labeling=1"


def test_the_invite_link_is_a_whole_address(server: LiveServer, lead: LabelStudio) -> None:
    assert lead.invite_link().startswith(f"{server.url}/user/signup/?token=")
