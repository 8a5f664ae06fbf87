"""Which round is meant: the one that is named, by its name of now, or the only one there is to choose."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.errors import UsageError
from toolkit.loop.rounds.renamed import refuse_adjudication
from toolkit.study import answer_migrations, rounds
from toolkit.study.database import Database


def round_meant(
    database: Database, round_name: str | None, *, among: Sequence[str] = (), discarded: bool = False
) -> str:
    """Return the round of coding that is meant: the named one, else the only one there is.

    ``among`` are those to choose from where none is named, if there are any; otherwise it is every round that counts. A
    round that only asks a question of another one again is none of them. With ``discarded`` a named one may be one that
    was. Raise ``UsageError`` that says why a named
    round cannot be meant (it is called otherwise now, was discarded, decides on another, asks again, or is not there),
    and where several could be.
    """
    if round_name is not None:
        _refuse_named(database, round_name, discarded=discarded)
        return round_name
    asking_again = answer_migrations.asking_again(database)
    names = [name for name in among or rounds.names(database) if name not in asking_again]
    if not names:
        raise rounds.none_to_work_on(database)
    if len(names) > 1:
        raise UsageError(f"which round is meant? (rounds: {', '.join(names)})", todo="Say `round_name=NAME`.")
    return names[0]


def _refuse_named(database: Database, name: str, *, discarded: bool) -> None:
    current = rounds.get(database, name)
    refuse_adjudication(database, name)
    if (split := answer_migrations.split_round(database, name)) is not None:
        raise UsageError(
            f"{name!r} asks {split.question} of round {split.of_round!r} again, and what is answered counts there",
            todo=f"Name {split.of_round} instead.",
        )
    if current.state == "discarded" and not discarded:
        raise UsageError(
            f"round {name!r} was discarded, and counts for nothing",
            todo=f"Name another one, or take that back: `discard_round({name}, undo=True)`.",
        )
