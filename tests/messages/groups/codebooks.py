"""Writing a codebook, and carrying answers over to its next version."""

from __future__ import annotations

from tests.codebook.migration.books import AFTER, MAP
from tests.codebook.samples import FULL
from tests.messages.case import Case, Group, Step
from tests.messages.scenes import file, settled, with_article

_BOOK = """\
name: small
version: 1.0.0
language: en
instructions: [Read the sentence once.]
questions:
  - id: tone
    text: Which tone?
    level: nominall
    show_if: {gate: [ok]}
    categories:
      - {code: good, title: Good}
      - {code: good, title: Good, definition: It praises.}
  - id: tone
    text: Which?
    level: nominal
    colour: red
    target: 2
    categories: []
"""
_KEYS = FULL.replace('hotkey: "1"', 'hotkey: "ctrl+enter"').replace('hotkey: "2"', "hotkey: escape")

_BEFORE_AFTER = (settled, file("new.yaml", AFTER), file("rename.yaml", MAP))


def _with_map(text: str) -> tuple[Step, ...]:
    return (settled, file("new.yaml", AFTER), file("rename.yaml", text))


GROUP = Group(
    30,
    "codebooks",
    "Writing a codebook",
    (
        Case("faults", "A codebook breaks its rules: all of it is listed at once.", "codebook check mine.yaml",
             (file("mine.yaml", _BOOK),)),
        Case("no-yaml", "A codebook is no YAML.", "codebook check mine.yaml", (file("mine.yaml", "name: [small\n"),)),
        Case("empty", "A codebook is an empty file.", "codebook check mine.yaml", (file("mine.yaml", ""),)),
        Case("missing", "You misspell the file.", "codebook check mien.yaml"),
        Case("hotkeys", "A hotkey is one that the page needs itself.", "codebook check mine.yaml",
             (file("mine.yaml", _KEYS),)),
        Case("map-wrong", "The map of categories names what is not there, or leaves something open.",
             "codebook migrate 1.0.0 new.yaml --map rename.yaml",
             _with_map("gate: {okay: ok}\nnobody: {a: b}\nkind: {police: nowhere}\n")),
        Case("map-empty", "The map says nothing.", "codebook migrate 1.0.0 new.yaml --map rename.yaml", _with_map("")),
        Case("map-list", "The map is a list.", "codebook migrate 1.0.0 new.yaml --map rename.yaml",
             _with_map("- kind\n")),
        Case("map-changes-nothing", "The map leaves every category what it is.",
             "codebook migrate 1.0.0 same.yaml --map rename.yaml",
             (settled, file("same.yaml", FULL.replace("version: 1.0.0", "version: 1.0.1")),
              file("rename.yaml", "kind: {police: police}\n"))),
        Case("no-such-version", "No round ran with the version you name.",
             "codebook migrate 9.9.9 new.yaml --map rename.yaml", _BEFORE_AFTER),
        Case("nothing-pushed", "No round has been pushed.", "codebook migrate old.yaml new.yaml --map rename.yaml",
             (with_article, file("old.yaml", FULL), file("new.yaml", AFTER), file("rename.yaml", MAP))),
        Case("other-codebook", "The round runs with another codebook than the one you name as the one before.",
             "codebook migrate old.yaml new.yaml --map rename.yaml --round pilot",
             (settled, file("old.yaml", FULL.replace("code: police", "code: officers").replace(
                 "version: 1.0.0", "version: 0.9.0")), file("new.yaml", AFTER.replace("2.0.0", "2.0.0")),
              file("rename.yaml", MAP.replace("police", "officers")))),
        Case("map-and-other-changes", "The codebook changed in other ways besides, which answers would not survive.",
             "codebook migrate 1.0.0 new.yaml --map rename.yaml",
             (settled, file("new.yaml", AFTER.replace("id: deaths", "id: victims")), file("rename.yaml", MAP))),
    ),
)  # fmt: skip
