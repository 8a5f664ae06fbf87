"""The documentation against the program: what it tells people to type parses, and what can be typed is told."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from benchmarks.__main__ import HEAD, figures, with_figures
from toolkit.cli.app import app
from toolkit.cli.boundary import INTERRUPTED
from toolkit.codebook.reasons import REASONS
from toolkit.corpus.readers import ColumnMapping, read_articles
from toolkit.corpus.sentences import cut
from toolkit.errors import IntercoderError

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    {
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("schemas/**/*.md"),
        *(ROOT / folder / "README.md" for folder in ("seeds", "exports")),
        *ROOT.glob("benchmarks/*.md"),
    }
)
TEXTS = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in PAGES}
MESSAGES = "docs/troubleshooting.md"
"""What commands say when something is wrong explains none of their options."""
GUIDE = "\n".join(
    text for name, text in TEXTS.items() if name == "README.md" or (name.startswith("docs/") and name != MESSAGES)
)

USAGE = typer.BadParameter.__mro__[1]
OTHER_PROGRAMS = {"cd", "cp", "make", "pip", "python", "rm", "tar", ".venv/bin/pytest"}
MACHINE_PATH = re.compile(
    r"(?<![\w./-])(?:/(?:home|root|tmp|work|Users|usr|var|etc|opt|mnt|srv|private)\b|~/|[A-Za-z]:\\)"
)
OUR_FILE = re.compile(
    r"(?:docs|schemas|seeds|tests|toolkit)/(?!schemas/)[a-z0-9_./-]+"
)  # toolkit/schemas/: in the wheel


def leaves(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with the words that call it; the program itself first."""
    below = getattr(command, "commands", {})
    if not below or not path:
        yield path, command
    for name, inner in below.items():
        yield from leaves(inner, *path, name)


ROOT_COMMAND: Any = get_command(app)
LEAVES = dict(leaves(ROOT_COMMAND))
OPTIONS = [
    (path, option)
    for path, command in LEAVES.items()
    for parameter in command.params
    for option in parameter.opts
    if option.startswith("-")
]


def find(words: list[str]) -> tuple[Any, list[str]]:
    """The command that these words call, and what is left for it."""
    command, rest = ROOT_COMMAND, list(words)
    while rest and rest[0] in getattr(command, "commands", {}):
        command = command.commands[rest.pop(0)]
    return command, rest


def parse(line: str) -> None:
    """Nothing, if the program would take the line; else the usage error it would report."""
    program, *words = shlex.split(line, comments=True)
    assert program == "intercoder"
    command, rest = find(words)
    if getattr(command, "commands", None) is None:
        command.make_context(command.name, [word for word in rest if word != "--help"])
        return
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    if not rest or not set(rest) <= known:
        raise USAGE(f"no such command: {line}")


