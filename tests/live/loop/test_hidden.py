"""What is hidden in a round cannot be told from the rest of it: not by its data, its order, nor anything else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.live.loop.conftest import LiveStudy
from toolkit.loop.add import add
from toolkit.loop.push import push
from toolkit.loop.pushing.design import Design

pytestmark = pytest.mark.live

ITS_OWN = {"id", "inner_id", "data", "created_at", "updated_at"}
OF_A_SENTENCE = {
    "sentence", "context", "article_title", "article_id", "sentence_id", "position", "n_sentences", "round_position",
}  # fmt: skip
"""Fields in which any two sentences may differ."""


@pytest.fixture
def with_more(live_study: LiveStudy, tmp_path: Path) -> LiveStudy:
    """The two articles coded in the pilot, and eight of five sentences each that nobody has seen."""
    push(live_study.study, design=Design(annotators_per_sentence=2))
    folder = tmp_path / "more"
    folder.mkdir()
    for number in range(8):
        text = " ".join(f"Harbour {number} closed for {day} days." for day in ("two", "three", "four", "five", "six"))
        (folder / f"m{number}.txt").write_text(text, encoding="utf-8")
    add(live_study.study, [str(folder)])
    return live_study


def items(study: LiveStudy, round_name: str) -> list[dict[str, Any]]:
    """Everything the server says of a round's items, in the order it offers them in: by their number."""
    query = {"project": study.project_id(round_name), "page_size": 500, "fields": "all"}
    found = study.server.raw("GET", "/api/tasks/", params=query).json()["tasks"]
    return sorted(found, key=lambda one: one["id"])


def check_alike(found: list[dict[str, Any]]) -> None:
    """Nothing but what belongs to a sentence differs between any two items."""
    for one in found[1:]:
        assert one["data"].keys() == found[0]["data"].keys()
        assert {key: type(value) for key, value in one["data"].items()} == {
            key: type(value) for key, value in found[0]["data"].items()
        }
        for each in one["data"].keys() - OF_A_SENTENCE:
            assert one["data"][each] == found[0]["data"][each], each
        for each in one.keys() - ITS_OWN:
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
