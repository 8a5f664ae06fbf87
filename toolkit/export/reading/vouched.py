"""Whether the files agreement is read from are those the manifest has hashes of."""

from __future__ import annotations

from pathlib import Path

from toolkit.export.pages.manifest import file_hash, read_manifest
from toolkit.export.reading.read import USED
from toolkit.export.writing.versions import MANIFEST, version_folder


def unvouched_files(folder: Path) -> tuple[str, ...]:
    """Return the codebooks and tables that are not what the export's manifest says, by name; none where there is no
    manifest.

    An edited codebook may have other targets, an edited table other answers: reading goes on, and who reads is told.
    """
    place = version_folder(folder)
    try:
        manifest = read_manifest(place / MANIFEST)
    except FileNotFoundError:
        return ()
    except ValueError:
        return (MANIFEST,)
    read = [file for file in manifest.files if file.table in USED or file.path.endswith(".yaml")]
    return tuple(
        file.path
        for file in read
        if (path := place / file.path).is_file()
        and (path.stat().st_size != file.bytes or file_hash(path) != file.sha256)
    )