def shell_lines(text: str) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def snippets(text: str) -> list[str]:
    """What stands between back-ticks in running text."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))


LINES = [(name, line) for name, text in TEXTS.items() for line in shell_lines(text)]


@pytest.mark.parametrize(("page", "line"), LINES, ids=[f"{name}: {line}" for name, line in LINES])
def test_every_line_to_type_can_be_typed(page: str, line: str) -> None:
    program, *words = shlex.split(line, comments=True)
    if program == "intercoder":
        parse(line.split(" > ", maxsplit=1)[0])
    elif program == "make":
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        for target in words:
            assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    else:
        assert program in OTHER_PROGRAMS


@pytest.mark.parametrize(
    "line",
    [
        "intercoder pusch",
        "intercoder server",
        "intercoder push --overlap 3",
        "intercoder push --articles many",
        "intercoder add",
        "intercoder add articles --ids title",
        "intercoder replay coding.jsonl",
        "intercoder status everything",
    ],
)
def test_a_line_that_cannot_be_typed_is_noticed(line: str) -> None:
    with pytest.raises(USAGE):
        parse(line)


@pytest.mark.parametrize("page", TEXTS)
def test_commands_named_in_running_text_exist(page: str) -> None:
    for snippet in snippets(TEXTS[page]):
        words = snippet.split()
        if words[0] == "intercoder":
            words = words[1:]
            assert not words or words[0].startswith(("-", "…")) or words[0] in ROOT_COMMAND.commands, snippet
        elif words[0] not in ROOT_COMMAND.commands:
            continue
        command, rest = find(words)
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        if snippet.startswith("intercoder") and rest and rest[0].isalpha() and rest[0].islower():
            assert not hasattr(command, "commands"), f"{snippet}: no such command"
        assert {word for word in rest if word.startswith("--")} <= known, snippet


@pytest.mark.parametrize("path", [path for path in LEAVES if path], ids=" ".join)
def test_every_command_is_documented(path: tuple[str, ...]) -> None:
    assert re.search(rf"\bintercoder {' '.join(path)}\b", GUIDE)


@pytest.mark.parametrize(("path", "option"), OPTIONS, ids=[" ".join((*path, option)) for path, option in OPTIONS])
def test_every_option_is_documented_beside_its_command(path: tuple[str, ...], option: str) -> None:
    called = re.compile(rf"\bintercoder {' '.join(path)}\b" if path else r"\bintercoder\b")
    named = re.compile(rf"(?<![\w-]){re.escape(option)}(?![\w-])")
    assert any(called.search(line) and named.search(line) for line in GUIDE.splitlines())


def headings(text: str) -> set[str]:
    """The anchors of a page, as they are made from its headings."""
    without_code = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    titles = re.findall(r"^#+ (.+)$", without_code, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", TEXTS)
def test_links_lead_somewhere(page: str) -> None:
    here = ROOT / page
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[page]):
        if re.match(r"https?://", target):
            continue
        name, _, anchor = target.partition("#")
        there = (here.parent / name).resolve() if name else here
        assert there.exists(), target
        assert there.is_relative_to(ROOT), target
        if anchor:
            assert anchor in headings(there.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("page", TEXTS)
def test_files_of_ours_that_are_named_exist(page: str) -> None:
    for snippet in snippets(TEXTS[page]):
        if OUR_FILE.fullmatch(snippet):
            assert (ROOT / snippet).exists(), snippet


@pytest.mark.parametrize("page", TEXTS)
def test_no_page_names_a_place_on_somebodys_machine(page: str) -> None:
    assert not [line for line in TEXTS[page].splitlines() if MACHINE_PATH.search(line)]


def test_a_place_on_somebodys_machine_would_be_noticed() -> None:
    assert all(map(MACHINE_PATH.search, ["see /home/anna/x", "`/tmp/y`", "~/study", "C:\\study"]))
    assert not any(map(MACHINE_PATH.search, ["/api/tasks", "../articles", "docs/home/x", "and/or"]))


@pytest.mark.parametrize("page", ["README.md", "docs/getting-started.md"])
def test_every_exit_code_is_explained(page: str) -> None:
    codes = {0, 1, INTERRUPTED, *(kind.exit_code for kind in IntercoderError.__subclasses__())}
    table = re.search(r"^## Exit codes\n(.*?)(?=^## |\Z)", TEXTS[page], re.DOTALL | re.MULTILINE)
    assert table is not None
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table[1], re.MULTILINE)} == codes


def test_every_decision_is_listed() -> None:
    pages = {path.name for path in (ROOT / "docs" / "decisions").glob("0*.md")}
    assert pages
    assert set(re.findall(r"\((0[^)]+\.md)\)", TEXTS["docs/decisions/README.md"])) == pages


def test_the_seeds_are_as_their_page_says() -> None:
    said = " ".join(TEXTS["seeds/README.md"].split())
    articles = sorted((ROOT / "seeds" / "articles").iterdir())
    invented = [path for path in articles if path.name.startswith("invented-")]
    assert all("\ninvented: true\n" in path.read_text(encoding="utf-8") for path in invented)
    assert [path.name for path in articles if path not in invented] == ["iran-venezuela.txt"]
    codings = sorted((ROOT / "seeds" / "codings").glob("*.jsonl"))
    assert [path.name for path in codings] == ["coder-a.jsonl", "coder-b.jsonl", "coder-c.jsonl"]
    for path in codings:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert {tuple(row) for row in rows} == {("article", "position", "sentence", "answers", "marks")}
        real = sum(row["article"] == "iran-venezuela" for row in rows)
        assert f"{len(rows)} sentences in {len(articles)} articles" in said
        assert f"one real text, {real} sentences" in said
        assert f"ten short articles written for this project, {len(rows) - real} sentences" in said
        assert len(invented) == 10


def test_the_harder_seeds_are_as_their_page_says() -> None:
    said = " ".join(TEXTS["seeds/README.md"].split())
    paths = sorted((ROOT / "seeds" / "harder" / "articles").iterdir())
    found = read_articles(paths, columns=ColumnMapping())
    assert not found.faults
    assert len(found.articles) == len(paths) == 10
    assert f"`harder/articles/{paths[0].name}` … `{paths[-1].name}`" in said
    assert all("\ninvented: true\n" in path.read_text(encoding="utf-8") for path in paths)
    assert all("(invented)" in str(drafted.article.outlet) for drafted in found.articles)
    sentences = [sentence.text for drafted in found.articles for sentence in cut(drafted.article)]
    assert f"ten more articles written for this project, {len(sentences)} sentences" in said
    for path in sorted((ROOT / "seeds" / "harder" / "codings").iterdir()):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert f"`{path.name}`" in said
        assert [row["sentence"] for row in rows] == sentences
    decisions = (ROOT / "seeds" / "harder" / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    assert f"on the {len(decisions)} sentences that" in said
    assert {json.loads(line)["reason"] for line in decisions} <= set(REASONS)
    badly_cut = next(text for text in sentences if text.startswith("The vote in Talmeth met"))
    assert "in the west. Four of" in badly_cut


def test_the_readmes_figures_are_the_benchmarks() -> None:
    section = re.search(r"^## How fast\n(.*?)(?=^## )", TEXTS["README.md"], re.DOTALL | re.MULTILINE)
    assert section is not None
    rows = [line for line in section[1].splitlines() if line.startswith("|") and line not in HEAD]
    measured = figures((ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8"))
    assert rows == [row for section in measured.values() for row in section]
    assert len(rows) > 4
    assert with_figures(TEXTS["README.md"], measured) == TEXTS["README.md"]


def test_false_verdicts_are_those_that_were_simulated() -> None:
    simulated = (ROOT / "benchmarks" / "VERDICTS.md").read_text(encoding="utf-8")
    table = re.search(r"^\| target \| categories \| coders \| 3 .*?(?=\n\n)", simulated, re.DOTALL | re.MULTILINE)
    assert table is not None
    assert table[0] in TEXTS["docs/agreement.md"]
    assert len(table[0].splitlines()) == 2 + 18


@pytest.mark.parametrize("page", [page for page in TEXTS if "```python" in TEXTS[page]])
def test_python_examples_run(page: str) -> None:
    for example in re.findall(r"^```python\n(.*?)^```", TEXTS[page], re.DOTALL | re.MULTILINE):
        if "toolkit" in example:
            exec(compile(example, page, "exec"), {})
