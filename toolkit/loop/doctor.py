"""Doctor: what is wrong between the study and its Label Studio, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from toolkit.codebook.parse import parse
from toolkit.errors import BadInput, IntercoderError, ServerRefused
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.checks import Check
from toolkit.loop.online.blindness_check import blindness_check
from toolkit.loop.online.connection import is_gated, open_server, server_identity
from toolkit.loop.online.page_drift import page_drift
from toolkit.loop.online.round_project import check_there
from toolkit.study import adjudications, adoptions, rounds, server_items
from toolkit.study.database import Database
from toolkit.study.examination import Examined, examine
from toolkit.study.folder import Study, read_codebook_text
from toolkit.study.rounds import Round

if TYPE_CHECKING:
    from toolkit.labelstudio.records import NewestChange, ServerVersion
    from toolkit.labelstudio.session import LabelStudio

TRIED_EDITION, TRIED_RELEASE = "Community", "1.23"
_SKEW_SECONDS = 30


_LISTED = 20


def doctor(
    study: Study,
    *,
    deep: bool = False,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    tell: Tell = untold,
) -> tuple[Check, ...]:
    """Return every check in order; those that need the server are not tried once it has refused one.

    With ``deep`` everything in ``study.db`` that can be compared with something is: structure, references, digests.
    The server is asked once, for a look at how it is now; ``tell`` hears of a long wait.
    """
    checks = [_codebook(study), *_database(study, deep=deep)]
    if any(check.outcome == "problem" for check in checks[1:]):
        return tuple(checks)  # whatever is on the server, there is nothing to compare it with
    try:
        with open_server(study, tell=tell, once=True) as server, study.database() as database:
            for check in _server(study, server, database, server_identity(study), clock):
                checks.append(check)
                if check.outcome == "problem":
                    break
    except IntercoderError as fault:
        checks.append(Check("connection", "problem", fault.what, fault.todo, fault.exit_code))
    return tuple(checks)


def _codebook(study: Study) -> Check:
    try:
        book = parse(read_codebook_text(study), source=study.codebook_file.name)
    except IntercoderError as fault:
        todo = f"intercoder codebook check {study.codebook_file}" if fault.faults else fault.todo
        return Check("codebook", "problem", fault.what, todo, fault.exit_code)
    return Check("codebook", "ok", f"{book.name} {book.version}, {len(book.questions)} questions")


def _database(study: Study, *, deep: bool) -> Iterator[Check]:
    name = study.database_file.name
    try:
        with study.database(checked=not deep) as database:
            if not deep:
                size = study.database_file.stat().st_size / 1e6
                how = "" if database.writable else ", can be read only"
                yield Check(name, "ok", f"{size:,.1f} MB{how}; `intercoder doctor --deep` compares all that is in it")
                return
            for part in examine(database):
                yield _examined(f"{name}: {part.name}", part)
    except IntercoderError as fault:
        yield Check(name, "problem", str(fault.what), fault.todo, fault.exit_code)


def _examined(name: str, part: Examined) -> Check:
    if not part.faults:
        return Check(name, "ok", part.looked_at)
    more = len(part.faults) - _LISTED
    found = "; ".join(part.faults[:_LISTED]) + (f"; and {more:,} more" if more > 0 else "")
    todo = "Put back a copy of study.db; what was pulled since it was made comes again with the next pull."
    return Check(name, "problem", found, todo, BadInput.exit_code)


def _server(
    study: Study, server: LabelStudio, database: Database, identity: str, clock: Callable[[], datetime]
) -> Iterator[Check]:
    try:
        version = server.version()
    except ServerRefused as fault:  # a server that is closed to strangers tells them nothing
        yield Check("token", "problem", fault.what, fault.todo, fault.exit_code)
        return
    yield Check("server", "ok", f"answers at {server.url}")
    yield _version(version)
    yield _clock(server, clock)
    yield _tried("token", lambda: f"accepted, account number {server.me().user_id}")
    yield _tried("permission", lambda: _permission(server))
    yield blindness_check(server, database, identity, asked_for=is_gated(study))
    for name in rounds.names(database, adjudications=True):
        current = rounds.get(database, name)
        if current.project_id is None:
            yield Check(f"round {name}", "warning", "has no project yet", _sent_by(database, name))
            continue
        yield from _round(server, database, current, current.project_id)


def _version(version: ServerVersion) -> Check:
    found = f"Label Studio {version.edition} {version.release}"
    if version.edition == TRIED_EDITION and version.release.startswith(TRIED_RELEASE):
        return Check("version", "ok", found)
    return Check(
        "version",
        "warning",
        f"{found}; intercoder is tested with {TRIED_EDITION} {TRIED_RELEASE}",
        "Run one small round (`intercoder push --articles 1`) before a large one.",
    )


def _clock(server: LabelStudio, clock: Callable[[], datetime]) -> Check:
    skew = abs((clock() - server.clock()).total_seconds())
    if skew <= _SKEW_SECONDS:
        return Check("clock", "ok", f"within {_SKEW_SECONDS} s of the server's")
    return Check(
        "clock",
        "warning",
        f"this machine and the server differ by {skew:.0f} s",
        "Nothing is lost by it (pulls go by the server's clock), but set the clocks.",
    )


def _permission(server: LabelStudio) -> str:
    people = len(server.people())
    server.invite_link()
    return f"may invite annotators; {people} accounts on the server"


def _round(server: LabelStudio, database: Database, current: Round, project_id: int) -> Iterator[Check]:
    try:
        check_there(database, server, current)
        announced = server.newest_change(project_id)
    except IntercoderError as fault:
        yield Check(f"round {current.name}", "problem", fault.what, fault.todo, fault.exit_code)
        return
    said = "" if announced.n_annotations is None else f" with {announced.n_annotations:,} annotations"
    found = f"project {project_id}, {announced.n_sentences:,} sentences on the server{said}"
    yield Check(f"round {current.name}", "ok", found)
    yield _held(database, current, announced)
    yield _page(server, database, current.name, project_id)


def _held(database: Database, current: Round, announced: NewestChange) -> Check:
    """Whether the study holds what the server announces, and each sentence once."""
    name, here = f"answers {current.name}", server_items.held(database, current.name)
    if current.last_pull is None:
        return Check(name, "ok", "nothing was pulled yet")
    if copies := sum(map(len, server_items.copies(database, current.name).values())):
        todo = f"{_sent_by(database, current.name)} --remove-copies"
        return Check(name, "warning", f"{copies:,} items on the server repeat a sentence", todo)
    todo = f"intercoder pull --round {current.name}"
    if here.n_annotations is None:
        return Check(name, "warning", "not compared with the server since an earlier version pulled them", todo)
    holds = f"{here.n_annotations:,} annotations of {here.n_items:,} sentences"
    if (announced.n_sentences, announced.n_annotations) == (here.n_items, here.n_annotations):
        return Check(name, "ok", f"the study holds what the server announces: {holds}")
    return Check(name, "warning", f"the study holds {holds}: something changed since the last pull", todo)


def _page(server: LabelStudio, database: Database, name: str, project_id: int) -> Check:
    try:
        differences = page_drift(server, database, name, project_id)
    except IntercoderError as fault:
        return Check(f"page {name}", "problem", fault.what, fault.todo, fault.exit_code)
    if not differences and adoptions.find(database, name) is not None:
        return Check(f"page {name}", "ok", "the project asks what it asked when it was adopted")
    if not differences:
        return Check(f"page {name}", "ok", "page and instructions are those of the codebook")
    todo = f"Somebody edited it. Write it again: {_sent_by(database, name)} --mend-page"
    if adoptions.find(database, name) is not None:
        todo = "What is new there is not in the study: adopt the project anew, as another study, to have it."
    return Check(f"page {name}", "warning", "; ".join(differences), todo)


def _sent_by(database: Database, name: str) -> str:
    """The command that sends a round."""
    decided = adjudications.adjudicated_round(database, name)
    return f"intercoder push --round {name}" if decided is None else f"intercoder adjudicate start --round {decided}"


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, "ok", look())
    except IntercoderError as fault:
        return Check(name, "problem", fault.what, fault.todo, fault.exit_code)
