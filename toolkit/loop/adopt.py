"""Adopt: a study made of a Label Studio project that already holds work; nothing on the server is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.codebook.parse import parse
from toolkit.corpus.given import ABOUT, GivenSentence, given_articles
from toolkit.errors import BadInput, Fault, ServerRefused, TransferIncomplete, UsageError
from toolkit.labelstudio.decode import read_annotation, user_of
from toolkit.labelstudio.patience import Tell, untold
from toolkit.labelstudio.pipelining import ahead
from toolkit.labelstudio.stock.codebook import WrittenCodebook, written_codebook
from toolkit.labelstudio.stock.config import Control, controls_of, shown_in
from toolkit.labelstudio.stock.export import counting_of
from toolkit.labelstudio.stock.levels import Use
from toolkit.labelstudio.stock.parts import said_by
from toolkit.loop.online.connection import keep_token, patience, server_settings, trusted_at
from toolkit.loop.online.project_page import project_at
from toolkit.loop.progress import Progress, silent
from toolkit.loop.pull import PAGE, pull
from toolkit.loop.pulling.adopted import sentence_from
from toolkit.loop.pulling.report import PullReport
from toolkit.study import adoptions, folder, rounds, settings
from toolkit.study.adoptions import Adoption
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision

if TYPE_CHECKING:
    from toolkit.labelstudio.records import ProjectState, RawEntry
    from toolkit.labelstudio.session import LabelStudio

ROUND = "adopted"
_SHOWN_AS_TEXT = "text"
_WORDS = frozenset({_SHOWN_AS_TEXT, "hypertext"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionPlan:
    """What a project holds that can be taken up, and what cannot."""

    project: str
    title: str
    text_field: str
    article_field: str | None
    n_sentences: int
    n_articles: int
    n_annotations: int
    """Skips included."""
    n_annotators: int
    guesses: Mapping[str, tuple[str, str]]
    """Level and why, by question."""
    not_taken: tuple[Fault, ...]
    """Everything that cannot be taken up, by its name and with the reason."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """What was adopted; there is no study where nothing was to be written."""

    study: Study | None
    plan: AdoptionPlan | None
    """None where a stopped adoption went on."""
    pulled: tuple[PullReport, ...] = ()


def adopt(
    where: Path,
    project: str,
    token: str,
    *,
    round_name: str = ROUND,
    text_field: str | None = None,
    article_field: str | None = None,
    ca_file: Path | None = None,
    dry_run: bool = False,
    page_size: int = PAGE,
    progress: Progress = silent,
    show_plan: Callable[[AdoptionPlan], None] = lambda _: None,
    tell: Tell = untold,
) -> Adopted:
    """Make a study in ``where`` of the project at ``URL#NUMBER``: each of its tasks a sentence, its annotations pulled.

    The codebook is written from the labelling configuration, at guessed levels. ``text_field`` names the field of a
    task that holds the sentence (what the first question is about, by default), ``article_field`` the one that says
    which article it stands in (each is one by itself, by default). Everything that cannot be taken up is in the plan,
    which ``show_plan`` sees before anything is written. ``ca_file`` is that of ``connect``.
    Where a study of this project is there already, it is pulled: so an adoption that was stopped goes on.

    Raise ``UsageError`` (no such field, the folder is in use), ``BadInput`` (nothing can be taken up),
    ``ServerUnreachable``, ``ServerRefused`` and ``TransferIncomplete``.
    """
    found = project_at(project)
    if found is None:
        raise UsageError(f"{project!r} is no project's address", todo="As in http://127.0.0.1:8080#7.")
    from toolkit.labelstudio.session import connect

    url, number = found
    trusted = trusted_at(url, ca_file, tell=tell)
    with connect(url, token, ca_file=trusted, patience=patience(), tell=tell) as server:
        if folder.is_study(where):
            asked = text_field, article_field, round_name
            study = _going_on(where, server.url, number, asked, dry_run=dry_run)
            keep_token(study, server.url, token)
            if trusted is not None:
                settings.update(study.settings_file, {"label_studio": server_settings(study, server.url, trusted)})
            return Adopted(study, None, pull(study, page_size=page_size, progress=progress, tell=tell))
        state = _state(server, number)
        controls = controls_of(state.config_xml, name=f"the configuration of project {number}")
        taken = _Taken(_field(controls, shown_in(state.config_xml), text_field), article_field)
        _read_through(server, state, taken, page_size, progress)
        book = written_codebook(
            controls,
            taken.uses,
            title=state.title,
            instructions_html=state.instructions_html,
            where=f"project {number} at {server.url}",
            not_marked=_not_marked(controls, shown_in(state.config_xml), taken.text_field),
        )
        plan = _plan(project, state, taken, book)
        _check(plan, taken, book)
        parse(book.text, source="codebook.yaml")
        show_plan(plan)
        if dry_run:
            return Adopted(None, plan)

        def fill(study: Study) -> None:
            _fill(study, server_settings(study, server.url, trusted), state, token, taken, book, round_name)

        study = folder.create(where, codebook_text=book.text, fill=fill)
    return Adopted(study, plan, pull(study, page_size=page_size, progress=progress, tell=tell))


@dataclass(slots=True)
class _Taken:
    """What reading the project through has found."""

    text_field: str
    article_field: str | None
    sentences: list[GivenSentence] = field(default_factory=list)
    uses: dict[str, Use] = field(default_factory=dict)
    annotators: set[object] = field(default_factory=set)
    n_annotations: int = 0
    n_relations: int = 0
    unusable: Counter[str] = field(default_factory=Counter)
    fields: set[str] = field(default_factory=set)

    def take(self, entry: RawEntry) -> None:
        """Take in one task with its annotations."""
        self.fields.update(map(str, entry.data))
        made, notes = sentence_from(
            entry.remote_id, entry.data, text_field=self.text_field, article_field=self.article_field
        )
        self.unusable.update(notes)
        self.sentences += [made] if made is not None else []
        counting = counting_of([read_annotation(raw) for raw in entry.annotations], Counter())
        for raw in entry.annotations:
            self.n_annotations += 1
            self.annotators.add(user_of(raw.get("completed_by")))
            if raw["id"] not in counting:
                continue  # what does not count says nothing of how a question is answered
            result = raw["result"] if isinstance(raw["result"], list) else []
            said, _ = said_by(result)
            for name, what in said.items():
                self.uses.setdefault(name, Use()).take(what)
            self.n_relations += sum(isinstance(part, dict) and part.get("type") == "relation" for part in result)


def _read_through(server: LabelStudio, state: ProjectState, taken: _Taken, page_size: int, progress: Progress) -> None:
    """Take in every task of the project; ``TransferIncomplete`` where there are more than were sent."""
    read = 0
    for page in ahead(server.pages_changed_since(state.project_id, None, page_size=page_size)):
        for entry in page.entries:
            taken.take(entry)
        read += len(page.entries)
        progress(f"reading {state.title}", read, read + page.n_left)
    if read < (announced := server.count(state.project_id)):
        raise TransferIncomplete(
            f"{server.url} announces {announced:,} tasks in project {state.project_id}, and {read:,} were read",
            todo="Nothing was written. Run the command again.",
        )


def _going_on(where: Path, url: str, number: int, asked: tuple[str | None, str | None, str], *, dry_run: bool) -> Study:
    """The study that is there, if it was made of this project as it is asked for now."""
    study = Study(where)
    with study.database() as database:
        for name in rounds.names(database, adjudications=True, discarded=True):
            current, adoption = rounds.get(database, name), adoptions.find(database, name)
            if adoption is None or (current.server_url, current.project_id) != (url, number):
                continue
            was = (adoption.text_field, adoption.article_field, name)
            if dry_run or any(new not in {None, ROUND, old} for new, old in zip(asked, was, strict=True)):
                raise UsageError(
                    f"{where} was made of this project already: round {name!r}, text field {was[0]!r}, article field "
                    f"{was[1] or 'none'}",
                    todo="`intercoder pull` goes on with it; to adopt the project otherwise, choose another name.",
                )
            return study
    raise UsageError(f"{where} is another study", todo="Choose another name, or remove it first.")


def _state(server: LabelStudio, number: int) -> ProjectState:
    from toolkit.labelstudio.connection import NotThere

    server.me()  # it answers and accepts us
    try:
        return server.project(number)
    except NotThere:
        raise ServerRefused(
            f"there is no project {number} on {server.url}, or this account cannot see it",
            todo="The number stands in the address of the project's page: …/projects/NUMBER.",
        ) from None


def _field(controls: Mapping[str, Control], shown: Mapping[str, str], chosen: str | None) -> str:
    """The field of the sentence: the chosen one, or what the first question about a text is about."""
    about = [control.field for control in controls.values() if control.field is not None]
    about.sort(key=lambda name: shown.get(name) not in _WORDS)
    if chosen is None and not about:
        raise UsageError(
            "the configuration does not say which field holds the text", todo="Name it with `text_field=FIELD`."
        )
    return chosen or about[0]


def _not_marked(controls: Mapping[str, Control], shown: Mapping[str, str], text_field: str) -> dict[str, str]:
    """Why words that a control marks are not words of the sentence as it is taken up."""
    found = {}
    for name, control in controls.items():
        if control.kind != "labels" or control.field is None:
            continue
        if control.field != text_field:
            found[name] = f"it marks words of {control.field!r}, which is not the sentence"
        elif shown.get(control.field, _SHOWN_AS_TEXT) != _SHOWN_AS_TEXT:
            found[name] = f"it marks words of a {shown[control.field]}, whose places are not those of a text"
    return found


def _plan(project: str, state: ProjectState, taken: _Taken, book: WrittenCodebook) -> AdoptionPlan:
    return AdoptionPlan(
        project=project,
        title=state.title,
        text_field=taken.text_field,
        article_field=taken.article_field,
        n_sentences=len(taken.sentences),
        n_articles=len({one.article if one.article is not None else one.number for one in taken.sentences}),
        n_annotations=taken.n_annotations,
        n_annotators=len(taken.annotators),
        guesses=book.guesses,
        not_taken=tuple(_not_taken(state, taken, book)),
    )


def _not_taken(state: ProjectState, taken: _Taken, book: WrittenCodebook) -> list[Fault]:
    shown = shown_in(state.config_xml)
    kind = shown.pop(taken.text_field, _SHOWN_AS_TEXT)
    return [
        *([] if kind in _WORDS else [Fault(f"{kind} ${taken.text_field}", "its address is what is taken for a text")]),
        *(Fault(name, why) for name, why in book.left_out.items()),
        *(Fault(f"{kind} ${name}", "is shown, and not taken in") for name, kind in shown.items()),
        *([Fault("other fields", ", ".join(other))] if (other := _other_fields(taken)) else []),
        *([Fault("relations", f"{taken.n_relations:,} links between marks")] if taken.n_relations else []),
        *(Fault(f"{n:,} × task", why) for why, n in taken.unusable.most_common()),
    ]


def _other_fields(taken: _Taken) -> list[str]:
    """What stands beside the texts and stays in the project: fields that are neither sentence nor of its article."""
    return sorted(taken.fields - {taken.text_field, taken.article_field, *ABOUT})


def _check(plan: AdoptionPlan, taken: _Taken, book: WrittenCodebook) -> None:
    """Raise where nothing can be taken up, with everything that is known of why."""
    there = ", ".join(sorted(taken.fields)) or "none"
    for name, chosen in (("text_field", taken.text_field), ("article_field", taken.article_field)):
        if chosen is not None and taken.fields and chosen not in taken.fields:
            raise UsageError(f"no task has text in a field {chosen!r}", todo=f"There is: {there}. Say `{name}=FIELD`.")
    if not plan.n_sentences:
        raise BadInput(
            f"project {plan.project} holds no task that can be a sentence",
            faults=plan.not_taken,
            todo=f"Fields of its tasks: {there}. Name the one with the text: `text_field=FIELD`.",
        )
    if not book.guesses:
        raise BadInput(
            f"project {plan.project} asks nothing that a codebook can ask",
            faults=plan.not_taken,
            todo="Adopt a project whose questions are categories, ratings, numbers or marked words.",
        )


def _fill(
    study: Study,
    server: Mapping[str, object],
    state: ProjectState,
    token: str,
    taken: _Taken,
    book: WrittenCodebook,
    round_name: str,
) -> None:
    """Put round, sentences and server into a study that was just made."""
    url = str(server["url"])
    codebook = parse(book.text, source="codebook.yaml")
    decision = Decision(annotators_per_sentence=state.annotators_per_sentence)
    keep_token(study, url, token)
    with study.database() as database:
        rounds.create(database, round_name, decision, codebook, document=book.text)
        rounds.set_project(database, round_name, server_url=url, project_id=state.project_id)
        adoptions.record(database, round_name, Adoption(taken.text_field, taken.article_field, book.names.written()))
        given = given_articles(taken.sentences, has_id=lambda _: False, has_text=lambda _: False)
        adoptions.take_in(database, round_name, given, annotators_wanted=decision.annotators_per_sentence)
    entry = {
        "project": state.project_id,
        "codebook": {"version": codebook.version, "hash": codebook.hash[:12]},
        "adopted": {"text_field": taken.text_field, "article_field": taken.article_field},
    }
    changes = {"label_studio": server, "rounds": {round_name: entry}}
    settings.update(study.settings_file, changes)
