"""The rounds of a study, and what became of one, as the lead reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from toolkit.files.wording import counted, shortened
from toolkit.loop.rounds.ended import EndedRound
from toolkit.loop.rounds.listed import ListedRound
from toolkit.loop.rounds.renamed import RenamedRound

_NAME_WIDTH = 24


def rounds_table(rounds: Sequence[ListedRound]) -> Table | Text:
    """Return the rounds, one per row, oldest first."""
    if not rounds:
        return Text("No round yet: send the sentences with `intercoder push`.")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("round", "state", "codebook"):
        table.add_column(column, no_wrap=True)
    for column in ("sentences", "coded", "annotators"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("pulled", no_wrap=True)
    table.add_column("project", justify="right", no_wrap=True)
    for one in rounds:
        table.add_row(
            shortened(one.round, _NAME_WIDTH),
            one.state,
            one.codebook,
            f"{one.sentences:,}",
            f"{one.coded:,}",
            f"{one.annotators:,}",
            (one.pulled_at or "never")[:10],
            "–" if one.project_id is None else str(one.project_id),
        )
    return table


def round_rows(rounds: Sequence[ListedRound]) -> list[dict[str, object]]:
    """Return the same for a file."""
    return [
        {
            "round": one.round,
            "state": one.state,
            "codebook": one.codebook,
            "sentences": one.sentences,
            "coded": one.coded,
            "annotators": one.annotators,
            "registered": one.registered,
            "pulled_at": one.pulled_at,
            "project_id": one.project_id,
            "is_adopted": one.is_adopted,
            "former_names": ", ".join(one.former_names),
        }
        for one in rounds
    ]


def renamed_sentence(renamed: RenamedRound) -> str:
    """Return what a rename did."""
    if not renamed.changed:
        return f"The round is called {renamed.round} already."
    return (
        f"The round is called {renamed.round} now. Ids of its annotations go on beginning with {renamed.first_name}-, "
        "and its project in Label Studio keeps its title."
    )


_MEANS = {
    "open": "it is open",
    "closed": "it is closed: nothing more is sent to it and no link offers it; it stays in agreement and exports",
    "discarded": "it is discarded: it counts for nothing, and all of it stays "
    "(`intercoder rounds discard {round} --undo` takes that back)",
}


def ended_lines(ended: EndedRound) -> Iterator[str]:
    """Yield what a round is now, and what Label Studio still does with it."""
    already = " already" if ended.state == ended.was else ""
    yield f"Round {ended.round}{already}: {_MEANS[ended.state].format(round=ended.round)}."
    if ended.n_offered_no_more:
        yield f"Label Studio offered {counted(ended.n_offered_no_more, 'sentence')} of it yet, and offers them no more."
    elif ended.n_offered_no_more == 0:
        yield "Label Studio offers none of its sentences."
    if ended.server_away is not None:
        yield f"Label Studio may offer its sentences yet: {ended.server_away.rstrip('.')}."
    if ended.state == "open" and ended.was != "open":
        yield f"`intercoder push --round {ended.round}` has its sentences offered again."
