"""A released schema never changes: what would change it is a new version beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from toolkit.export.contract.schema import read_schema
from toolkit.shipped import schemas_folder

RELEASED = {
    "agreement.v1.json": "20948ccbc54104de2bce079a03311b195f7a25c5fbd2f1eaef125d0db818141b",
    "annotations.v1.json": "436cfbb3bc5ed07cbc35f592ef5e2df09f4234ee6b2a02dd7dd600c10339e75e",
    "annotators.v1.json": "7854329542592969ef8723a31ff942705925709fde6f593f3544e6bcfda2b136",
    "answers.v1.json": "540d24994d914c6e3a508cc88eb4e3b2d6a83a19728a93c1f8fca93210a05929",
    "articles.v1.json": "ce6c5fba18b3ee208ff98164aa0d5c0c0c0c4376bd904e8b22d075de47acc29c",
    "assignments.v1.json": "a94ea3ce7fd2bf60eb792f4e772f82779b0e1344c6db31d3b56f7f058bb4ed12",
    "consensus.v1.json": "a20da61facf1e2668fb340ef475c93afc6e43760403b927f9b454d0f53dbb071",
    "rejected.v1.json": "f591942f64d45c7566b8ef9332101c98927533dd6fca44cfbbeb0f2367ea3760",
    "sentences.v1.json": "e03e2e9f9f017a6c7f680c2c38a46b2dbdc04ed59a437ded52ea87a1b3d5c039",
    "soft_labels.v1.json": "f2162b7aa822a707f5d46938a2e19a3b8a08c8570da9f9c8167e907c3d9e344a",
    "spans.v1.json": "bcfb380fa8eb8f8c44ca15c5a2af3d38f670b857158bfe5464fe78efd25ab6e9",
    "wide.v1.json": "6779de5c98007d3d4b922a88a5a1f1cdf3723eb88375918bcd66938e1ffc7a68",
}
"""Hash of what each schema says, by file name. Lines are added here, and none is ever changed."""

HANDED_OUT = {
    "agreement.v2.json": "84d4d8dc6f56a2392c4fefe5bb1420d83d6118e84b99f4c1f7cd861f1a49ed71",
    "agreement.v3.json": "c3f0e9e9793bd56ee663f27232334228cdc435b8a42fbadde44bad25f07aac7a",
    "annotators.v2.json": "a498a8d27b28c607924d5f29620b5ba9119c1b00b22c1ccef9813fe3218b5c78",
    "error_rates.v1.json": "fc4722c0badcf8ae5f5ed77b511c54a0d56627d7691bfcbe2e386ea27eddb7ca",
}
"""The same of schemas that exports in ``tests/frozen`` were written by between two releases."""


CHANGELOG = Path(__file__).parents[3] / "CHANGELOG.md"


def versions(names: Iterable[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for name in names:
        table, version = name.removesuffix(".json").split(".v")
        found[table].add(int(version))
    return found


def test_released_schemas_say_what_they_said_when_they_were_released() -> None:
    folder = schemas_folder() / "tables"
    fixed = RELEASED | HANDED_OUT
    assert {name: read_schema(folder / name).hash for name in fixed} == fixed


def test_released_is_what_a_numbered_section_of_the_changelog_names() -> None:
    sections = re.split(r"^## ", CHANGELOG.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    numbered = [section for section in sections if re.match(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d\n", section)]
    assert len(numbered) >= 1
    bullets = [
        bullet for section in numbered for bullet in section.split("\n- ") if bullet.startswith("Schemas released:")
    ]
    named = [name for bullet in bullets for name in re.findall(r"`([a-z_]+\.v\d+)`", bullet)]
    assert sorted(f"{name}.json" for name in named) == sorted(RELEASED)


def test_between_releases_a_table_has_one_draft_at_most() -> None:
    there = versions(path.name for path in (schemas_folder() / "tables").glob("*.v*.json"))
    released = versions([*RELEASED, *HANDED_OUT])
    for table, found in there.items():
        drafts = found - released[table]
        assert drafts <= {max(released[table], default=0) + 1}, table
        assert released[table] <= found, table
