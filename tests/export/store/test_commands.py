"""Exports in an object store, from the command line and from Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command, intercoder
from tests.export.store.contents import whole_versions
from tests.export.store.server import SECRET, Bucket
from tests.loop.several_rounds import several_rounds
from toolkit.errors import BadInput, UsageError
from toolkit.export.store.address import StoreAddress, store_address
from toolkit.loop.export import difference, export
from toolkit.loop.validate import validate
from toolkit.study import annotators

pytestmark = pytest.mark.slow
__all__ = ["intercoder"]


def test_a_study_is_exported_compared_and_checked_there(
    bucket: Bucket, intercoder: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = several_rounds(tmp_path / "study")
    monkeypatch.chdir(study.folder)
    to = str(bucket.address)
    first = intercoder("export", "--bootstrap", "0", "--to", to)
    assert first.code == 0, first.err
    assert f"{to}/v1/answers.parquet" in first.out
    assert "New version v1" in first.err
    with study.database() as opened:
        annotators.register(opened, ["zoe@example.org"], round=None)
    second = json.loads(intercoder("export", "--bootstrap", "0", "--to", to, "--format", "json").out)
    assert (second["address"], second["folder"], second["version"]) == (to, "v2", 2)
    assert "Nothing changed since v2" in intercoder("export", "--bootstrap", "0", "--to", to).err
    assert whole_versions(bucket.objects()) == [1, 2]
    assert SECRET.encode() not in b"".join(bucket.objects().values())

    here = tmp_path / "here"
    for name, data in bucket.objects().items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_bytes(data)
    there, copied = difference(study, "1", "v2", to=to), difference(study, "v1", "v2", to=here)
    assert there.changes.equals(copied.changes)
    assert [one.annotator for one in there.annotators] == [one.annotator for one in copied.annotators] != []
    assert intercoder("export", "--diff", "v1", "v2", "--to", to).code == 0
    with pytest.raises(UsageError, match=rf"^{to} has no version v7 \(versions: v1, v2\)"):
        difference(study, "v1", "v7", to=to)

    checked = intercoder("validate", to)
    assert (checked.code, checked.out.partition(":  ")[0].startswith(f"{to}/v2: keeps its contract")) == (0, True)
    assert validate(f"{to}/v1").address == f"{to}/v1"
    assert validate(f"{to}/v1").faults == ()
    bucket.put("v1/answers.parquet", b"PAR1")
    assert {fault.file for fault in validate(to).faults} == {"v1/answers.parquet"}
    with pytest.raises(BadInput, match=f"^s3://{bucket.address.bucket}/x holds no export"):
        validate(f"s3://{bucket.address.bucket}/x")


def test_versions_do_not_lie_below_a_version(
    bucket: Bucket, intercoder: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below it neither ``validate`` nor a comparison would find them."""
    study = several_rounds(tmp_path / "study")
    monkeypatch.chdir(study.folder)
    for asked in ([], ["--diff", "v1", "v2"]):
        refused = intercoder("export", "--bootstrap", "0", *asked, "--to", f"{bucket.address}/v2/")
        assert refused.code == UsageError.exit_code
        assert f"{bucket.address}/v2 is the address of a version" in refused.err
        assert f"--to {bucket.address}." in refused.err
    assert bucket.objects(StoreAddress(bucket.address.bucket)) == {}
    with pytest.raises(UsageError, match=rf"`to=s3://{bucket.address.bucket}`"):
        export(study, to=f"s3://{bucket.address.bucket}/v1", replicates=0)
    assert intercoder("export", "--bootstrap", "0", "--to", f"{bucket.address}/v2.1").code == 0


def test_a_path_that_was_an_address_is_one(bucket: Bucket, tmp_path: Path) -> None:
    study = several_rounds(tmp_path / "study")
    assert export(study, to=Path(str(bucket.address)), replicates=0).address == str(bucket.address)


@pytest.mark.parametrize(
    ("named", "address"),
    [
        ("s3://bucket", StoreAddress("bucket")),
        ("s3://bucket/", StoreAddress("bucket")),
        ("s3://bucket//a/b c/", StoreAddress("bucket", "a/b c")),
        (Path("s3://bucket/a"), StoreAddress("bucket", "a")),
        ("gs://bucket/a", None),
        ("exports", None),
        ("./s3:/x", None),
    ],
)
def test_what_is_an_address(named: Path | str, address: StoreAddress | None) -> None:
    assert store_address(named) == address


@pytest.mark.parametrize(
    "named",
    [
        f"s3://lead:{SECRET}@bucket/a",
        f"s3://lead:{SECRET}/x@bucket/a",
        f"s3://bucket/a?secret_key={SECRET}",
        "s3://bucket/a#b",
        "s3://Bucket/a",
        "s3://",
        "s3://b",
        "s3://bucket/../other",
        "s3://bucket/a\nb",
    ],
)
def test_an_address_says_where_and_nothing_else(named: str) -> None:
    with pytest.raises(UsageError, match="names a bucket and a prefix") as raised:
        store_address(named)
    assert SECRET not in str(raised.value)
