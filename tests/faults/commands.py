"""The commands that every fault is tried on. A command joins by being listed in a group of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.faults import endings, scenes
from tests.faults.stage import DESIGN, Stage


@dataclass(frozen=True, slots=True)
class Command:
    """One command: how its scene is set, how it is called, and how to see that all is well in the end."""

    name: str
    arguments: tuple[str, ...]
    scene: Callable[[Stage], Path]
    """A study to run it in, as good as new."""
    amiss: endings.Check
    """What is not as it should be once it has ended well."""
    writes_to_server: bool
    says: bool = False
    """Whether what it prints is its purpose: then a clean run prints what it would have printed without faults."""
    prints_addresses: bool = False
    also: frozenset[int] = frozenset()
    """Exit codes that are right for this command whatever the fault."""
    once_done: frozenset[int] = frozenset({0})
    """How it ends where it finds its work done: with 2 where asking for it twice is a mistake."""
    goes_on: tuple[str, ...] = ()
    """What finishes the work where the same command, run again, says that it is under way already."""
    erases: bool = False
    """Whether versions of annotations are meant to go."""
    makes_its_study: bool = False
    """Whether the study it works on is made by it: there is none before whose files could be damaged."""

    def __post_init__(self) -> None:
        assert not self.goes_on or 2 in self.once_done


_PUSHING = (
    Command("push", ("push", *DESIGN), Stage.bare, endings.transferred, writes_to_server=True),
    Command("push, something more", ("push",), scenes.push_more, endings.transferred, writes_to_server=True),
    Command("push --update-codebook", ("push", "--update-codebook"), scenes.push_codebook, endings.page_follows,
            writes_to_server=True),
    Command("codebook migrate", ("codebook", "migrate", "1.1.2", "new.yaml", "--map", "rename.yaml"),
            scenes.to_migrate, endings.migrated, writes_to_server=True),
    Command("push --again", ("push", "--again"), scenes.lost, endings.made_anew, writes_to_server=True,
            once_done=frozenset({0, 2}), goes_on=("push",)),
    Command("push --mend-page", ("push", "--mend-page"), scenes.edited_page, endings.mended, writes_to_server=True),
    Command("push --remove-copies", ("push", "--remove-copies"), scenes.with_copies, endings.transferred,
            writes_to_server=True),
    Command("rounds close", ("rounds", "close", "pilot"), Stage.pushed, endings.offered_to_nobody,
            writes_to_server=True),
    Command("adjudicate start", ("adjudicate", "start", "--sample", "0"), scenes.in_dispute, endings.adjudicated,
            writes_to_server=True),
    Command("escalate", ("escalate", "--budget", "2", "--least-gain", "0.001"), scenes.in_dispute, endings.escalated,
            writes_to_server=True),
)  # fmt: skip

_READING = (
    Command("pull, the first", ("pull",), scenes.pull_first, endings.pulled, writes_to_server=False),
    Command("pull, once more", ("pull",), scenes.pull_again, endings.pulled, writes_to_server=False),
    Command("pull, an adopted round", ("pull",), scenes.adopted, endings.pulled, writes_to_server=False),
    Command("pull, personal token", ("pull",), scenes.personal, endings.pulled, writes_to_server=False),
    Command("status", ("status",), scenes.pull_again, endings.untouched("changed"), writes_to_server=False, says=True),
    Command("doctor", ("doctor",), scenes.pull_again, endings.untouched("changed"), writes_to_server=False, says=True),
)  # fmt: skip

_PEOPLE = (
    Command("annotators add", ("annotators", "add", *endings.NEWCOMERS), scenes.pull_again,
            endings.registered(*endings.NEWCOMERS), writes_to_server=False, says=True, prints_addresses=True),
    Command("annotators add, embedded", ("annotators", "add", *endings.AT_HOME), scenes.embedded, endings.can_sign_in,
            writes_to_server=True, prints_addresses=True, also=frozenset({5})),  # it asks first whether all is well
    Command("annotators erase", ("annotators", "erase", "{annotator}", "--yes"), scenes.held, endings.erased,
            writes_to_server=False, once_done=frozenset({0, 2}), erases=True),
    Command("adopt", ("adopt", "{project}", "theirs", "--article-field", "article_id", "--token-file", "../token"),
            scenes.pull_first, endings.adopted, writes_to_server=False, makes_its_study=True),
    Command("connect", ("connect", "{url}", "--token-file", "../token"), scenes.unconnected, endings.connected,
            writes_to_server=True),
)  # fmt: skip

_ON_THIS_MACHINE = (
    Command("add", ("add", "../later.txt"), Stage.bare, endings.all_sentences, writes_to_server=True),
    Command("export", ("export", "--to", "versions", "--bootstrap", "50"), scenes.held, endings.exported,
            writes_to_server=False),
    Command("backup", ("backup", "kept/study.db"), scenes.to_back_up, endings.backed_up, writes_to_server=False,
            once_done=frozenset({0, 2})),
)  # fmt: skip

GROUPS: Mapping[str, tuple[Command, ...]] = {
    "Pushing": _PUSHING,
    "Pulling and looking": _READING,
    "People and servers": _PEOPLE,
    "On this machine": _ON_THIS_MACHINE,
}
"""All of them, as docs/reliability.md has them: a table each."""
COMMANDS: tuple[Command, ...] = tuple(command for group in GROUPS.values() for command in group)
BY_NAME: Mapping[str, Command] = {command.name: command for command in COMMANDS}
