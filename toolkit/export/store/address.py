"""Where in an object store versions lie, as ``s3://bucket/prefix`` names it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import UsageError
from toolkit.export.writing.versions import version_number

_STORE = re.compile(r"s3:/{1,2}(?P<behind>.*)", re.DOTALL)  # a path has one slash left of two
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_MORE = re.compile(r"[@?#\\\x00-\x1f]")  # a login, a query, and what no folder is called


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """A bucket, and what the names of all objects in it begin with: nothing, or ``exports/study``."""

    bucket: str
    prefix: str = ""

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def key(self, name: str) -> str:
        """Return the key of the object of this name.

        >>> StoreAddress("bucket", "exports/study").key("v1/manifest.json")
        'exports/study/v1/manifest.json'
        """
        return f"{self.prefix}/{name}" if self.prefix else name

    def of_version(self) -> tuple[StoreAddress, int] | None:
        """Return where the versions lie and the number of this one; None where this is no address of a version.

        >>> StoreAddress("bucket", "study/v3").of_version()
        (StoreAddress(bucket='bucket', prefix='study'), 3)
        """
        above, _, last = self.prefix.rpartition("/")
        number = version_number(last)
        return None if number is None else (StoreAddress(self.bucket, above), number)


def store_address(named: Path | str) -> StoreAddress | None:
    """Return the address in an object store that is named; None where it is a path, or an address of something else.

    Raise ``UsageError`` where it says more than a bucket and a prefix: of a login nothing is repeated.
    """
    match = _STORE.fullmatch(str(named))
    if match is None:
        return None
    bucket, *parts = match["behind"].split("/")
    folders = [part for part in parts if part]
    if _MORE.search(match["behind"]) or not _BUCKET.fullmatch(bucket) or {".", ".."} & {*folders}:
        raise UsageError(
            "an address of an object store names a bucket and a prefix, and nothing else",
            todo="As in s3://bucket/prefix. Who you are is said in the environment: AWS_ACCESS_KEY_ID, "
            "AWS_SECRET_ACCESS_KEY …",
        )
    return StoreAddress(bucket, "/".join(folders))
