"""Letters as files: private, self-contained, the same each time, and with nobody else in them."""

from __future__ import annotations

import re
import stat
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.conftest import Command, intercoder
from tests.loop.settled_study import settled_study
from toolkit.errors import BadInput
from toolkit.loop.erase import erase
from toolkit.loop.feedback.letters import feedback
from toolkit.report.feedback.files import write_letters
from toolkit.study.folder import Study

__all__ = ["intercoder"]


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return settled_study(tmp_path / "study")


class Page(HTMLParser):
    """What a page shows, and what it would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.fetched: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)
        self.fetched += [str(value) for name, value in attrs if name in {"src", "href", "srcset", "data", "action"}]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.shown.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.shown).split())


def test_both_forms_say_the_same_and_fetch_nothing(study: Study, tmp_path: Path) -> None:
    for letter in write_letters(feedback(study), tmp_path / "out"):
        page, written = Page(letter.html.read_text("utf-8")), letter.markdown.read_text("utf-8")
        assert not page.open
        assert not page.fetched
        assert "url(" not in letter.html.read_text("utf-8")
        bare = re.sub(r"[\\*>#|`]|^- |-{3,}:?", " ", written, flags=re.MULTILINE)
        said, shown = (set(re.findall(r"\w+", text)) for text in (bare, page.text))
        assert said ^ shown <= {"2", "3", "sentence", "sentences"}  # how many follow stands in Markdown only


def test_what_the_articles_and_people_wrote_is_text_and_no_markup(study: Study, tmp_path: Path) -> None:
    (letter,) = write_letters(feedback(study, annotator="ana@example.org"), tmp_path / "out")
    html, written = letter.html.read_text("utf-8"), letter.markdown.read_text("utf-8")
    assert "Its police asked &lt;fishermen&gt; to wait." in html
    assert r"**Its police asked \<fishermen\> to wait.**" in written
    assert "<fishermen>" not in html + written


def test_nobody_else_is_in_a_letter(study: Study, tmp_path: Path) -> None:
    letters = write_letters(feedback(study), tmp_path / "out")
    for letter in letters:
        for path in (letter.html, letter.markdown):
            text = path.read_text("utf-8")
            assert set(re.findall(r"annotator-[0-9a-f]{8}", text)) == {letter.annotator}
            assert path.stem == letter.annotator
            assert not re.search(r"@example|\b(ana|ben|cem|mara|lead)\b|[Cc]oder [A-Z]\b", text)


def test_what_comes_first_is_what_is_right(study: Study, tmp_path: Path) -> None:
    (letter,) = write_letters(feedback(study, annotator="ana@example.org"), tmp_path / "out")
    headings = re.findall(r"^## (.*)$", letter.markdown.read_text("utf-8"), re.MULTILINE)
    assert headings[0] == "What you got right"
    assert headings == re.findall(r"<h2>(.*?)</h2>", letter.html.read_text("utf-8"))


def test_letters_are_the_same_bytes_each_time_and_only_the_owner_reads_them(study: Study, tmp_path: Path) -> None:
    def written() -> dict[Path, bytes]:
        letters = write_letters(feedback(study), tmp_path / "out")
        return {path: path.read_bytes() for each in letters for path in (each.html, each.markdown)}

    first = written()
    assert first == written()
    assert len(first) == 6
    assert {stat.S_IMODE(path.stat().st_mode) for path in first} == {0o600}
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert (tmp_path / "out" / ".gitignore").read_text() == "*\n"


def test_a_letter_whose_ground_is_gone_is_taken_away(study: Study, tmp_path: Path) -> None:
    found = feedback(study)
    first, *others = write_letters(found, tmp_path / "out")
    fewer = replace(found, letters=found.letters[1:], without=(found.letters[0].annotator,))
    assert list(write_letters(fewer, tmp_path / "out")) == others
    assert not first.html.exists()
    assert not first.markdown.exists()


def test_a_folder_that_is_there_stays_as_it_is(study: Study, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    folder.chmod(0o755)
    write_letters(feedback(study), folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert not (folder / ".gitignore").exists()
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="cannot be written to"):
        write_letters(feedback(study), tmp_path / "file")


def test_whoever_is_erased_has_no_letter_left(study: Study) -> None:
    write_letters(feedback(study), study.feedback_folder)
    (letter,) = feedback(study, annotator="ana@example.org").letters
    erase(study, "ana@example.org")
    assert not list(study.feedback_folder.glob(f"*{letter.annotator}*"))
    assert len(list(study.feedback_folder.glob("*.html"))) == 2
    assert letter.annotator not in {one.annotator for one in feedback(study).letters}


def test_the_command_writes_into_the_study_and_names_nobody_by_address(study: Study, intercoder: Command) -> None:
    ended = intercoder("feedback", "--annotator", "ana@example.org", "--study", study.folder)
    assert ended.code == 0
    (html,) = study.feedback_folder.glob("*.html")
    (letter,) = feedback(study, annotator="ana@example.org").letters
    assert ended.out == f"{html.stem}  {letter.n_stand} of {letter.n_decided} stand  {html}\n"
    assert "1 letter on round pilot" in ended.err
    assert "@" not in ended.out + ended.err
    assert intercoder("feedback", "--all", "--study", study.folder).code == 0
    assert len(list(study.feedback_folder.glob("*.md"))) == 3
    both = intercoder("feedback", "--all", "--annotator", "x", "--study", study.folder)
    assert (both.code, "--all and --annotator were both given" in both.err) == (2, True)
