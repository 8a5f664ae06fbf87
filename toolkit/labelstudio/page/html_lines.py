"""What a formatted text says, line by line: what stands in one block, without its marks."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_INLINE: Final = frozenset({"b", "strong", "i", "em", "u", "span", "a", "code", "sub", "sup"})
_UNSEEN: Final = frozenset({"script", "style"})
_WORD_JOINER: Final = "\u2060"


def html_lines(html: str) -> list[str]:
    r"""Return the lines of a formatted text that say something.

    >>> html_lines("<p>Read <b>all</b> of it.</p><ul><li>Then\n answer.</li></ul>")
    ['Read all of it.', 'Then answer.']
    """
    reader = _Lines()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:  # what the parser of Python 3.11 says of a broken declaration
        reader.lines = re.sub(r"<[^>]*>", "\n", html).splitlines()
    said = (" ".join(line.replace(_WORD_JOINER, "").split()) for line in reader.lines)
    return [line for line in said if line]


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._unseen += tag in _UNSEEN
        self._end_line(tag)

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        self._end_line(tag)

    def _end_line(self, tag: str) -> None:
        if tag not in _INLINE:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        self.lines[-1] += "" if self._unseen else data
