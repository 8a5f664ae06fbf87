"""Every parameter and call that a message of the library names is an option or a command that there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from toolkit.cli.app import app
from toolkit.terminal.parameters_as_options import CALL, PARAMETER, in_options

PACKAGE = Path(__file__).parents[2] / "toolkit"
ABOVE_THE_LIBRARY = {"cli", "terminal", "report", "words", "api"}
LIBRARY = [path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] not in ABOVE_THE_LIBRARY]


def commands(group: typer.core.TyperGroup, name: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every command by its whole name, with its options."""
    for word, command in group.commands.items():
        whole = f"{name} {word}".strip()
        if isinstance(command, typer.core.TyperGroup):
            yield from commands(command, whole)
        else:
            yield whole, {option for one in command.params for option in (*one.opts, *one.secondary_opts)}


@pytest.fixture(scope="module")
def there() -> dict[str, set[str]]:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return dict(commands(group))


def named() -> list[tuple[str, str]]:
    """What the sources of the library have between backticks, by file; braces stand for a value."""
    return [
        (path.name, found[0])
        for path in LIBRARY
        for found in re.finditer(r"`[a-z_]+(?:=[^`\n]*|\([^`()\n]*\))`(?!`)", path.read_text(encoding="utf-8"))
        if f"`{found[0]}" not in path.read_text(encoding="utf-8")  # double ones are a docstring's
    ]


def test_every_parameter_is_an_option_and_every_call_a_command(there: dict[str, set[str]]) -> None:
    every = set().union(*there.values())
    found = named()
    assert len(found) > 40
    for file, text in found:
        said = in_options(re.sub(r"\{[^}]*\}", "x", text))
        if CALL.fullmatch(text):
            words = said.strip("`").split()
            name = " ".join(words[1:3]) if " ".join(words[1:3]) in there else words[1]
            assert name in there, (file, text)
            assert {word for word in words if word.startswith("--")} <= there[name], (file, text)
        else:
            assert said.split()[0] in every, (file, text)


def test_no_message_below_the_command_line_names_an_option() -> None:
    messages = re.compile(r"""["' `(]--[a-z]""")
    allowed = {
        "page/style.py",  # custom properties of CSS
        "embedded/serving.py",  # Label Studio's own options
        "doctor.py",  # what it says to do are commands to type
        "data_card.py", "phrases.py",  # pages that say how a version was asked for
        "soundness.py", "examination.py", "folder.py", "erase.py",
    }  # fmt: skip
    lines = [
        f"{path.relative_to(PACKAGE)}: {line.strip()}"
        for path in LIBRARY
        if not path.as_posix().endswith(tuple(f"/{name}" for name in allowed))
        for line in path.read_text(encoding="utf-8").splitlines()
        if messages.search(line) and not line.lstrip().startswith("#") and "pip install" not in line
    ]
    assert lines == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("say `order=1,2,3`.", "say --order 1,2,3."),
        ('for example `set_separator="|"`', 'for example --set-separator "|"'),
        ("`columns=text=body`", "--column text=body"),
        ("`push(round_name=pilot, remove_copies=True)`.", "`intercoder push --round pilot --remove-copies`."),
        ("`add_annotators(EMAIL…)`", "`intercoder annotators add EMAIL…`"),
        ("`study.db` and `codebook.yaml` say 1 = 1", "`study.db` and `codebook.yaml` say 1 = 1"),
        ("`text=False`", "--no-text"),
    ],
)
def test_messages_in_the_words_of_the_command_line(text: str, said: str) -> None:
    assert in_options(text) == said
    assert not PARAMETER.search(said)
