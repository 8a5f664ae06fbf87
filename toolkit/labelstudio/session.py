"""A session with a Label Studio: every request intercoder makes of it, in our words."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote, urljoin

import httpx

from toolkit.labelstudio import rows
from toolkit.labelstudio.client import Client
from toolkit.labelstudio.export_file import read_entry
from toolkit.labelstudio.gatekeeper import Gatekeeper
from toolkit.labelstudio.importing import about_to_import, show_prefilled
from toolkit.labelstudio.patience import Patience, Tell, untold
from toolkit.labelstudio.records import (
    ChangedPage,
    InProgress,
    MarkedProject,
    NewestChange,
    Person,
    ProjectState,
    SentenceOnServer,
    SentenceState,
    ServerVersion,
)
from toolkit.labelstudio.rows import Json
from toolkit.labelstudio.sweep import (
    ENTRY_FIELDS,
    SENTENCE_FIELDS,
    STATE_FIELDS,
    changed_after,
    condition,
    page_request,
)

_PATIENCE: Final = Patience()


def connect(
    url: str,
    token: str,
    *,
    ca_file: Path | None = None,
    http: httpx.Client | None = None,
    patience: Patience = _PATIENCE,
    wait: Callable[[float], None] = time.sleep,
    tell: Tell = untold,
) -> LabelStudio:
    """Return a signed-in connection to the Label Studio at ``url``; nothing is sent yet.

    ``token`` is a legacy token or a personal access token (told apart by their form); ``ca_file`` holds certificates to
    trust, not public authorities. ``http`` replaces the network in tests; ``patience`` says how long an answer may
    take and how often a read is repeated; ``wait`` is called before each repeat and between looks at a slow import;
    ``tell`` hears of both, and every few seconds of what is waited for.
    Raise ``BadInput`` for an address or token that cannot be one, ``ServerRefused`` for a token that has expired.
    """
    client = Client(url, token, ca_file=ca_file, http=http, patience=patience, wait=wait, tell=tell)
    return LabelStudio(client, wait=wait)


class LabelStudio(AbstractContextManager["LabelStudio"]):
    """A signed-in connection, made by ``connect``.

    Every method raises ``ServerUnreachable`` or ``ServerRefused``. A write whose answer was lost raises ``AnswerLost``
    (a ``ServerUnreachable``): look at the server before sending again.
    """

    def __init__(self, client: Client, *, wait: Callable[[float], None]) -> None:
        self._client = client
        self._wait = wait
        self.url: Final = self._client.url
        self.gate: Final = Gatekeeper(client)

    def __repr__(self) -> str:
        return f"LabelStudio({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the network connections."""
        self._client.close()

    # ---------------------------------------------------------------- who and what is there

    def version(self) -> ServerVersion:
        """Return the edition and release of the server (it answers this without a token as well)."""
        return self._client.read("api/version", rows.server_version)

    def clock(self) -> datetime:
        """Return the server's clock."""
        response = self._client.ask("api/version")
        self._client.body(response)  # a page in front of Label Studio has a clock as well
        return self._client.run(rows.clock, response.headers.get("date"))

    def me(self) -> Person:
        """Return the account the token belongs to."""
        return self._client.read("api/current-user/whoami", rows.person)

    def people(self) -> tuple[Person, ...]:
        """Return every account of the organisation, in ascending id."""
        found = [self._client.run(rows.person, entry) for entry in self._client.listed("api/users/")]
        return tuple(sorted(found, key=lambda person: person.user_id))

    def invite_link(self) -> str:
        """Return the address through which a person makes an account here with a password of their own."""
        link = self._client.read("api/invite", lambda body: rows.text(body, "invite_url"))
        return urljoin(f"{self.url}/", link)

    # ---------------------------------------------------------------- the round's project

    def projects_with(self, marker: str) -> tuple[MarkedProject, ...]:
        """Return the projects whose description holds ``marker`` as a word of its own, in ascending id."""
        mark = re.compile(rf"(?<![\w:-]){re.escape(marker)}(?![\w:-])")  # `pilot` is not `pilot-2`
        found: dict[int, MarkedProject] = {}
        page, more = 1, True
        while more:
            asked = {"include": "id,description,task_number", "page": page, "page_size": 100}
            body = self._client.read("api/projects/", dict, asked)
            for entry in self._client.run(rows.objects, body.get("results")):
                if mark.search(str(entry.get("description") or "")):
                    one = self._client.run(rows.marked_project, entry)
                    found[one.project_id] = one
            page, more = page + 1, bool(body.get("next"))
        return tuple(found[project_id] for project_id in sorted(found))

    def create_project(
        self, *, title: str, description: str, config_xml: str, instructions_html: str, annotators_per_sentence: int
    ) -> int:
        """Make a project and return its id: sentences come in order, may be skipped, and carry no suggestions.

        Label Studio wants 3 to 50 characters of title.
        """
        wanted = {
            "title": title,
            "description": description,
            "label_config": config_xml,
            "expert_instruction": instructions_html,
            "show_instruction": True,
            "show_skip_button": True,
            "enable_empty_annotation": False,
            "maximum_annotations": annotators_per_sentence,
            "sampling": "Sequential sampling",
            "skip_queue": "REQUEUE_FOR_OTHERS",
            "evaluate_predictions_automatically": False,
            "show_collab_predictions": False,
            "reveal_preannotations_interactively": False,
        }
        return self._client.write("POST", "api/projects/", wanted, _id)

    def delete_project(self, project_id: int) -> None:
        """Delete the project with everything in it."""
        self._client.delete(f"api/projects/{project_id}/")

    def project(self, project_id: int) -> ProjectState:
        """Return the project as the server has it now."""
        return self._client.read(f"api/projects/{project_id}/", rows.project_state)

    def update_project(
        self,
        project_id: int,
        *,
        config_xml: str | None = None,
        instructions_html: str | None = None,
        annotators_per_sentence: int | None = None,
    ) -> None:
        """Change what is given of the project; what is not given stays.

        Another ``annotators_per_sentence`` overwrites the numbers of sentences: of those that wanted several, if there
        are any and it is more than one; else of all. Set the sentences' own numbers after it.
        """
        changes: Json = {
            "label_config": config_xml,
            "expert_instruction": instructions_html,
            "maximum_annotations": annotators_per_sentence,
        }
        given = {name: value for name, value in changes.items() if value is not None}
        if given:
            self._client.write("PATCH", f"api/projects/{project_id}/", given, _id)

    def labelling_link(self, project_id: int) -> str:
        """Return the address to hand to an annotator: it opens the stream of sentences, after signing in if need be."""
        prefix = httpx.URL(self.url).path.rstrip("/")
        stream = quote(f"{prefix}/projects/{project_id}/data?labeling=1", safe="")
        return f"{self.url}/user/login/?next={stream}"

    # ---------------------------------------------------------------- push

    def send_sentences(
        self,
        project_id: int,
        batch: Sequence[Mapping[str, object]],
        *,
        prefilled: Sequence[Sequence[Mapping[str, object]]] | None = None,
    ) -> list[int]:
        """Send the sentences of ``batch`` (the data of each) and return their remote ids, in the order given.

        ``prefilled`` gives for each what is chosen beforehand once ``show_prefilled`` was called: parts as from
        ``encode``, or none.

        Label Studio recognises no duplicates: send only what is not there. Raise ``TransferIncomplete`` if it took
        another number than was sent, ``AnswerLost`` if nobody can tell.
        """
        return self.about_to_send(project_id, batch, prefilled=prefilled)()

    def about_to_send(
        self,
        project_id: int,
        batch: Sequence[Mapping[str, object]],
        *,
        prefilled: Sequence[Sequence[Mapping[str, object]]] | None = None,
    ) -> Callable[[], list[int]]:
        """Get sentences ready while others are on their way; return what sends them, as ``send_sentences`` does."""
        return about_to_import(self._client, project_id, batch, prefilled or (), wait=self._wait)

    def show_prefilled(self, project_id: int) -> bool:
        """Have the page choose what was sent as ``prefilled``; return False where nothing of that is there any more."""
        return show_prefilled(self._client, project_id)

    def sentences_on_server(self, project_id: int, *, page_size: int = 1000) -> Iterator[list[SentenceOnServer]]:
        """Yield every sentence of the project, page by page in ascending remote id; TransferIncomplete if a page is
        short.
        """
        for page, _ in self._client.pages(project_id, fields="task_only", include=SENTENCE_FIELDS, page_size=page_size):
            yield [self._client.run(rows.sentence_on_server, row) for row in page]

    def delete_sentence(self, remote_id: int) -> None:
        """Delete a sentence from the server with every annotation it carries."""
        self._client.delete(f"api/tasks/{remote_id}/")

    def set_annotators_wanted(self, remote_id: int, annotators: int, *, n_annotations: int = 0) -> None:
        """Have the sentence offered until ``annotators`` people have coded it.

        ``n_annotations`` is how many it carries now: a finished sentence opens again only if Label Studio is told so.
        """
        changes = {"overlap": annotators, "is_labeled": n_annotations >= annotators}
        # Before it changes a sentence the server looks it up twice with all that its tables could show, unless it is
        # for a review: that saves a third of its work. There is no change of several sentences at once.
        self._client.write("PATCH", f"api/tasks/{remote_id}/", changes, _id, {"review": "true"})

    def count(self, project_id: int) -> int:
        """Return how many sentences the project holds now."""
        return self.newest_change(project_id).n_sentences

    # ---------------------------------------------------------------- pull

    def newest_change(self, project_id: int) -> NewestChange:
        """Return the newest change in the project, what it announces, and the server's clock: one small request."""
        order = "-tasks:updated_at"
        request = page_request(project_id, [], order=order, fields="task_only", include="id,updated_at", size=1)
        response = self._client.ask("api/tasks", request)

        def read(body: Json) -> NewestChange:
            newest = rows.objects(body.get("tasks"))
            return NewestChange(
                newest_updated_at=rows.moment(newest[0], "updated_at") if newest else None,
                server_now=rows.clock(response.headers.get("date")),
                n_sentences=rows.number(body, "total"),
                n_annotations=rows.number_or_none(body, "total_annotations"),
            )

        return self._client.run(read, self._client.body(response))

    def n_annotated_since(self, project_id: int, since: datetime | None) -> int:
        """Return how many sentences that carry an annotation changed after ``since``: one small request."""
        asked = [*changed_after(since), condition("total_annotations", "greater", "Number", 0)]
        request = page_request(project_id, asked, order="tasks:id", fields="task_only", include="id", size=1)
        return self._client.read("api/tasks", lambda body: rows.number(body, "total"), request)

    def pages_changed_since(
        self, project_id: int, since: datetime | None, *, page_size: int = 500, after: int = 0
    ) -> Iterator[ChangedPage]:
        """Yield sentences changed after ``since`` (all of them if None) with their annotations, page by page.

        Each page is complete or ``TransferIncomplete`` is raised; whoever got to the end has seen everything that had
        changed when the sweep began. ``since`` must know its time zone. The sweep begins above the item ``after``.
        """
        return self._pages(project_id, changed_after(since), page_size=page_size, after=after)

    def pages_of(self, project_id: int, remote_ids: Sequence[int], *, page_size: int = 500) -> Iterator[ChangedPage]:
        """Yield these sentences with their annotations, page by page; those that are not there are left out."""
        ordered = sorted(remote_ids)
        for start in range(0, len(ordered), page_size):
            chosen = condition("id", "in_list", "Number", ordered[start : start + page_size])
            yield from self._pages(project_id, [chosen], page_size=page_size)

    def _pages(
        self, project_id: int, asked: Sequence[Json], *, page_size: int, after: int = 0
    ) -> Iterator[ChangedPage]:
        pages = self._client.pages(
            project_id, asked, fields="all", include=ENTRY_FIELDS, page_size=page_size, after=after
        )
        for page, n_left in pages:
            yield ChangedPage(entries=tuple(read_entry(row) for row in page), n_left=n_left)

    def states(self, project_id: int, *, page_size: int = 1000) -> Iterator[list[SentenceState]]:
        """Yield how every sentence of the project stands, page by page in ascending remote id: the cheapest full
        listing.
        """
        for page, _ in self._client.pages(project_id, fields="task_only", include=STATE_FIELDS, page_size=page_size):
            yield [self._client.run(rows.sentence_state, row) for row in page]

    def in_progress(self, project_id: int) -> tuple[InProgress, ...]:
        """Return sentences begun and not submitted, with who began them: one request, and one more for each such
        sentence.
        """
        asked = [condition("draft_exists", "equal", "Boolean", value=True)]
        begun = self._client.ids(project_id, asked)
        if not begun:
            return ()
        ids_by_email = {person.email.lower(): person.user_id for person in self.people()}
        found = (
            self._client.run(rows.in_progress, remote_id, draft, ids_by_email)
            for remote_id in begun
            for draft in self._client.listed(f"api/tasks/{remote_id}/drafts")
        )
        return tuple(each for each in found if each is not None)

    # ---------------------------------------------------------------- replay: through the caller's own account

    def submit(self, remote_id: int, result: Sequence[Mapping[str, object]], *, seconds: float | None) -> int:
        """Submit an annotation in this account's name and return its id; ``result`` is from ``encode.submission``."""
        return self._annotate(remote_id, [dict(part) for part in result], seconds=seconds, skipped=False)

    def skip(self, remote_id: int, *, seconds: float | None) -> int:
        """Pass the sentence over in this account's name and return the annotation's id."""
        return self._annotate(remote_id, [], seconds=seconds, skipped=True)

    def done_by(self, project_id: int, user_id: int) -> frozenset[int]:
        """Return remote ids of the sentences that this account has annotated or skipped."""
        return frozenset(self._client.ids(project_id, [condition("annotators", "contains", "List", user_id)]))

    def _annotate(self, remote_id: int, result: list[Json], *, seconds: float | None, skipped: bool) -> int:
        made = {"result": result, "was_cancelled": skipped, "lead_time": seconds}
        return self._client.write("POST", f"api/tasks/{remote_id}/annotations/", made, _id)


def _id(body: Json) -> int:
    return rows.number(body, "id")
