"""Init: a new study with a copy of a codebook the lead can edit."""

from __future__ import annotations

import os
from pathlib import Path

from toolkit.codebook.parse import parse
from toolkit.codebook.shipped import shipped_names, shipped_text
from toolkit.files.local import refuse_address
from toolkit.labelstudio.page.keys import check_keys
from toolkit.study import folder
from toolkit.study.folder import Study

DEFAULT_CODEBOOK = "source-framing"


def init(where: Path, *, codebook: str = DEFAULT_CODEBOOK, exports: Path | None = None) -> Study:
    """Make a study in ``where``; ``codebook`` is a shipped one's name or a YAML file, checked before
    anything is made.

    ``exports`` is the folder `export` writes to, one in the study by default.

    Raise ``UsageError`` (the folder is in use, or an address; no such codebook) and ``ContractViolated`` (the codebook
    has faults).
    """
    for folder_named in filter(None, (where, exports)):
        refuse_address(folder_named)
    relative = os.path.relpath(exports, where) if exports is not None else None
    return folder.create(where, codebook_text=codebook_text(codebook), exports=relative)


def codebook_text(codebook: str) -> str:
    """Return the checked YAML text of a shipped codebook, by name, or of a file."""
    if codebook in shipped_names() or not (Path(codebook).suffix or Path(codebook).exists()):
        return shipped_text(codebook)
    text = folder.read_text(Path(codebook))
    check_keys(parse(text, source=codebook), text, source=codebook)
    return text
