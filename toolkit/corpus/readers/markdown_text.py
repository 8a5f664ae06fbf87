"""Markdown: a file is an article, its markup kept as written; YAML between two lines of ``---`` describes it.

The article's text is what follows that front matter, and offsets count in it. Headings and list items stand in
paragraphs of their own when sentences are cut, so no sentence runs from a heading into the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from toolkit.corpus.columns import FIELDS, ColumnMapping
from toolkit.corpus.drafts import Draft, from_file
from toolkit.corpus.readers._decoding import whole_file
from toolkit.corpus.readers._paths import printable
from toolkit.errors import Fault

SUFFIXES = (".md", ".markdown")

LONGEST_FRONT_MATTER = 50_000
"""Characters of front matter, the dashes not counted."""

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_ALSO_CALLED = {"published": ("date",), "language": ("lang",), "author": ("authors",), "outlet": ("source",)}


def read(
    path: Path,
    *,
    columns: ColumnMapping,  # noqa: ARG001 - front matter has names of its own
    on_bytes: Callable[[int], None],  # noqa: ARG001 - it is read in one go
) -> Iterator[Draft | Fault]:
    """Yield the article of a Markdown file, with what its front matter says."""
    text = whole_file(path)
    if isinstance(text, Fault):
        yield text
        return
    front = _FRONT_MATTER.match(text)
    described = _described(front["yaml"], printable(path)) if front else {}
    if isinstance(described, Fault):
        yield described
        return
    body = text[front.end() :] if front and described is not None else text
    yield from_file(printable(path), path.stem, **{**(described or {}), "text": body})


def _described(yaml: str, place: str) -> Mapping[str, object] | Fault | None:
    """Fields in the front matter; None where the lines between the dashes describe nothing."""
    from toolkit.files.yaml_text import Bounds, NotYaml, plain_values  # noqa: PLC0415 - only front matter pays for it

    try:
        said = plain_values(yaml, Bounds(characters=LONGEST_FRONT_MATTER, values=2_000))
    except NotYaml as refused:
        return Fault(f"{place}:{refused.line + 1}", f"the front matter {refused.said}")
    if said is None:
        return {}
    if not isinstance(said, dict):
        return None
    lowered = {str(key).lower(): value for key, value in said.items()}
    fields: dict[str, object] = {}
    for field in FIELDS:
        names = (field, *_ALSO_CALLED.get(field, ()))
        value = next((lowered[name] for name in names if lowered.get(name) is not None), None)
        several = isinstance(value, list) and all(isinstance(one, str) for one in value)
        fields[field] = ", ".join(value) if several and isinstance(value, list) else value
    return fields
