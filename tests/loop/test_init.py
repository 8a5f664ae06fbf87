from __future__ import annotations

from pathlib import Path

import pytest

from tests.codebook.samples import FULL
from toolkit.codebook.parse import parse
from toolkit.codebook.shipped import shipped_names, shipped_text
from toolkit.errors import BadInput, ContractViolated, UsageError
from toolkit.loop.init import DEFAULT_CODEBOOK, init
from toolkit.study import settings


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_codebook_is_copied_to_be_edited(tmp_path: Path, name: str) -> None:
    study = init(tmp_path / "demo", codebook=name)
    assert study.codebook_file.read_text(encoding="utf-8") == shipped_text(name)
    assert parse(shipped_text(name), source=name).name == name


def test_the_default_codebook_is_one_that_ships(tmp_path: Path) -> None:
    assert DEFAULT_CODEBOOK in shipped_names()
    assert init(tmp_path / "demo").codebook_file.read_text(encoding="utf-8") == shipped_text(DEFAULT_CODEBOOK)


def test_a_codebook_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(FULL, encoding="utf-8")
    assert init(tmp_path / "demo", codebook=str(own)).codebook_file.read_text(encoding="utf-8") == FULL


@pytest.mark.parametrize(
    ("codebook", "refusal"),
    [("source-framng", UsageError), ("missing.yaml", BadInput), ("broken.yaml", ContractViolated), (".", BadInput)],
)
def test_nothing_is_made_with_a_codebook_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codebook: str, refusal: type[Exception]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("broken.yaml").write_text("name: Not A Name\n", encoding="utf-8")
    with pytest.raises(refusal):
        init(tmp_path / "demo", codebook=codebook)
    assert not (tmp_path / "demo").exists()


def test_exports_go_where_asked_whoever_moves_the_whole(tmp_path: Path) -> None:
    study = init(tmp_path / "studies" / "demo", exports=tmp_path / "exports")
    assert settings.read(study.settings_file).exports == "../../exports"
    assert settings.read(init(tmp_path / "other").settings_file).exports == "exports"
