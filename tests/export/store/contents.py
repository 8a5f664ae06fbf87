"""Two contents of one study, one after the other, and what must hold of whatever lies at an address."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise

from tests.export.contents import CODEBOOK, EDITED, FULL, SOURCE, SPARSE, study
from tests.export.reading.test_read import written
from toolkit.codebook.parse import parse
from toolkit.export.content.study_content import StudyContent
from toolkit.export.pages.manifest import Watermark
from toolkit.study.records import Annotation

_DOCUMENT = written(CODEBOOK)
_CODEBOOK = parse(_DOCUMENT, source="codebook.yaml")
FROM = replace(SOURCE, watermarks={"pilot": Watermark("2026-03-02T10:00:00+00:00", "server")})


def _content(*annotations: Annotation) -> StudyContent:
    under = [replace(one, codebook_hash=_CODEBOOK.hash) for one in annotations]
    return replace(study(under), documents={"pilot": _DOCUMENT}, codebooks={_CODEBOOK.hash: _CODEBOOK})


FIRST, SECOND, OTHER = _content(FULL), _content(FULL, SPARSE), _content(FULL, EDITED)


def shown(objects: Mapping[str, bytes]) -> dict[str, bytes]:
    """What whoever reads exports sees: without claims."""
    return {name: data for name, data in objects.items() if not name.startswith(".draft/")}


def whole_versions(objects: Mapping[str, bytes]) -> list[int]:
    """The versions at an address. Each is exactly the files its manifest names, the pointer names the last, and each
    but the first came after the one before it: nothing is lost, doubled, or left over.
    """
    files = shown(objects)
    manifests = {
        int(match[1]): json.loads(data)
        for name, data in files.items()
        if (match := re.fullmatch(r"v(\d+)/manifest\.json", name))
    }
    numbers = sorted(manifests)
    named = {f"v{number}/{file['path']}": file["sha256"] for number in numbers for file in manifests[number]["files"]}
    held = {name: sha256(data).hexdigest() for name, data in files.items()}
    assert {name: hash_ for name, hash_ in held.items() if not name.endswith(("manifest.json", "latest.json"))} == named
    for before, after in pairwise(numbers):
        assert manifests[after]["former"] == {"version": before, "manifest_sha256": held[f"v{before}/manifest.json"]}
        assert manifests[after]["content_sha256"] != manifests[before]["content_sha256"]
    assert json.loads(files["latest.json"]) == {
        "version": numbers[-1],
        "folder": f"v{numbers[-1]}",
        "manifest_sha256": held[f"v{numbers[-1]}/manifest.json"],
    }
    return numbers
