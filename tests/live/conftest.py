from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.live.server import CONFIG, LiveServer, label_studio
from toolkit.labelstudio.accounts import make_account, personal_token
from toolkit.labelstudio.session import LabelStudio, connect

MakeProject = Callable[..., int]
MakeAnnotator = Callable[[], LabelStudio]
_number = count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A real Label Studio, one per test session, ended with it."""
    with label_studio(tmp_path_factory.mktemp("label-studio")) as made:
        yield made


@pytest.fixture(scope="session")
def bare_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A real Label Studio without the gate: what it lets everybody do, and nobody there when it is not asked for."""
    with label_studio(tmp_path_factory.mktemp("bare"), blind=False) as made:
        yield made


@pytest.fixture
def lead(server: LiveServer) -> Iterator[LabelStudio]:
    """The lead's connection."""
    with server.as_lead() as connection:
        yield connection


@pytest.fixture(scope="session")
def access_token(server: LiveServer) -> str:
    """The lead's personal access token: Label Studio gives an account one at a time."""
    made = server.raw("POST", "/api/token/")
    assert made.status_code in {200, 201}
    return str(made.json()["token"])


@pytest.fixture
def project(server: LiveServer, lead: LabelStudio) -> MakeProject:
    """Makes a project with as many sentences as asked; gives its id."""

    def make(sentences: int = 0, *, annotators: int = 1, config: str = CONFIG) -> int:
        project_id = lead.create_project(
            title=f"Project {next(_number)}",
            description="made by a test",
            config_xml=config,
            instructions_html="<p>Read.</p>",
            annotators_per_sentence=annotators,
        )
        data = [{"sentence_id": f"a:{n}", "sentence": f"Sentence {n}."} for n in range(1, sentences + 1)]
        lead.send_sentences(project_id, data)
        server.admit(project_id=project_id)
        return project_id

    return make


@pytest.fixture
def annotator(server: LiveServer, lead: LabelStudio) -> Iterator[MakeAnnotator]:
    """Makes an annotator with an account of their own; gives their connection."""
    made: list[LabelStudio] = []

    def make() -> LabelStudio:
        email, password = f"annotator{next(_number)}@example.org", "a-long-passphrase"
        make_account(lead.invite_link(), email=email, password=password)
        server.admit(email=email)
        connection = connect(server.url, personal_token(server.url, email=email, password=password))
        made.append(connection)
        return connection

    yield make
    for connection in made:
        connection.close()


@pytest.fixture(scope="session")
def people(server: LiveServer) -> list[int]:
    """Numbers of accounts: the lead's, and those of others made for this."""
    with server.as_lead() as lead:
        for n in range(2):
            make_account(lead.invite_link(), email=f"stock{n}@example.org", password="a-long-passphrase")
        return [person.user_id for person in lead.people()]
