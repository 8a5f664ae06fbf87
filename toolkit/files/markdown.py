"""Text that somebody wrote, in a Markdown document."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~#&$]")
_BEGINS_A_LIST = re.compile(r"^(?:(?=[-+] )|\d{1,9}(?=[.)] ))")


def escaped(text: str) -> str:
    r"""Return the text, in one line, as Markdown shows it.

    >>> print(escaped("a_b | *c*"))
    a\_b \| \*c\*
    >>> print(escaped("- &lt; $x$"), escaped("1. first"))
    \- \&lt; \$x\$ 1\. first
    """
    return _BEGINS_A_LIST.sub(r"\g<0>\\", _SPECIAL.sub(r"\\\g<0>", " ".join(text.split())))
