from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from toolkit.corpus.columns import ColumnMapping
from toolkit.corpus.file_names import name_pattern
from toolkit.corpus.readers import Drafted, reading
from toolkit.errors import Fault, UsageError

TEXT = "The council met on Monday. Nobody spoke."


@pytest.mark.parametrize(
    ("form", "stem", "values"),
    [
        ("{outlet}_{published}_*", "daily_2026-01-31_mayor_resigns", {"outlet": "daily", "published": "2026-01-31"}),
        ("{outlet}_{published}", "daily_20260131", {"outlet": "daily", "published": "2026-01-31"}),
        ("{outlet} - {title}", "The Daily - Mayor - resigns", {"outlet": "The Daily", "title": "Mayor - resigns"}),
        ("*_{author}", "a_b_Ana", {"author": "Ana"}),
        ("({language}) {id}", "(en) 7", {"language": "en", "id": "7"}),
        ("{outlet}.{id}", "a.b.c", {"outlet": "a", "id": "b.c"}),
        ("{outlet}_{published}", "daily_yesterday", None),
        ("{outlet}_{published}", "daily", None),
        ("x+{outlet}", "xx+a", None),
        ("caf\u00e9 {id}", "cafe\u0301 1", {"id": "1"}),
    ],
)
def test_names_are_taken_apart(form: str, stem: str, values: Mapping[str, str] | None) -> None:
    assert name_pattern(form).values(stem) == values


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("", "names no field"),
        ("daily_*", "names no field"),
        ("{text}", "no field of an article that a name can hold"),
        ("{outlett}_*", "'outlett'"),
        ("{outlet}_{outlet}", "twice"),
        ("{outlet}{published}", "where one part"),
        ("{outlet}*", "where one part"),
        ("*{outlet}", "where one part"),
        ("{outlet", "where one part"),
        ("{outlet}" + "_*" * 500, "longer than any"),
        ("outlet}", "where one part"),
    ],
)
def test_what_is_no_form_is_refused(form: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        name_pattern(form)


def read(folder: Path, form: str) -> list[Drafted | Fault]:
    found = reading([folder], columns=ColumnMapping(), names=name_pattern(form))
    return [item for item in found.items if isinstance(item, Drafted | Fault)]


def test_a_name_fills_what_the_article_does_not_say(tmp_path: Path) -> None:
    (tmp_path / "daily_2026-01-31_a.txt").write_text(TEXT, encoding="utf-8")
    front = "---\noutlet: The Daily\n---\n"
    (tmp_path / "weekly_2026-02-01_b.md").write_text(f"{front}{TEXT} Again.", encoding="utf-8")
    found = [item.article for item in read(tmp_path, "{outlet}_{published}_{id}") if isinstance(item, Drafted)]
    assert [(one.article_id, one.outlet, one.published) for one in found] == [
        ("a", "daily", "2026-01-31"), ("b", "The Daily", "2026-02-01"),
    ]  # fmt: skip


def test_of_a_table_it_fills_every_row_that_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "daily_2026.csv").write_text(f"id,text,outlet\n1,{TEXT},\n2,{TEXT} Again.,Weekly\n", encoding="utf-8")
    found = [item.article for item in read(tmp_path, "{outlet}_*") if isinstance(item, Drafted)]
    assert [(one.article_id, one.outlet) for one in found] == [("1", "daily"), ("2", "Weekly")]


def test_a_name_of_another_form_is_a_fault_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "daily_2026-01-31_a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "notes.txt").write_text(TEXT, encoding="utf-8")
    _, fault = read(tmp_path, "{outlet}_{published}_*")
    assert isinstance(fault, Fault)
    assert str(fault).endswith("notes.txt: its name is not of the form {outlet}_{published}_*")


def test_a_date_that_is_none_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "daily_2026-13-31_a.txt").write_text(TEXT, encoding="utf-8")
    (fault,) = read(tmp_path, "{outlet}_{published}_*")
    assert isinstance(fault, Fault)
    assert "2026-13-31" in str(fault)


def test_no_name_takes_long() -> None:
    """Tried in every way, this one has some 10¹¹ of them; a place that did not fit is not tried again."""
    form = name_pattern("{outlet}_{title}_{author}_{language}_{url}_{id}!")
    assert form.values("_" * 250) is None
    assert form.values("_" * 249 + "!") is not None
