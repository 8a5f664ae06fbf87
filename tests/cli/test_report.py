"""``intercoder report``: one page, the same bytes each time, and in it what may be and nothing else."""

from __future__ import annotations

import base64
import builtins
import re
import zlib
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from typer.testing import CliRunner, Result

import toolkit.api as ic
from tests.loop.settled_study import settled_study
from tests.loop.test_agree_repeats import REPEATED, coded
from tests.modules import not_loaded
from toolkit.cli.app import app
from toolkit.errors import BadInput, IntercoderError, UsageError
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.export import export
from toolkit.study import articles
from toolkit.study.folder import Study

FROZEN = Path(__file__).parents[1] / "frozen"
VERSIONS = sorted(path.parent for path in FROZEN.rglob("answers.parquet"))


def ran(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return settled_study(tmp_path_factory.mktemp("settled") / "harbour")


@pytest.fixture(scope="module")
def page(study: Study) -> Path:
    result = ran("--study", study.folder)
    assert result.exit_code == 0, result.output
    return study.folder / "report-pilot.html"


def everything_in(page: str) -> str:
    """A page with its list of sentences unpacked."""
    packed = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert packed is not None
    return unescape(page) + zlib.decompress(base64.b64decode(packed[1])).decode()


def sentences_of(study: Study) -> list[str]:
    with study.database() as database:
        return [sentence.text for sentence in articles.sentences(database)]


def test_the_same_study_gives_the_same_bytes_from_the_command_line_and_from_python(
    study: Study, page: Path, tmp_path: Path
) -> None:
    ic.report(study, tmp_path / "again.html", round="pilot")
    assert (tmp_path / "again.html").read_bytes() == page.read_bytes()
    assert ran("--study", study.folder, "--round", "pilot", "--to", tmp_path / "third.html").exit_code == 0
    assert (tmp_path / "third.html").read_bytes() == page.read_bytes()


def test_the_words_are_in_it_and_no_address_and_no_note(study: Study, page: Path) -> None:
    whole = everything_in(page.read_text(encoding="utf-8"))
    for text in sentences_of(study):
        assert text in whole
    assert "The harbour" in whole  # a title
    assert not re.search(r"[\w.]+@[\w.]+\.\w+", whole)
    assert "paratroopers are the army" not in whole  # an adjudicator's suggestion, which names coders


def test_without_text_no_word_of_an_article_is_left(study: Study, tmp_path: Path) -> None:
    for name in ("page.html", "page.md"):
        to = tmp_path / name
        assert ran("--study", study.folder, "--no-text", "--to", to, "--figures", tmp_path / "figures").exit_code == 0
        written = to.read_text(encoding="utf-8")
        whole = everything_in(written) if name.endswith("html") else written
        whole += "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "figures").glob("*.svg"))
        for text in [*sentences_of(study), "The harbour", "Nobody may land", "Its police"]:
            assert text not in whole, text
        assert "krippendorff" in whole


def test_what_a_codebook_or_an_article_says_is_never_markup(tmp_path: Path) -> None:
    study = settled_study(tmp_path / "study")
    assert ran("--study", study.folder, "--to", tmp_path / "page.html").exit_code == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<fishermen>" not in page  # as it stands in a sentence
    assert "</script>" not in re.sub(r"</script>", "", page, count=2)
    assert page.count("<script") == 2


def test_pictures_alone_are_svg_and_png_and_no_page(study: Study, tmp_path: Path) -> None:
    result = ran("--study", study.folder, "--figures", tmp_path / "figures")
    assert result.exit_code == 0, result.output
    svgs, pngs = sorted((tmp_path / "figures").glob("*.svg")), sorted((tmp_path / "figures").glob("*.png"))
    assert [path.stem for path in svgs] == [path.stem for path in pngs]
    assert "agreement" in {path.stem for path in svgs}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pngs)
    assert all(path.read_text(encoding="utf-8").startswith("<svg") for path in svgs)
    assert [path.name for path in tmp_path.iterdir()] == ["figures"]


def test_markdown_points_at_the_pictures_that_are_written(study: Study, tmp_path: Path) -> None:
    ran("--study", study.folder, "--to", tmp_path / "report.md", "--figures", tmp_path / "figures")
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    named = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert named
    assert all((tmp_path / name).is_file() for name in named)
    assert text.startswith("# harbour · pilot\n")
    assert text.count("\n## ") >= 6


def test_pictures_are_found_in_folders_with_spaces_and_brackets(study: Study, tmp_path: Path) -> None:
    ran("--study", study.folder, "--to", tmp_path / "report.md", "--figures", tmp_path / "my figures (2)")
    named = re.findall(r"!\[[^\]]+\]\(([^)]+)\)\n", (tmp_path / "report.md").read_text(encoding="utf-8"))
    assert len(named) == len(list((tmp_path / "my figures (2)").glob("*.svg")))
    assert all(re.fullmatch(r"[\w./%-]+", name) and (tmp_path / unquote(name)).is_file() for name in named)


