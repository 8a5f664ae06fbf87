"""Links that leave docs/ lead to files of the repository; the site has none of them, so only their words stay."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

LINK = re.compile(r"\[([^\]]+)\]\((?!https?:|#|mailto:)([^)#]+)(#[^)]*)?\)")


def on_page_markdown(markdown: str, page: Any, config: Any, **_: object) -> str:
    """Return the page without links to what is outside the folder of the docs; called for every page."""
    inside = Path(config["docs_dir"]).resolve()
    here = inside / Path(page.file.src_path).parent

    def kept(found: re.Match[str]) -> str:
        return found[0] if (here / found[2]).resolve().is_relative_to(inside) else found[1]

    return LINK.sub(kept, markdown)
