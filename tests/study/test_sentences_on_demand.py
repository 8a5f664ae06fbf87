"""Sentences that are read some at a time are those that are all in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.study.small import numbered
from toolkit.loop.init import init
from toolkit.study import articles, sentences_on_demand
from toolkit.study.folder import Study
from toolkit.study.sentences_on_demand import SentencesOnDemand, Texts, sentences_by_id


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Articles of one to five sentences, not added in the order of their names."""
    made = init(tmp_path / "study")
    with made.database() as database:
        several = [numbered(name, n) for name, n in zip("dbaec", (2, 5, 1, 3, 4), strict=True)]
        articles.add(database, several, splitter="by hand", splitter_version="1")
    return made


@pytest.mark.parametrize("at_once", [1, 4, 100])
def test_they_are_the_same_in_any_order(study: Study, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences_on_demand, "AT_ONCE", at_once)
    with study.database() as database:
        kept, found = sentences_by_id(database, keep=15), sentences_by_id(database, keep=14)
        assert isinstance(kept, dict)
        assert isinstance(found, SentencesOnDemand)
        assert (len(found), list(found), list(found.items())) == (15, list(kept), list(kept.items()))
        assert [found[name] for name in sorted(kept)] == [kept[name] for name in sorted(kept)]
        assert dict(Texts(found)) == {name: one.text for name, one in kept.items()}


def test_nobody_knows_a_sentence_that_is_not_there(study: Study) -> None:
    with study.database() as database:
        found = sentences_by_id(database, keep=0)
        assert "b-1" in found
        assert (found.get("z-1"), "z-1" in found, "z-1" in Texts(found)) == (None, False, False)
        with pytest.raises(KeyError):
            found["z-1"]
        assert found["b-1"].sentence_id == "b-1"
