"""What stands before a data card, in YAML: by it ``datasets.load_dataset(folder, table)`` finds the tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from toolkit.export.pages.manifest import Manifest
from toolkit.export.pages.summary import Summary

_FIRST = "answers"
"""The table that is loaded where none is named."""


def front_matter(manifest: Manifest, found: Summary) -> Iterator[str]:
    """Yield its lines: name, licence, languages, and one configuration per table that has rows.

    A table without rows is none to ``datasets``, whoever wrote it.
    """
    yield "---"
    yield f"pretty_name: {_scalar(manifest.study)}"
    yield from _licence(manifest)
    if found.languages:
        yield f"language: {_scalar(list(found.languages))}"
    yield f"tags: {_scalar(['annotation', 'content analysis', 'inter-annotator agreement'])}"
    yield "configs:"
    for name, file in sorted(manifest.tables.items()):
        if file.rows:
            yield f"- config_name: {name}"
            yield f"  data_files: {_scalar(file.path)}"
            if name == _FIRST:
                yield "  default: true"
    yield from ("---", "")


def _licence(manifest: Manifest) -> Iterator[str]:
    about = manifest.about
    if about.licence is None:
        yield "license: unknown"
    elif " " not in about.licence and about.licence != about.licence_page:
        yield f"license: {_scalar(about.licence.lower())}"
    else:
        yield from ("license: other", f"license_name: {_scalar('other')}")
        if about.licence_page:
            yield f"license_link: {_scalar(about.licence_page)}"


def _scalar(value: Any) -> str:
    return json.dumps(value).replace("\x7f", "\\u007f")  # which is YAML, too, whatever characters are in it
