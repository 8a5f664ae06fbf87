"""What an adjudicator's page is sent of a sentence, against questions written out."""

from __future__ import annotations

from pathlib import Path

from tests.loop.adjudication.adjudicated import ARMY, BOOK, NAME, study
from toolkit.codebook.answers import Mark, Response
from toolkit.labelstudio.decisions import decision_of
from toolkit.loop.adjudication.task import prefilled_parts
from toolkit.study import adjudications
from toolkit.study.adjudications import AskedAgain


def test_what_is_prefilled_is_what_the_page_would_submit_for_it(tmp_path: Path) -> None:
    kept = {
        "gate": "ok",
        "kind": "STATE/army",
        "rank": None,
        "topics": ["war", "law"],
        "words": [["Cue", 2, 6]],
        "warmth": 40.0,
        "deaths": 3,
    }
    made = study(tmp_path / "s", [[ARMY, ARMY], [ARMY, ARMY]])
    with made.database() as database:
        asked = [
            AskedAgain(sentence_id="a-1", question=name, because="split", chance=1.0, shown=(), prefilled=value)
            for name, value in kept.items()
        ]
        tied = AskedAgain(sentence_id="a-2", question="kind", because="tie", chance=1.0, shown=())
        adjudications.queue(database, NAME, [*asked, tied], {})
        found = prefilled_parts(database, NAME, BOOK)
    assert found.keys() == {"a-1"}
    read = decision_of(found["a-1"])
    assert {response.question: response for response in read.responses} == {
        "gate": Response("gate", codes=("ok",)),
        "kind": Response("kind", codes=("army",)),
        "topics": Response("topics", codes=("war", "law")),
        "words": Response("words", marks=(Mark("Cue", 2, 6, "says"),)),
        "warmth": Response("warmth", numbers=(40.0,)),
        "deaths": Response("deaths", numbers=(3.0,)),
    }
    assert (read.reason, read.suggestion, read.both_defensible) == (None, None, ())
