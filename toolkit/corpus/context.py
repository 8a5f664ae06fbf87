"""What an annotator reads before the sentence: the article up to it, no longer than a page should carry."""

from __future__ import annotations

import unicodedata

CUT_MARK = "… "


def context_before(article_text: str, start: int, *, limit: int = 4000) -> str:
    """Return the article up to the sentence that begins at ``start``, in at most ``limit`` characters.

    White space at both ends is left out. A longer beginning is left away at a word boundary and marked; where the
    last ``limit`` characters hold no white space, in the middle of it.

    >>> context_before("One. Two three. Four.", 16, limit=9)
    '… three.'
    """
    if limit < len(CUT_MARK):
        raise ValueError(f"a context of {limit} characters has no room for its mark")
    before = article_text[:start].strip()
    if len(before) <= limit:
        return before
    begin = len(before) - (limit - len(CUT_MARK))
    if not before[begin - 1].isspace():
        begin = _next_word(before, begin)
    return CUT_MARK + before[begin:].lstrip()


def _next_word(text: str, begin: int) -> int:
    """Where the next word begins; where there is none, the next place that does not split a character."""
    for place in range(begin, len(text)):
        if text[place].isspace():
            return place + 1
    while begin < len(text) and (
        unicodedata.category(text[begin]) in {"Mn", "Me", "Cf"} or text[begin - 1] == "\u200d"
    ):
        begin += 1
    return begin