def test_an_export_gives_the_same_figures_without_its_study(study: Study, page: Path, tmp_path: Path) -> None:
    export(study, to=tmp_path / "exports", redact=True)
    result = ran(tmp_path / "exports", "--round", "pilot", "--to", tmp_path / "page.html")
    assert result.exit_code == 0, result.output
    figure = re.compile(r'data-value="([^"]+)" data-figure="([^"]+)"')
    of_study, of_export = (
        dict(figure.findall(each.read_text(encoding="utf-8"))[::-1]) for each in (page, tmp_path / "page.html")
    )
    assert of_study == of_export


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda folder: str(folder.relative_to(FROZEN)))
def test_every_export_ever_handed_out_can_be_shown(folder: Path, tmp_path: Path) -> None:
    result = ran(folder, "--to", tmp_path / "page.html")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "page.html").stat().st_size > 20_000


def test_a_table_gives_what_it_can(tmp_path: Path) -> None:
    rows = [
        f"u{unit},{who},{(unit * 7 + len(who)) % 3 if unit % 4 == 0 else unit % 3},art{unit // 5}"
        for unit in range(40)
        for who in ("x", "yy", "zzz")
    ]
    table = tmp_path / "labels.csv"
    table.write_text("unit,who,label,article\n" + "\n".join(rows) + "\n", encoding="utf-8")
    described = ["--unit", "unit", "--annotator", "who", "--value", "label", "--cluster", "article", "--target", "0.8"]
    for level in ("nominal", "interval"):
        to = tmp_path / f"{level}.html"
        result = ran(table, *described, "--level", level, "--to", to)
        assert result.exit_code == 0, result.output
        page = to.read_text(encoding="utf-8")
        assert "1 target: " in page
        assert "labels.csv" in page
        assert "who speaks" not in page
        packed = everything_in(page)
        assert '"u12"' in packed
        assert 'id="people"' not in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--unit", "u"], "is for tables"),
        (["--target", "0.8"], "is for tables"),
        (["--round", "no"], "no round 'no'"),
        (["--to", "{tmp}"], "it is a folder"),
        (["--to", "{tmp}/no/page.html"], "there is no such folder"),
        (["--open", "--format", "md"], "--open is for a page"),
        (["--figures", "s3://bucket/figures"], "is an address"),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_is_written(
    study: Study, tmp_path: Path, given: list[str], said: str
) -> None:
    before = sorted(study.folder.iterdir())
    result = ran("--study", study.folder, *[each.format(tmp=tmp_path) for each in given])
    assert isinstance(result.exception, IntercoderError | SystemExit)
    assert said in str(getattr(result.exception, "what", result.output)), result.output
    assert sorted(study.folder.iterdir()) == before
    assert list(tmp_path.iterdir()) == []


def test_without_what_draws_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, study: Study, tmp_path: Path
) -> None:
    real = builtins.__import__

    def without(name: str, *given: Any) -> Any:
        if name.partition(".")[0] in {"altair", "vl_convert"}:
            raise ImportError(name)
        return real(name, *given)

    monkeypatch.setattr(builtins, "__import__", without)
    with not_loaded("toolkit.report", "altair", "vl_convert"):
        result = ran("--study", study.folder, "--to", tmp_path / "page.html")
    assert isinstance(result.exception, UsageError)
    assert 'pip install "intercoder[report]"' in str(result.exception.todo)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_bad_input(study: Study, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = ran("--study", study.folder, "--figures", tmp_path / "file" / "figures")
    assert isinstance(result.exception, BadInput)


def test_a_round_that_repeats_another_tells_whether_annotators_say_it_again(tmp_path: Path) -> None:
    study = coded(tmp_path / "study", REPEATED, ben_changes="a-3", repeat_of="first")
    assert ran("--study", study.folder, "--round", "second", "--to", tmp_path / "page.html").exit_code == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    part = page[page.index('id="with-themselves"') :]
    assert "Alpha of each annotator with their own coding in first" in part
    request = AgreementRequest(round_name="second", repeats="first")
    intra = [one for one in agree(study, request).estimates if one.measure == "krippendorff_alpha_intra_annotator"]
    shown = dict(re.findall(r'data-value="([^"]+)" data-figure="([^"]+intra_annotator[^"]+value)"', part))
    values = {key: float(value) for value, key in shown.items()}
    assert len(values) == len({one.value for one in intra if one.value is not None})
    assert set(values.values()) <= {one.value for one in intra}
