"""What is hidden in a round cannot be told from the rest of it: not by its data, its order, nor anything else."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.live.loop.conftest import GOVERNMENT, WRITER, LiveStudy
from toolkit.loop import annotators
from toolkit.loop.add import add
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.pull import pull
from toolkit.loop.push import push
from toolkit.loop.pushing.design import Design
from toolkit.loop.status import status
from toolkit.study.gold_sentences import gold_of

pytestmark = pytest.mark.live

_number = count(1)
ITS_OWN = {"id", "inner_id", "data", "created_at", "updated_at"}
OF_A_SENTENCE = {
    "sentence", "context", "article_title", "article_id", "sentence_id", "position", "n_sentences", "round_position",
}  # fmt: skip
"""Fields in which any two sentences may differ."""


def add_more(live_study: LiveStudy, tmp_path: Path) -> None:
    """Eight articles of five sentences each."""
    folder = tmp_path / "more"
    folder.mkdir()
    for number in range(8):
        text = " ".join(f"Harbour {number} closed for {day} days." for day in ("two", "three", "four", "five", "six"))
        (folder / f"m{number}.txt").write_text(text, encoding="utf-8")
    add(live_study.study, [str(folder)])


@pytest.fixture
def with_more(live_study: LiveStudy, tmp_path: Path) -> LiveStudy:
    """The two articles coded in the pilot, and eight that nobody has seen."""
    push(live_study.study, design=Design(annotators_per_sentence=2))
    add_more(live_study, tmp_path)
    return live_study


@pytest.fixture
def with_gold(live_study: LiveStudy, tmp_path: Path) -> LiveStudy:
    """Two annotators, eight articles for the round, and known answers to all sentences of another."""
    live_study.emails = [f"gold{next(_number)}@example.org" for _ in range(2)]
    annotators.add(live_study.study, live_study.emails)
    add_more(live_study, tmp_path)
    known = [one for one in live_study.texts() if one.startswith("one")]
    rows = "".join(f"{one},segment_ok,ok\n{one},attribution,writer\n" for one in known)
    (live_study.study.folder / "gold.csv").write_text("sentence_id,question,code\n" + rows, encoding="utf-8")
    (tmp_path / "ids.txt").write_text("\n".join(f"m{number}" for number in range(8)), encoding="utf-8")
    return live_study


def items(study: LiveStudy, round_name: str) -> list[dict[str, Any]]:
    """Everything the server says of a round's items, in the order it offers them in: by their number."""
    query = {"project": study.project_id(round_name), "page_size": 500, "fields": "all"}
    found = study.server.raw("GET", "/api/tasks/", params=query).json()["tasks"]
    return sorted(found, key=lambda one: one["id"])


def check_alike(found: list[dict[str, Any]], *, but: frozenset[str] = frozenset()) -> None:
    """Nothing but what belongs to a sentence differs between any two items."""
    for one in found[1:]:
        assert one["data"].keys() == found[0]["data"].keys()
        assert {key: type(value) for key, value in one["data"].items()} == {
            key: type(value) for key, value in found[0]["data"].items()
        }
        for each in one["data"].keys() - OF_A_SENTENCE:
            assert one["data"][each] == found[0]["data"][each], each
        for each in one.keys() - ITS_OWN - but:
            assert one[each] == found[0][each], each


def test_repeats_among_new_sentences(with_more: LiveStudy) -> None:
    design = Design(annotators_per_sentence=2, repeat_of="pilot", share=0.1, seed=6)
    result = push(with_more.study, round_name="second", design=design)
    assert result.n_verified == 44
    assert result.plan.n_repeats == 4
    found = items(with_more, "second")
    check_alike(found)
    assert [one["data"]["sentence_id"] for one in found] == [one.sentence_id for one in with_more.ledger("second")]
    assert [one["data"]["round_position"] for one in found] == list(range(1, 45))
    old = {one.sentence_id for one in with_more.ledger("pilot")}
    places = [place for place, one in enumerate(found) if one["data"]["sentence_id"] in old]
    assert len(places) == 4
    assert {place for place in places if 5 <= place < 39}  # not all before the rest or after it
    for place in places:  # where a repeat begins, the article before it is at its end, and one begins after it
        if place and found[place - 1]["data"]["sentence_id"] not in old:
            assert found[place - 1]["data"]["position"] == found[place - 1]["data"]["n_sentences"]
    assert push(with_more.study, round_name="second").n_sent == 0


