"""Replay: enter a recorded coding through an annotator's own account, as if that person sat at the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from toolkit.codebook.answers import Mark
from toolkit.codebook.model import Codebook
from toolkit.codebook.reasons import REASONS, Reason
from toolkit.errors import BadInput, Fault, UsageError
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.answers import codebook_of
from toolkit.loop.online.connection import access, is_embedded, open_server, patience
from toolkit.loop.online.passwords import passwords_of
from toolkit.loop.progress import Progress, silent
from toolkit.loop.push import refuse_adopted
from toolkit.study import adjudications, articles, rounds
from toolkit.study.database import Database
from toolkit.study.folder import Study, read_text


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """How many annotations were entered, and how many that account had entered before."""

    n_entered: int
    n_already: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded annotation: answers by question, marked spans by question."""

    sentence_id: str
    sentence: str
    answers: Mapping[str, Any]
    marks: Mapping[str, tuple[Mark, ...]]
    seconds: float | None
    reason: Reason | None = None
    """Of a decision: why the coders differed."""
    suggestion: str | None = None
    """Of a decision: what the codebook should say."""


def replay(
    study: Study,
    recording: Path,
    *,
    email: str,
    round_name: str = "pilot",
    progress: Progress = silent,
    tell: Tell = untold,
) -> ReplayReport:
    """Enter a recording (JSON lines) into the embedded Label Studio under the account of ``email``; safe to repeat.

    Into an adjudication the decisions of a recording are entered: of each sentence the questions that it asks there.

    Raise ``BadInput`` listing every line that does not fit the study's sentences; then nothing was entered.
    ``UsageError`` while another replay is entering for the same annotator and round.
    """
    from toolkit.labelstudio.accounts import personal_token
    from toolkit.labelstudio.session import connect

    if not is_embedded(study):
        raise UsageError(
            "recordings are replayed into the embedded Label Studio only", todo="Replay them in a study that uses it."
        )
    password = passwords_of(study).get(email.casefold())
    if password is None:
        raise UsageError("that annotator has no account here", todo="Run `intercoder annotators add EMAIL` first.")
    there = access(study)
    with study.replay_locked(email=email, round_name=round_name), study.database() as database:
        if adjudications.adjudicated_round(database, round_name) is None:
            refuse_adopted(database, round_name)
        codebook = codebook_of(database, round_name)
        current = rounds.get(database, round_name)
        remote = {entry.sentence_id: entry.remote_id for entry in rounds.ledger(database, round_name)}
        recorded = _read(database, recording, set(remote))
        if current.project_id is None:
            raise UsageError(f"round {round_name!r} has no project yet", todo="Run `intercoder push` first.")
        # All of them are put together before the first is entered: a recording with a fault enters nothing.
        parts_of = _parts(database, round_name, codebook)
        entries = [(remote[one.sentence_id], parts_of(one), one.seconds) for one in recorded]
        granted = patience()
        by, trusted = email.casefold(), there.ca_file
        token = personal_token(there.url, email=by, password=password, ca_file=trusted, patience=granted, tell=tell)
        with (
            connect(there.url, token, ca_file=trusted, patience=granted, tell=tell) as server,
            open_server(study, tell=tell) as lead,
        ):
            done = lead.done_by(current.project_id, server.me().user_id)
            new = [
                (remote_id, parts, s)
                for remote_id, parts, s in entries
                if remote_id is not None and remote_id not in done
            ]
            for number, (remote_id, parts, seconds) in enumerate(new, start=1):
                server.submit(remote_id, parts, seconds=seconds)
                progress("replaying", number, len(new))
    return ReplayReport(len(new), len(entries) - len(new))


def _parts(database: Database, round_name: str, codebook: Codebook) -> Callable[[Recorded], list[dict[str, object]]]:
    """What makes the parts of a submission: of a coding, or of a decision on what is asked of a sentence."""
    from toolkit.labelstudio.encode import decision, submission

    if adjudications.adjudicated_round(database, round_name) is None:
        return lambda one: submission(codebook, one.answers, one.marks, sentence=one.sentence)
    asked: dict[str, set[str]] = {}
    for each in adjudications.asked_again(database, round_name):
        asked.setdefault(each.sentence_id, set()).add(each.question)

    def decided(one: Recorded) -> list[dict[str, object]]:
        here = asked[one.sentence_id]
        return decision(
            codebook,
            {question: answer for question, answer in one.answers.items() if question in here},
            {question: marks for question, marks in one.marks.items() if question in here},
            sentence=one.sentence,
            reason=one.reason,
            suggestion=one.suggestion,
        )

    return decided


def _read(database: Database, recording: Path, planned: set[str]) -> list[Recorded]:
    by_place = {(s.article_id, s.position): s for s in articles.sentences(database)}
    faults: list[Fault] = []
    recorded: list[Recorded] = []
    for number, line in _lines(recording):
        place = f"{recording.name}:{number}"
        try:
            entry = json.loads(line)
            sentence = by_place.get((entry["article"], entry["position"]))
            if sentence is None or sentence.text != entry["sentence"]:
                faults.append(Fault(place, f"sentence {entry['position']} of {entry['article']} reads otherwise here"))
            elif sentence.sentence_id in planned:
                recorded.append(
                    Recorded(
                        sentence.sentence_id,
                        sentence.text,
                        answers={question: answer for question, answer in entry["answers"].items() if answer != []},
                        marks={
                            question: tuple(Mark(**mark) for mark in marks)
                            for question, marks in entry["marks"].items()
                        },
                        seconds=entry.get("seconds"),
                        reason=_reason(entry.get("reason")),
                        suggestion=entry.get("suggestion"),
                    )
                )
        except json.JSONDecodeError as fault:
            faults.append(Fault(place, f"not JSON: {fault.msg} at character {fault.colno}"))
        except KeyError as fault:
            faults.append(Fault(place, f"not a recorded annotation: {fault} is missing"))
        except (TypeError, ValueError) as fault:
            faults.append(Fault(place, f"not a recorded annotation: {fault}"))
    if faults:
        raise BadInput(
            f"{recording.name} does not fit this study", faults=faults, todo="Record it anew, or leave these lines out."
        )
    return recorded


def _reason(said: object) -> Reason | None:
    if said is None:
        return None
    if said not in REASONS:
        raise ValueError(f"{said!r} is none of {', '.join(REASONS)}")
    return cast("Reason", said)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if line.strip():
            yield number, line
