"""Rounds: which is meant, renaming, closing and discarding."""

from __future__ import annotations

from tests.messages.case import Case, Group
from tests.messages.scenes import counts_another_number, database, nobody_there, pushed, settled, several
from tests.messages.work import Work
from toolkit.study import annotators, round_names
from toolkit.study.answer_migrations import SplitRound, create_split_round
from toolkit.study.database import Database


def _discarded(work: Work) -> None:
    from toolkit.loop.rounds.ended import discard_round

    discard_round(work.study, "pilot")


def _renamed(opened: Database) -> None:
    round_names.rename(opened, {"pilot": "first"})


def _registered_for(opened: Database) -> None:
    annotators.register(opened, ["zoe@example.org"], round="second")


def _split(work: Work) -> None:
    from tests.codebook.samples import FULL, codebook
    from toolkit.study.rounds import Decision

    several(work)
    with work.study.database() as opened:
        create_split_round(opened, SplitRound("pilot-kind", "pilot", 2, "kind"), Decision(3), codebook(), document=FULL)


GROUP = Group(
    68,
    "rounds",
    "Rounds",
    (
        Case("which-round", "There are several rounds, and you name none.", "adjudicate start", (several,)),
        Case("was-discarded", "The round was discarded.", "adjudicate start --round pilot", (several, _discarded)),
        Case("discarded-cannot-close", "You close a round that was discarded.", "rounds close pilot",
             (several, _discarded)),
        Case("closing-unheard", "You close a round, and the server does not answer.", "rounds close pilot",
             (pushed, nobody_there)),
        Case("closing-counts-differ", "The server lists another number than it counts.", "rounds close pilot",
             (pushed, counts_another_number)),
        Case("name-taken", "There is a round of that name.", "rounds rename pilot main", (several,)),
        Case("name-impossible", "That cannot be the name of a round.", "rounds rename pilot 'a b'", (several,)),
        Case("name-was-anothers", "Another round had that name.", "rounds rename main pilot",
             (several, database(_renamed))),
        Case("name-registered-for", "Annotators are registered for a round of that name.",
             "rounds rename pilot second", (pushed, database(_registered_for))),
        Case("old-name", "The round is called otherwise now.", "rounds close pilot", (several, database(_renamed))),
        Case("rename-adjudication", "You rename an adjudication.", "rounds rename pilot-adjudication other",
             (settled,)),
        Case("close-what-asks-again", "You close a round that only asks a question again.", "rounds close pilot-kind",
             (_split,)),
        Case("name-what-asks-again", "You name a round that only asks a question again.",
             "adjudicate start --round pilot-kind", (_split,)),
        Case("push-former-name", "A new round is to have a former round's name.",
             "push --round pilot --annotators-per-sentence 2", (pushed, database(_renamed))),
    ),
)  # fmt: skip
