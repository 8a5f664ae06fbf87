from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import page_of
from tests.live.server import LiveServer
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.labelstudio.accounts import personal_token
from toolkit.labelstudio.encode import submission
from toolkit.labelstudio.session import LabelStudio, connect
from toolkit.loop import annotators, push
from toolkit.loop.add import add
from toolkit.loop.init import init
from toolkit.loop.online.passwords import passwords_of
from toolkit.study import articles, rounds
from toolkit.study.folder import Study, read_codebook_text

_number = count(1)

OK = {"segment_ok": "ok", "loaded": "none", "frame_primary": "security", "confidence": "3_sure"}
WRITER = {**OK, "attribution": "writer"}
GOVERNMENT = {**OK, "attribution": "attributed", "source_type": "gov"}


@dataclass
class LiveStudy:
    """A study on the session's Label Studio, and hands for its annotators."""

    study: Study
    server: LiveServer
    emails: list[str] = field(default_factory=list)

    @property
    def codebook(self) -> Codebook:
        return parse(read_codebook_text(self.study), source="codebook.yaml")

    def ledger(self, round_name: str = "pilot") -> list[rounds.LedgerEntry]:
        with self.study.database() as database:
            return list(rounds.ledger(database, round_name))

    def project_id(self, round_name: str = "pilot") -> int:
        with self.study.database() as database:
            project_id = rounds.get(database, round_name).project_id
        assert project_id is not None
        return project_id

    def texts(self) -> dict[str, str]:
        with self.study.database() as database:
            return {sentence.sentence_id: sentence.text for sentence in articles.sentences(database)}

    @contextmanager
    def signed_in(self, email: str) -> Iterator[LabelStudio]:
        password = passwords_of(self.study)[email]
        with connect(self.server.url, personal_token(self.server.url, email=email, password=password)) as connection:
            yield connection

    def code(self, email: str, sentence: int, answers: Mapping[str, object]) -> int:
        """Enter answers on the n-th sentence (from 0) through the annotator's own account."""
        entry = self.ledger()[sentence]
        assert entry.remote_id is not None
        parts = submission(self.codebook, answers, sentence=self.texts()[entry.sentence_id])
        with self.signed_in(email) as connection:
            return connection.submit(entry.remote_id, parts, seconds=5.0)

    def code_again(self, email: str, sentence: int, answers: Mapping[str, object]) -> int:
        """A second annotation of the same sentence by the same person, as a server without the gate takes it."""
        entry = self.ledger()[sentence]
        assert entry.remote_id is not None
        parts = submission(self.codebook, answers, sentence=self.texts()[entry.sentence_id])
        with self.signed_in(email) as connection:
            user_id = connection.me().user_id
        return self.server.answer_again(entry.remote_id, user_id, {"result": parts, "lead_time": 5.0})


@pytest.fixture
def live_study(server: LiveServer, tmp_path: Path) -> LiveStudy:
    """A study of two articles, five sentences, on the session's embedded server; nothing pushed."""
    study = init(tmp_path / f"study-{next(_number)}")
    study.server_folder.symlink_to(server.folder)
    # Two tests write the passwords of their annotators into one folder: harmless, the addresses differ.
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text("The minister resigned. “It is over,” she said. Nobody had expected it.\n", encoding="utf-8")
    two.write_text("Prices rose again. Analysts blame the drought.\n", encoding="utf-8")
    add(study, [str(one), str(two)])
    return LiveStudy(study, server)


@pytest.fixture
def pushed(live_study: LiveStudy) -> LiveStudy:
    """The same, pushed, with two registered annotators."""
    live_study.emails = [f"coder{next(_number)}@example.org" for _ in range(2)]
    annotators.add(live_study.study, live_study.emails)
    push.push(live_study.study)
    return live_study


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which nobody is signed in yet."""
    with page_of(browser) as page:
        yield page


class LosesAnswers(httpx.BaseTransport):
    """A network that loses the answer to the imports it is told to, or, not ``delivered``, the request itself."""

    def __init__(self, *, lose: set[int], delivered: bool = True) -> None:
        self._real = httpx.HTTPTransport()
        self._lose = lose
        self._delivered = delivered
        self.imports = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and request.url.path.endswith("/import"):
            self.imports += 1
            if self.imports in self._lose:
                if self._delivered:
                    self._real.handle_request(request).read()
                raise httpx.ReadTimeout("no answer", request=request)
        return self._real.handle_request(request)

    def close(self) -> None:
        self._real.close()
