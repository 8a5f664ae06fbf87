"""A study that was coded by three people and decided on by one or two, all of it written out; no server.

Whose words a sentence gives is ``kind``. Ana takes the army for the police: three times of five.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from tests.codebook.samples import FULL
from tests.loop.several_rounds import CEM, PEOPLE, pull
from tests.loop.test_answers import ANA, BEN, LEAD, choice, mark, raw
from tests.study.small import article
from toolkit.codebook.parse import parse
from toolkit.codebook.reasons import Reason
from toolkit.labelstudio.decisions import BOTH_DEFENSIBLE
from toolkit.labelstudio.encode import decision
from toolkit.loop.adjudication.queue import queue_of
from toolkit.loop.answers import annotations_of
from toolkit.loop.init import init
from toolkit.study import adjudications, annotators, articles, rounds
from toolkit.study.adjudications import AdjudicationDesign
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision

MARA = 21
NAME = "pilot-adjudication"
DESIGN = AdjudicationDesign(questions=("gate", "kind", "words"), sample=0.5, seed=3)
GAP = "Military police are the army."
NAMING = "Coder B and ben@example.org are right: paratroopers are the army, says annotator-0123abcd."


class Coded(NamedTuple):
    """A sentence, who its three coders said speaks (None: it is no sentence), and what was decided of that."""

    text: str
    ana: str | None
    ben: str | None
    cem: str | None
    decided: str | None = None
    reason: Reason | None = None
    says: str | None = None


HARBOUR = (
    Coded("The harbour is closed, the army says.", "army", "army", "army"),
    Coded("“Nobody may land”, a general said.", "police", "army", "army", "army", "slip"),
    Coded("Its police asked <fishermen> to wait.", "police", "army", "army", "army", "codebook_gap", GAP),
    Coded("The Courier calls that *absurd*.", "paper", "paper", "army", "paper", "slip"),
    Coded("A patrol has been told to stay.", "paper", "army", "police", BOTH_DEFENSIBLE, "ambiguous", "Patrols?"),
)
RIVER = (
    Coded("The river rose, police report.", "police", "police", "police"),
    Coded("“We jump tomorrow”, the men told us.", "police", "army", "police", "army", "codebook_gap", NAMING),
    Coded("The Courier saw it first.", "paper", "paper", "paper"),
    Coded("Somebody must have known.", "unknown", "paper", "paper"),
    Coded("A colonel: no comment.", None, "army", "army", "army", "slip"),
)
TOWN = tuple(Coded(f"The army counts {n} boats.", "army", "army", "army") for n in (3, 4, 5, 6, 7, 8))
SENTENCES = {
    f"{name}-{place}": one
    for name, part in (("h", HARBOUR), ("r", RIVER), ("t", TOWN))
    for place, one in enumerate(part, start=1)
}


def settled_study(
    folder: Path,
    *,
    design: AdjudicationDesign = DESIGN,
    text: str = FULL,
    drawn: Mapping[str, str] | None = None,
    second: Mapping[str, str] | None = None,
) -> Study:
    """The study, in a new folder.

    ``drawn`` says what is decided on a drawn sentence, by sentence, where it is not what all coders gave; ``second``
    what another adjudicator decides, who decides like the first one otherwise, where two are to.
    """
    made = init(folder)
    made.codebook_file.write_text(text, encoding="utf-8")
    book = parse(text, source="book")
    with made.database() as database:
        cut: list[Any] = [article(name, *(one.text for one in part)) for name, part in _parts()]
        cut[0] = replace(cut[0][0], title="The harbour"), cut[0][1]
        articles.add(database, cut, splitter="by hand", splitter_version="1")
        annotators.register(database, [PEOPLE[user] for user in (ANA, BEN, CEM)], round=None)
        annotators.learn_accounts(database, "embedded", {**PEOPLE, MARA: "mara@example.org"})
        rounds.create(database, "pilot", Decision(3), book, document=text)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=1)
        rounds.plan(database, "pilot", [(sentence_id, 3) for sentence_id in SENTENCES])
        for item, (sentence_id, one) in enumerate(SENTENCES.items(), start=1):
            given = zip((ANA, BEN, CEM), (one.ana, one.ben, one.cem), strict=True)
            coded = [raw(10 * item + n, user, *_answers(user, one, said)) for n, (user, said) in enumerate(given)]
            pull(database, "pilot", item, sentence_id, *coded)
        _decide(database, design, text, drawn or {}, second or {})
    return made


def _parts() -> Sequence[tuple[str, Sequence[Coded]]]:
    return (("h", HARBOUR), ("r", RIVER), ("t", TOWN))


def _answers(user: int, one: Coded, said: str | None) -> list[dict[str, Any]]:
    if said is None:
        return [choice("gate", "broken")]
    marks = [mark("Cue", 0, 3, one.text[:3])] if user == ANA and one.text.startswith("Its police") else []
    return [choice("gate", "ok"), choice("kind", said), *marks]


def _decide(
    database: Database, design: AdjudicationDesign, text: str, drawn: Mapping[str, str], second: Mapping[str, str]
) -> None:
    book = parse(text, source="book")
    adjudications.create(database, "pilot", design, book, document=text)
    coded = {name: list(group) for name, group in groupby(annotations_of(database, "pilot"), lambda a: a.sentence_id)}
    found = queue_of(coded, book, design, key=b"key", purpose="p")
    adjudications.queue(database, NAME, found.asked, found.agreed)
    rounds.set_project(database, NAME, server_url="embedded", project_id=2)
    deciding = [LEAD, MARA][: design.per_sentence]
    emails = {LEAD: "lead@example.org", MARA: "mara@example.org"}
    annotators.register(database, [emails[user] for user in deciding], round=NAME)
    for item, sentence_id in enumerate(dict.fromkeys(one.sentence_id for one in found.asked), start=500):
        one = SENTENCES[sentence_id]
        was_drawn = one.ana == one.ben == one.cem
        if was_drawn or one.decided is not None:
            first = drawn.get(sentence_id, str(one.ana)) if was_drawn else str(one.decided)
            said = [first, second.get(sentence_id, first)]
            made = [
                raw(10 * item + n, user, *_decision(book, one, kind))
                for n, (user, kind) in enumerate(zip(deciding, said, strict=False))
            ]
            pull(database, NAME, item, sentence_id, *made)


def _decision(book: Any, one: Coded, kind: str) -> list[dict[str, Any]]:
    answers = {"gate": "ok", "kind": kind}
    return decision(book, answers, sentence=one.text, reason=one.reason, suggestion=one.says)
