"""What is no folder of this machine is refused before anything is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.loop.several_rounds import several_rounds
from toolkit.errors import UsageError
from toolkit.files.local import refuse_address, refuse_address_to_read
from toolkit.loop.export import export
from toolkit.loop.init import init
from toolkit.loop.validate import validate
from toolkit.study import settings


@pytest.mark.parametrize(
    "address", ["s3://bucket/exports", "gs://b", "abfss://c@a.dfs/x", "https://example.org/x", "file:///x"]
)
def test_an_address_is_no_folder(address: str) -> None:
    with pytest.raises(UsageError, match="is an address"):
        refuse_address(Path(address))


@pytest.mark.parametrize("folder", ["exports", "../s3/x", "C:/exports", "a:b/c", "/tmp/s3:/x", "3s:/x"])
def test_a_folder_is_one_however_it_is_called(folder: str) -> None:
    refuse_address(Path(folder))


@pytest.mark.parametrize("scheme", ["gs", "S3", "s3a", "https"])
@pytest.mark.parametrize("kind", [Path, str])
def test_no_export_is_read_at_another_address_and_no_login_repeated(
    scheme: str, kind: type[Path | str], tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as raised:
        validate(kind(f"{scheme}://lead:hunter22@bucket/study"))
    assert raised.value.what == (
        f"{scheme}://… is an address, and exports are read from folders of this machine and from s3:// only"
    )
    assert "hunter22" not in str(raised.value)
    refuse_address_to_read(tmp_path, only="folders of this machine")


def test_nothing_is_made_where_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"^s3://… is an address"):
        init(Path("study"), exports=Path("s3://bucket/exports"))
    assert list(tmp_path.iterdir()) == []
    study = several_rounds(tmp_path / "study")
    with pytest.raises(UsageError, match="is an address, and files are written to folders of this machine and to s3"):
        export(study, to=Path("gs://bucket/exports"), replicates=0)
    settings.update(study.settings_file, {"exports": "s3://bucket/exports"})
    with pytest.raises(UsageError, match="is an address"):
        export(study, replicates=0)
    assert not [path for path in tmp_path.rglob("*") if "s3" in path.name or "gs" in path.name]
