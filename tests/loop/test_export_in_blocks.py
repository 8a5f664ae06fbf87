"""An export whose study is read again and again, some articles at a time, is the export of the study in memory."""

from __future__ import annotations

import gc
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.loop.seed_study import seed_study
from tests.loop.settled_study import settled_study
from tests.loop.several_rounds import pull, several_rounds
from tests.loop.test_answers import ANA, BEN, choice, raw
from toolkit.export.content import blocks
from toolkit.export.content.study_content import StudyContent
from toolkit.export.writing.write import ExportResult
from toolkit.loop import export_content
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import counted_round
from toolkit.loop.answers import annotations_of
from toolkit.loop.export import export
from toolkit.loop.export_content import coded_study, study_content
from toolkit.study import articles
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.records import Annotation


def rounds_with_a_past(folder: Path) -> Study:
    """Several rounds, and in one of them annotations that were edited, and some that are gone since."""
    made = several_rounds(folder)
    with made.database() as database:
        for pulled in ("ok", "broken"):
            pull(
                database, "empty", 1, "a-1", raw(901, ANA, choice("gate", pulled)), raw(902, BEN, choice("gate", "ok"))
            )
            pull(database, "empty", 6, "c-1", raw(903, ANA, choice("gate", pulled)))
        pull(database, "empty", 1, "a-1", raw(902, BEN, choice("gate", "ok")))
        pull(database, "empty", 77, "b-1", raw(904, ANA, choice("gate", "ok")))
        pull(database, "empty", 77, "b-1")
    return made


STUDIES: dict[str, Callable[[Path], Study]] = {
    "seeds": seed_study,
    "rounds": rounds_with_a_past,
    "settled": settled_study,
}


@pytest.fixture(params=STUDIES)
def study(request: pytest.FixtureRequest, tmp_path: Path) -> Study:
    return STUDIES[request.param](tmp_path / "study")


@pytest.fixture
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """No annotation is kept, and every block is one article."""

    def from_now_on() -> None:
        monkeypatch.setattr(export_content, "KEPT", 0)
        monkeypatch.setattr(blocks, "A_BLOCK", 1)

    return from_now_on


@pytest.mark.parametrize("modelled", [False, True], ids=["plain", "with a model"])
def test_every_file_is_the_same(study: Study, modelled: bool, nothing_kept: Callable[[], None], tmp_path: Path) -> None:
    def exported(name: str) -> ExportResult:
        return export(study, to=tmp_path / name, replicates=50, redact=True, notes=modelled, dawid_skene=modelled)

    whole = exported("whole")
    nothing_kept()
    found = exported("in-blocks")
    assert found.content_sha256 == whole.content_sha256
    names = sorted(path.name for path in whole.folder.iterdir())
    assert names == sorted(path.name for path in found.folder.iterdir())
    other = [name for name in names if (found.folder / name).read_bytes() != (whole.folder / name).read_bytes()]
    assert set(other) <= {"manifest.json"}  # it says when it was made


def test_blocks_hold_what_the_whole_holds(study: Study, nothing_kept: Callable[[], None]) -> None:
    nothing_kept()
    with study.database() as database:
        content = study_content(database, coded_study(study, database), estimates={})
        parts = list(content.blocks())
        together = content.together()
        every = [frozen.article.article_id for frozen in articles.articles(database)]
    assert len(parts) == len(every) + 1
    assert [one.articles[0].article.article_id for one in parts[:-1]] == every
    assert [one for part in parts for one in part.annotations] == together.annotations
    for part in parts[:-1]:
        (frozen,) = part.articles
        of = {one.article_id for one in part.sentences} | {one.article_id for one in part.annotations}
        assert of <= {frozen.article.article_id}
    assert {one.article_id for one in parts[-1].annotations} <= {""}


