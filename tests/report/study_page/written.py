"""Reports that several tests look at: written once a session."""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

from toolkit.loop.report import report_study
from toolkit.report.study_page.files import write_report
from toolkit.study.folder import Study


def written(study: Study, to: Path, *, with_text: bool = True) -> Path:
    """The page of a study's round, in a file."""
    write_report(report_study(study), to=to, with_text=with_text)
    return to


def data_in(page: str) -> dict[str, Any]:
    """What a page holds for its list of sentences."""
    found = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(found[1])))
    return data
