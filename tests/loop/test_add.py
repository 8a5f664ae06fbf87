from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.errors import BadInput, UsageError
from toolkit.loop.add import add
from toolkit.loop.init import init
from toolkit.study import articles
from toolkit.study.folder import Study


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.chdir(tmp_path)
    return init(tmp_path / "demo")


def text_file(name: str, text: str) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")
    return name


def sentences(study: Study) -> list[str]:
    with study.database() as database:
        return [sentence.text for sentence in articles.sentences(database)]


def test_articles_are_cut_and_frozen(study: Study) -> None:
    report = add(study, [text_file("harbour.txt", "The harbour closed. “Nobody told us 🎉,” she said.\n\nIt rained.")])
    assert (report.added, report.n_sentences, report.already, report.faults) == (("harbour",), 3, (), ())
    assert sentences(study) == ["The harbour closed.", "“Nobody told us 🎉,” she said.", "It rained."]
    with study.database() as database:
        frozen, cut = articles.one(database, "harbour")
    assert frozen.splitter == "nupunkt"
    assert [frozen.article.text[s.start : s.end] for s in cut] == [s.text for s in cut]


def test_the_same_text_again_is_skipped_under_whatever_name(study: Study) -> None:
    add(study, [text_file("harbour.txt", "The harbour closed.")])
    report = add(study, [text_file("again.txt", "The harbour closed."), text_file("new.txt", "It rained.")])
    assert (report.added, len(report.already)) == (("new",), 1)
    assert sentences(study) == ["The harbour closed.", "It rained."]


def test_the_same_id_with_other_text_is_refused_and_nothing_changes(study: Study) -> None:
    add(study, [text_file("harbour.txt", "The harbour closed.")])
    text_file("harbour.txt", "The harbour opened.")
    with pytest.raises(BadInput) as refused:
        add(study, [text_file("fine.txt", "It rained."), "harbour.txt"])
    (fault,) = refused.value.faults
    assert fault.place.endswith("harbour.txt")
    assert sentences(study) == ["The harbour closed."]


def test_every_fault_is_listed_and_the_good_ones_are_kept_on_demand(study: Study) -> None:
    rows = '{"id": "one", "text": "It rained."}\n{"id": "two"}\nnot json\n{"id": "four", "text": "It snowed."}\n'
    text_file("in/rows.jsonl", rows)
    text_file("in/empty.txt", "")
    with pytest.raises(BadInput) as refused:
        add(study, ["in"])
    assert len(refused.value.faults) == 3
    assert {place.rsplit("/", 1)[-1] for place in (fault.place for fault in refused.value.faults)} == {
        "empty.txt",
        "rows.jsonl:2",
        "rows.jsonl:3",
    }
    assert sentences(study) == []
    report = add(study, ["in"], skip_bad=True)
    assert (report.added, len(report.faults)) == (("one", "four"), 3)
    assert sentences(study) == ["It rained.", "It snowed."]


def test_columns_are_mapped_and_a_wrong_one_is_refused(study: Study) -> None:
    text_file("rows.csv", "slug,body\nr1,It rained.\n")
    assert add(study, ["rows.csv"], columns=["text=body", "id=slug"]).added == ("r1",)
    with pytest.raises(UsageError):
        add(study, ["rows.csv"], columns=["body"])


def test_ids_from_the_text_do_not_depend_on_the_name(study: Study, tmp_path: Path) -> None:
    other = init(tmp_path / "other")
    one = add(study, [text_file("a/x.txt", "It rained.")], ids="content")
    two = add(other, [text_file("b/y.txt", "It rained.")], ids="content")
    assert one.added == two.added
    with study.database() as left, other.database() as right:
        assert list(articles.sentences(left)) == list(articles.sentences(right))


def test_whoever_watches_is_told_how_far_it_is(study: Study) -> None:
    told: list[tuple[str, int, int | None]] = []
    paths = [text_file("a.txt", "It rained."), text_file("b.txt", "It snowed.")]
    add(study, paths, progress=lambda what, done, total: told.append((what, done, total)))
    read = [(done, total) for what, done, total in told if what.startswith("reading and cutting")]
    assert read == [(10, 20), (20, 20)]


def test_a_fault_in_the_last_of_many_rows_leaves_nothing(study: Study) -> None:
    rows = [f"{number},It rained {number} times." for number in range(2_000)]
    text_file("many.csv", "\n".join(["id,text", *rows, "0,Another text.", "last,..."]))
    with pytest.raises(BadInput) as refused:
        add(study, ["many.csv"])
    assert [fault.place.rpartition(":")[2] for fault in refused.value.faults] == ["2002", "2003"]
    assert sentences(study) == []
    assert len(add(study, ["many.csv"], skip_bad=True).added) == len(sentences(study)) == 2_000


def test_wire_copy_is_named_or_left_out_also_where_the_first_came_earlier(study: Study) -> None:
    wire = " ".join(f"Word{n} was said by someone{n % 7}." for n in range(60))
    add(study, [text_file("wire.txt", wire)])
    copies = [
        text_file("north.txt", f"NORTH DAILY. {wire}"),
        text_file("south.txt", wire.replace("Word30", "Another")),
        text_file("own.txt", "The harbour closed. " * 3 + "Nobody had told the people who work there. It rained."),
    ]
    assert add(study, copies[2:], near_duplicates="warn").near_duplicates == ()
    left_out = add(study, copies, near_duplicates="skip")
    assert left_out.added == ()
    assert [(near.article_id, near.like) for near in left_out.near_duplicates] == [("north", "wire"), ("south", "wire")]
    named = add(study, copies, near_duplicates="warn")
    assert named.added == ("north", "south")
    assert [near.article_id for near in named.near_duplicates] == ["north", "south"]
    assert all(0.8 <= near.share <= 1 for near in named.near_duplicates)
