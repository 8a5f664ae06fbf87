"""Text that somebody wrote, in a Markdown document."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~#]")


def escaped(text: str) -> str:
    r"""Return the text, in one line, as Markdown shows it.

    >>> print(escaped("a_b | *c*"))
    a\_b \| \*c\*
    """
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