def test_what_is_pulled_meanwhile_is_not_in_it(
    tmp_path: Path, nothing_kept: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    study = rounds_with_a_past(tmp_path / "study")
    whole = export(study, to=tmp_path / "whole", replicates=0)
    nothing_kept()
    writing = blocks.joined
    wrote: list[int] = []

    def joined(content: StudyContent, parts: list[StudyContent]) -> StudyContent:
        if not wrote:
            wrote.append(1)
            with study.database() as other:
                pull(other, "main", 1, "a-1", raw(990, ANA, choice("gate", "broken")))
        return writing(content, parts)

    monkeypatch.setattr(blocks, "joined", joined)
    assert export(study, to=tmp_path / "meanwhile", replicates=0).content_sha256 == whole.content_sha256
    assert wrote
    assert export(study, to=tmp_path / "after", replicates=0).content_sha256 != whole.content_sha256


def test_nothing_is_written_where_something_would_be_missing(
    tmp_path: Path, nothing_kept: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a bug: articles do not come in the order of their sentences."""
    study = rounds_with_a_past(tmp_path / "study")
    nothing_kept()

    def backwards(database: Database) -> Iterator[articles.FrozenArticle]:
        yield from reversed(list(in_order(database)))

    in_order = articles.articles
    monkeypatch.setattr(articles, "articles", backwards)
    with pytest.raises(RuntimeError, match="in the order of the articles"):
        export(study, to=tmp_path / "out", replicates=0)
    assert not list((tmp_path / "out").glob("v*"))


def test_what_is_read_anew_is_what_is_kept(tmp_path: Path, nothing_kept: Callable[[], None]) -> None:
    study = rounds_with_a_past(tmp_path / "study")
    with study.database() as database:
        kept = coded_study(study, database)
        nothing_kept()
        anew = coded_study(study, database)
        for name in kept.rounds:
            one, other = kept.read(name).annotations, anew.read(name).annotations
            assert isinstance(one, tuple)
            assert not isinstance(other, tuple)
            assert (len(other), list(other), list(other)) == (len(one), list(one), list(one))
            assert all(annotation in other for annotation in one)
            assert replace(kept.read(name), annotations=()) == replace(anew.read(name), annotations=())


def alive() -> int:
    return sum(isinstance(one, Annotation) for one in gc.get_objects())


def test_no_more_than_a_block_is_in_memory(
    tmp_path: Path, nothing_kept: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does anything go only when somebody looks for cycles, which a command does seldom."""
    study = seed_study(tmp_path / "study")
    with study.database() as database:
        every = [*annotations_of(database, "pilot")]
    most, n_every = Counter(one.article_id for one in every).most_common(1)[0][1], len(every)
    del every
    nothing_kept()
    gc.collect()
    before, met = alive(), list[int]()

    def counted(*given: Any, **named: Any) -> Any:
        met.append(alive() - before)
        return joined(*given, **named)

    joined = blocks.joined
    monkeypatch.setattr(blocks, "joined", counted)
    gc.disable()
    try:
        export(study, to=tmp_path / "out", replicates=0)
    finally:
        gc.enable()
    assert len(met) > 5
    # one block that is at hand, one that was just written, and the first of the next article
    assert max(met) <= 2 * most + 10 < n_every


def test_what_was_counted_is_let_go_of(tmp_path: Path) -> None:
    study = seed_study(tmp_path / "study")
    gc.disable()
    try:
        with study.database() as database:
            counted = counted_round(coded_study(study, database), AgreementRequest(round_name="pilot"))
            submissions = weakref.ref(counted.found.submissions)
            assert len(counted.found.submissions) > 100
            del counted
            assert submissions() is None
    finally:
        gc.enable()


def test_whoever_waits_is_told_how_far_it_is(
    tmp_path: Path, nothing_kept: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    study = seed_study(tmp_path / "study")
    nothing_kept()
    monkeypatch.setattr("toolkit.loop.progress._SAID_EVERY", 100)
    steps: list[tuple[str, int, int | None]] = []
    export(study, to=tmp_path / "out", replicates=0, progress=lambda *step: steps.append(step))
    with study.database() as database:
        n_annotations, n_articles = len([*annotations_of(database, "pilot")]), articles.count(database)[0]
    read = [step for step in steps if step[0] == "reading round pilot"]
    assert [done for _, done, _ in read] == [*range(100, n_annotations, 100), n_annotations]
    assert {total for *_, total in read} == {n_annotations}
    written = [step for step in steps if step[0] == "writing articles"]
    assert written == [("writing articles", done, n_articles) for done in range(1, n_articles + 1)]
    assert list(dict.fromkeys(what for what, *_ in steps)) == [
        "reading round pilot",
        "computing agreement",
        "writing articles",
    ]
