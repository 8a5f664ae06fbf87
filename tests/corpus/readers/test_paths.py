"""Files, folders and patterns: what is read, in which order, and what is said of the rest."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

import pytest

from tests.corpus.readers.reading import TEXT, complaint, read, write
from toolkit.corpus import readers
from toolkit.corpus.readers import ColumnMapping, read_articles, suffixes


def ids(result: readers.ReadResult) -> list[str]:
    return [drafted.article.article_id for drafted in result.articles]


def test_a_folder_is_read_to_the_bottom_in_order_and_says_what_it_passed_over(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/c.md", "B.TXT", "c/notes.pdf", ".hidden.txt", ".git/x.txt", "a/._z.txt"):
        write(tmp_path / name, f"Text of {name}.")
    result = read(tmp_path)
    assert ids(result) == ["B", "c", "z", "b"]
    assert result.faults == ()
    assert result.passed_over == (str(tmp_path / "c" / "notes.pdf"),)


def test_patterns_and_files_given_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b.txt", "a.txt", "deep/er/c.txt", "d.pdf"):
        write(tmp_path / name, f"Text of {name}.")
    monkeypatch.chdir(tmp_path)
    assert ids(read("*.txt", tmp_path / "a.txt", "./b.txt")) == ["a", "b"]
    assert ids(read("**/*.txt")) == ["a", "b", "c"]
    assert read("*").passed_over == ("d.pdf",)
    assert read("*.txt").repeats == ()


def test_a_file_whose_name_looks_like_a_pattern(tmp_path: Path) -> None:
    assert ids(read(write(tmp_path / "a[1].txt", TEXT))) == ["a[1]"]


def test_what_is_not_there_or_no_kind_we_read(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "link.txt").symlink_to(tmp_path / "gone")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    for name in ("pdfs/x.pdf", "x.docx", "plain"):
        write(tmp_path / name, "x")
    said = {
        "empty": "nothing in this folder can be read; what can be read: ",
        "folder.txt": "nothing in this folder can be read; what can be read: ",
        "pdfs": "nothing in this folder can be read (1 of another kind); what can be read: ",
        "no*.txt": "no file matches this pattern; what can be read: ",
        "missing.txt": "there is no such file",
        "missing": "there is no such file",
        "link.txt": "a link to a file that is not there",
        "loop.txt": "cannot be read: ",
        "pipe.txt": "is not a file",
        "x.docx": "files ending in '.docx' cannot be read; what can be read: .csv, ",
        "plain": "files without an ending cannot be read; what can be read: ",
    }
    result = read(*(tmp_path / name for name in said))
    assert result.articles == ()
    assert [fault.place for fault in result.faults] == [str(tmp_path / name) for name in said]
    for fault, expected in zip(result.faults, said.values(), strict=True):
        assert fault.message.startswith(expected)


@pytest.mark.parametrize("name", ["x.txt", "x.jsonl", "x.csv"])
def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path / name, TEXT)
    monkeypatch.setattr(Path, "open", refused)
    assert complaint(read(path), path) == f"{name}: cannot be read: Permission denied"


def test_links_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    write(tmp_path / "a" / "x.txt", TEXT)
    (tmp_path / "a" / "back").symlink_to(tmp_path, target_is_directory=True)
    assert ids(read(tmp_path)) == ["x"]


def test_progress_is_told_in_bytes_and_ends_complete(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", TEXT)
    write(tmp_path / "b.jsonl", '{"text": "One."}\n{"text": "Two."}\n')
    write(tmp_path / "c.csv", "text\nThree.\nFour.\n")
    total = sum(path.stat().st_size for path in tmp_path.iterdir())
    told: list[tuple[int, int]] = []
    read_articles([tmp_path], columns=ColumnMapping(), on_progress=lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert len(told) > 5
    assert {of for _, of in told} == {total}
    assert told[-1][0] == total


def test_nothing_given_is_nothing_read() -> None:
    assert read() == readers.ReadResult((), ())


def test_one_file_adds_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        tmp_path / "more" / "shouted.py",
        "from toolkit.corpus.drafts import from_file\n"
        "SUFFIXES = ('.shout',)\n"
        "def read(path, *, columns, on_bytes):\n"
        "    yield from_file(str(path), path.stem, text=path.read_text().lower())\n",
    )
    monkeypatch.setattr(readers, "__path__", [*readers.__path__, str(tmp_path / "more")])
    readers._readers.cache_clear()
    try:
        assert read(write(tmp_path / "x.shout", "LOUD.")).articles[0].article.text == "loud."
    finally:
        readers._readers.cache_clear()


def test_every_reader_of_the_folder_is_found_and_no_two_read_the_same_kind() -> None:
    names = sorted(path.stem for path in Path(readers.__file__).parent.glob("[!_]*.py"))
    offered = [suffix for name in names for suffix in import_module(f"{readers.__name__}.{name}").SUFFIXES]
    assert list(suffixes()) == sorted(offered) == sorted(set(offered))
    assert {".txt", ".csv"} <= set(offered)
