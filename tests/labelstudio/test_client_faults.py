"""What becomes of everything that can go wrong on the way: our words, no secrets, and a clear word on lost answers."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.labelstudio.fake_server import COOKIE, TOKEN, URL, Answer, answer, answering, connected
from toolkit.errors import BadInput, IntercoderError, ServerRefused, ServerUnreachable, TransferIncomplete
from toolkit.labelstudio.connection import AnswerLost, NotThere, ServerBusy
from toolkit.labelstudio.gatekeeper import Gatekeeper
from toolkit.labelstudio.patience import Patience
from toolkit.labelstudio.session import LabelStudio, connect

Call = Callable[[LabelStudio], object]

READS: dict[str, Call] = {
    "version": lambda ls: ls.version(),
    "clock": lambda ls: ls.clock(),
    "me": lambda ls: ls.me(),
    "people": lambda ls: ls.people(),
    "invite_link": lambda ls: ls.invite_link(),
    "projects_with": lambda ls: ls.projects_with("mark"),
    "project": lambda ls: ls.project(1),
    "sentences_on_server": lambda ls: list(ls.sentences_on_server(1)),
    "count": lambda ls: ls.count(1),
    "newest_change": lambda ls: ls.newest_change(1),
    "n_annotated_since": lambda ls: ls.n_annotated_since(1, None),
    "pages_changed_since": lambda ls: list(ls.pages_changed_since(1, None)),
    "pages_of": lambda ls: list(ls.pages_of(1, [7])),
    "states": lambda ls: list(ls.states(1)),
    "in_progress": lambda ls: ls.in_progress(1),
    "done_by": lambda ls: ls.done_by(1, 7),
    "show_prefilled": lambda ls: ls.show_prefilled(1),
    "gate.routes": lambda ls: ls.gate.routes(),
}
WRITES: dict[str, Call] = {
    "create_project": lambda ls: ls.create_project(
        title="abc", description="", config_xml="<View/>", instructions_html="", annotators_per_sentence=1
    ),
    "delete_project": lambda ls: ls.delete_project(1),
    "delete_sentence": lambda ls: ls.delete_sentence(1),
    "update_project": lambda ls: ls.update_project(1, config_xml="<View/>"),
    "send_sentences": lambda ls: ls.send_sentences(1, [{"sentence_id": "a:1"}]),
    "about_to_send": lambda ls: ls.about_to_send(1, [{"sentence_id": "a:1"}])(),
    "set_annotators_wanted": lambda ls: ls.set_annotators_wanted(1, 2),
    "submit": lambda ls: ls.submit(1, [], seconds=1),
    "skip": lambda ls: ls.skip(1, seconds=1),
    "gate.serve": lambda ls: ls.gate.serve(),
}
LEAKY = f"Authorization: Token {TOKEN}, Set-Cookie: {COOKIE}"


def every(calls: dict[str, Call]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", calls.values(), ids=calls.keys())


def shown(fault: BaseException) -> str:
    return "\n".join([str(fault), repr(fault), *traceback.format_exception(fault)])


def failing(call: Call, given: Answer) -> IntercoderError:
    with pytest.raises(IntercoderError) as raised:
        call(connected(lambda _: given))
    return raised.value


def test_every_public_method_is_tried_here() -> None:
    public = {name for name in vars(LabelStudio) if not name.startswith("_")}
    public |= {f"gate.{name}" for name in vars(Gatekeeper) if not name.startswith("_")}
    # these take a 404 for an answer, as there may be no gate: test_gatekeeper.py has them
    public -= {f"gate.{name}" for name in ("state", "admit", "refusals", "tried")}
    assert public - {"close", "labelling_link"} == READS.keys() | WRITES.keys()


@every(READS | WRITES)
@pytest.mark.parametrize(
    "given",
    [
        answer({"detail": "Invalid token.", "status_code": 401}, status=401),
        answer({"detail": f"{LEAKY}", "validation_errors": {"title": [LEAKY]}}, status=400),
        answer(text=f"<html>{LEAKY}</html>", status=500),
        answer(text=f"<html>{LEAKY}</html>", status=200),
        answer(text=f"<html>{LEAKY}</html>", status=302),
        answer([LEAKY], status=200),
        answer(text="[" * 200_000),
        answer(text='{"detail": ' + "9" * 5_000 + "}", status=400),
        httpx.ConnectError(LEAKY),
        httpx.ReadTimeout(LEAKY),
        httpx.RemoteProtocolError(f"illegal header line: {LEAKY}"),
    ],
    ids=["401", "400", "500", "page", "redirect", "list", "too deep", "too long", "no connection", "timeout", "broken"],
)
def test_no_fault_shows_a_token_a_cookie_or_the_whole_answer(call: Call, given: Answer) -> None:
    fault = failing(call, given)
    if isinstance(given, httpx.Response) and given.status_code == 400:
        assert TOKEN not in shown(fault)
    else:
        for secret in (TOKEN, COOKIE, "<html>"):
            assert secret not in shown(fault)
    assert fault.__cause__ is None
    assert fault.__context__ is None


def test_a_connection_shows_no_token() -> None:
    assert TOKEN not in repr(answering())


@every(WRITES)
@pytest.mark.parametrize(
    "given",
    [
        httpx.ReadTimeout("timed out"),
        httpx.ReadError("reset"),
        httpx.WriteError("broken pipe"),
        httpx.RemoteProtocolError("peer closed connection"),
        answer({"detail": "oops"}, status=500),
        answer(text="bad gateway", status=502),
        answer(text="<html>", status=200),
    ],
    ids=["timeout", "read", "write", "protocol", "500", "502", "unreadable"],
)
def test_a_write_whose_answer_was_lost_says_so(call: Call, given: Answer) -> None:
    assert isinstance(failing(call, given), AnswerLost)


@every(WRITES)
@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (httpx.ConnectError("connection refused"), ServerUnreachable),
        (httpx.ConnectTimeout("timed out"), ServerUnreachable),
        (answer({"detail": "no"}, status=400), ServerRefused),
        (answer({"detail": "no"}, status=401), ServerRefused),
        (answer({"detail": "no"}, status=404), NotThere),
        (answer({"detail": "slow down"}, status=429), ServerBusy),
    ],
    ids=["refused connection", "no connection", "400", "401", "404", "429"],
)
def test_a_write_that_was_not_done_is_told_apart(call: Call, given: Answer, kind: type[IntercoderError]) -> None:
    assert type(failing(call, given)) is kind


@every(READS)
@pytest.mark.parametrize("given", [httpx.ReadTimeout("timed out"), answer(text="", status=503)], ids=["timeout", "503"])
def test_a_read_never_leaves_doubt(call: Call, given: Answer) -> None:
    assert type(failing(call, given)) is ServerUnreachable


@every(WRITES)
def test_a_write_is_sent_once(call: Call) -> None:
    sent: list[str] = []

    def busy(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        return answer(status=503, text="busy")

    with pytest.raises(AnswerLost):
        call(connected(busy, patience=Patience()))
    assert len(sent) == 1


def test_faults_of_a_request_are_all_listed() -> None:
    errors = {"title": ["Ensure this field has at least 3 characters."], "label_config": ["unclosed token"]}
    given = answer({"detail": "Validation error", "validation_errors": errors}, status=400)
    text = str(failing(WRITES["create_project"], given))
    assert "400: Validation error" in text
    assert "title: Ensure this field has at least 3 characters" in text
    assert "label_config: unclosed token" in text


def test_one_of_two_sentences_arriving_is_incomplete() -> None:
    ls = answering(answer({"task_count": 1, "task_ids": [7]}, status=201))
    with pytest.raises(TransferIncomplete, match="2 sentences were sent, 1 arrived"):
        ls.send_sentences(1, [{"sentence_id": "a:1"}, {"sentence_id": "a:2"}])


def test_no_sentences_are_not_sent() -> None:
    assert answering().send_sentences(1, []) == []


def test_what_is_prefilled_travels_with_its_sentence_and_is_shown_where_it_is_there() -> None:
    sent: list[Any] = []
    versions: dict[str, int] = {}

    def take(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return answer(versions)
        sent.append(json.loads(request.content))
        return answer({"id": 1, "task_ids": [7, 8]}, status=201)

    part = {"from_name": "loaded_0", "type": "choices", "value": {"choices": ["none"]}}
    connected(take).send_sentences(1, [{"n": 1}, {"n": 2}], prefilled=[[part], []])
    ((first, second),) = sent
    (prediction,) = first["predictions"]
    assert prediction["result"] == [part]
    assert second == {"data": {"n": 2}}
    assert not connected(take).show_prefilled(1)
    assert len(sent) == 1
    versions[prediction["model_version"]] = 1
    assert connected(take).show_prefilled(1)
    assert sent[1] == {"model_version": prediction["model_version"], "show_collab_predictions": True}
    with pytest.raises(ValueError, match="shorter"):
        connected(take).send_sentences(1, [{"n": 1}, {"n": 2}], prefilled=[[part]])


def test_a_queued_import_is_waited_for() -> None:
    waited: list[float] = []
    answers = iter(
        [
            answer({"import": 5}, status=201),
            answer({"status": "in_progress"}),
            answer({"status": "completed", "task_ids": [8, 9]}),
        ]
    )
    ls = connected(lambda _: next(answers), wait=waited.append)
    assert ls.send_sentences(1, [{"n": 1}, {"n": 2}]) == [8, 9]
    assert len(waited) == 1


def test_a_queued_import_that_fails_is_incomplete_and_one_never_told_about_is_lost() -> None:
    queued = answer({"import": 5}, status=201)
    with pytest.raises(TransferIncomplete):
        answering(queued, answer({"status": "failed"})).send_sentences(1, [{"n": 1}])
    with pytest.raises(AnswerLost):
        answering(queued, answer({"detail": "gone"}, status=404)).send_sentences(1, [{"n": 1}])
    endless = iter([queued])
    with pytest.raises(AnswerLost):
        connected(lambda _: next(endless, answer({"status": "created"}))).send_sentences(1, [{"n": 1}])


@pytest.mark.parametrize("address", ["", "label-studio.test", "ftp://x", "http://", "http://[", "http://u:pw@host"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(BadInput) as refused:
        connect(address, TOKEN)
    assert "pw" not in shown(refused.value)


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("http://localhost:8080/", "http://localhost:8080"),
        (" https://Host.example.org/ls/?a=b#c", "https://host.example.org/ls"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_addresses_are_cleaned(given: str, clean: str) -> None:
    with connect(given, TOKEN) as ls:
        assert ls.url == clean


@pytest.mark.parametrize("token", ["", "two words here", "né", "a b"])
def test_a_token_that_is_none_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(BadInput) as refused:
        connect(URL, token)
    assert "words" not in str(refused.value)


@pytest.mark.parametrize("form", ["Token {}", "Bearer {}", " {}\n"])
def test_a_token_may_come_with_what_was_copied_along(form: str) -> None:
    seen: list[str] = []

    def look(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return answer({"id": 1, "email": "lead@example.org"})

    http = httpx.Client(transport=httpx.MockTransport(look))
    connect(URL, form.format(TOKEN), http=http).me()
    assert seen == [f"Token {TOKEN}"]


def test_no_cookie_is_kept() -> None:
    seen: list[str | None] = []

    def look(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("cookie"))
        return answer({"id": 1, "email": "lead@example.org"})

    ls = connect(URL, TOKEN)
    ls._client._http._transport = httpx.MockTransport(look)
    ls._client._http._mounts = {}
    ls.me()
    ls.me()
    ls.close()
    assert seen == [None, None]


def test_the_labelling_link_keeps_a_path_in_front() -> None:
    with connect("https://example.org/ls", TOKEN) as ls:
        assert ls.labelling_link(3) == (
            "https://example.org/ls/user/login/?next=%2Fls%2Fprojects%2F3%2Fdata%3Flabeling%3D1"
        )