def test_one_that_was_deleted_is_sent_again(with_more: LiveStudy) -> None:
    design = Design(annotators_per_sentence=2, repeat_of="pilot", share=0.1, seed=6)
    push(with_more.study, round_name="second", design=design)
    old = {one.sentence_id for one in with_more.ledger("pilot")}
    place = next(one for one in with_more.ledger("second") if one.sentence_id in old)
    assert with_more.server.raw("DELETE", f"/api/tasks/{place.remote_id}/").status_code == 204
    assert push(with_more.study, round_name="second").n_sent == 1
    again = next(one for one in items(with_more, "second") if one["data"]["sentence_id"] == place.sentence_id)
    assert again["data"]["round_position"] == place.sequence


def gold_places(study: LiveStudy) -> list[int]:
    """Where in the pilot its gold stands."""
    with study.study.database() as database:
        gold = gold_of(database, "pilot").every
    return [place for place, one in enumerate(study.ledger()) if one.sentence_id in gold]


@pytest.mark.parametrize("per_sentence", [1, 2])
def test_gold_in_the_stream(with_gold: LiveStudy, tmp_path: Path, per_sentence: int) -> None:
    """3 of 43 where everybody codes everything; 2 of 22 where each sees half of the rest."""
    share = {1: 0.09, 2: 0.07}[per_sentence]
    design = Design(annotators_per_sentence=per_sentence, ids=tmp_path / "ids.txt", gold=share)
    result = push(with_gold.study, design=design)
    n_gold = {1: 2, 2: 3}[per_sentence]
    assert (result.n_verified, result.plan.n_gold, result.plan.n_only_gold) == (40 + n_gold, n_gold, n_gold)
    found, places = items(with_gold, "pilot"), gold_places(with_gold)
    check_alike(found, but=frozenset({"overlap"} if per_sentence == 1 else ()))
    assert [one["data"]["round_position"] for one in found] == list(range(1, len(found) + 1))
    assert {found[place]["overlap"] for place in places} == {2}
    assert {one["overlap"] for place, one in enumerate(found) if place not in places} == {per_sentence}
    assert {place for place in places if 5 <= place < 38}  # within the round, not at its ends
    assert "gold" not in str(found).casefold()
    project = with_gold.server.raw("GET", f"/api/projects/{with_gold.project_id()}/").json()
    assert "gold" not in str({key: project[key] for key in ("title", "description", "label_config")}).casefold()


def test_gold_is_scored_here_and_counts_in_no_agreement(with_gold: LiveStudy, tmp_path: Path) -> None:
    push(with_gold.study, design=Design(ids=tmp_path / "ids.txt", gold=0.07))
    anna, ben = with_gold.emails
    places = gold_places(with_gold)
    other = next(place for place in range(40) if place not in places)
    for place in (*places, other):
        with_gold.code(anna, place, WRITER)
        with_gold.code(ben, place, GOVERNMENT if place == places[0] else WRITER)
    pull(with_gold.study)
    (progress,) = status(with_gold.study).rounds
    assert progress.gold is not None
    in_all = sorted((one.n_right, one.n) for one in progress.gold.scores if one.question is None)
    assert in_all == [(2, 3), (3, 3)]
    assert (progress.done, progress.excluded) == (4, {"gold": 6})
    report = agree(with_gold.study, AgreementRequest(replicates=0))
    assert report.excluded == {"gold": 6}
    assert {one.n_units for one in report.estimates if one.headline and one.question == "attribution"} == {1}


def test_whoever_is_registered_later_gets_it_as_well(with_gold: LiveStudy, tmp_path: Path) -> None:
    push(with_gold.study, design=Design(ids=tmp_path / "ids.txt", gold=0.07))
    places = gold_places(with_gold)
    for email in with_gold.emails:
        with_gold.code(email, places[0], WRITER)
    assert items(with_gold, "pilot")[places[0]]["is_labeled"] is True
    annotators.add(with_gold.study, [f"gold{next(_number)}@example.org"])
    assert push(with_gold.study).n_overlaps_set == 3
    found = items(with_gold, "pilot")
    assert {found[place]["overlap"] for place in places} == {3}
    assert found[places[0]]["is_labeled"] is False
    assert push(with_gold.study).n_overlaps_set == 0
