"""The list of sentences as the page holds it: as small as may be, for there may be a hundred thousand annotations.

It is compressed, which every browser of the last years undoes by itself, and written in base 64.

Of each question all answers stand in one text, a character each, sentence by sentence and annotator by annotator: its
code less ``FIRST`` is a place among the question's values, counted from 1, and 0 where somebody did not code the
sentence. Outcomes stand likewise. Marked words are whole numbers in a row: sentences onward, annotator, label, start,
end.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from toolkit.codebook.answers import Span
from toolkit.files.arrays import IntArray
from toolkit.loop.reporting.answers_side_by_side import NOBODY, AnswersSideBySide, ListedQuestion
from toolkit.report.study_page.shown import Shown

FIRST = 35
"""The code of the first character: ``#``."""

MOST = 3_800_000
"""Characters of the data beyond which sentences on which nobody differs stand without their words: with the rest of a
page that is five megabytes.
"""

MOST_VALUES = 50_000
"""Different answers to a question beyond which a character each is too few."""

_DECIDED = -1
"""In place of an annotator: what is decided."""
_IN_DISPUTE = (1, 2)


def explorer_data(shown: Shown, *, most: int = MOST) -> tuple[str, int]:
    """Return the data as a text that can stand in a page, and of how many sentences the words are left out."""
    data = _told(shown)
    packed = _packed(data)
    if len(packed) <= most or data["texts"] is None:
        return packed, 0
    disputed = _disputed(shown.report.answers)
    data["texts"] = [text if row in disputed else None for row, text in enumerate(data["texts"])]
    return _packed(data), len(data["texts"]) - len(disputed)


def _packed(data: Mapping[str, Any]) -> str:
    said = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(zlib.compress(said, 6)).decode()


def _told(shown: Shown) -> dict[str, Any]:
    answers = shown.report.answers
    texts = [one.text or None for one in answers.sentences]
    languages = [one.language for one in answers.articles]
    return {
        "people": [shown.called(name) for name in answers.annotators],
        "articles": [
            (article.title if shown.with_text else None) or article.article_id for article in answers.articles
        ],
        "languages": languages if any(languages) else None,
        "article": [one.article for one in answers.sentences] if answers.articles else None,
        "position": [one.position for one in answers.sentences] if answers.articles else None,
        "names": None if answers.articles else [one.sentence_id for one in answers.sentences],
        "texts": texts if shown.with_text and any(texts) else None,
        "questions": [_question(one) for one in answers.questions],
        "reasons": {str(row): reason.replace("_", " ") for row, reason in answers.reasons.items()},
        **_links([one.link for one in answers.sentences]),
        "first": FIRST,
        "n": len(answers.sentences),
    }


def _disputed(answers: AnswersSideBySide) -> set[int]:
    return {
        row
        for question in answers.questions
        for row, outcome in enumerate(question.outcomes.tolist())
        if outcome in _IN_DISPUTE
    }


def _question(one: ListedQuestion) -> dict[str, Any]:
    names, place = _names(one)
    codes = np.append(place, NOBODY)[one.given.ravel()] + 1
    return {
        "id": one.question,
        "level": one.level,
        "values": names,
        # so many values that a character each would be none any more stand as numbers
        "given": "".join(map(chr, (codes + FIRST).tolist())) if len(names) <= MOST_VALUES else codes.tolist(),
        "outcomes": "".join(map(str, (one.outcomes + 1).tolist())),
        "decided": {str(row): said for row, said in one.decided.items()},
        **_marked(one.spans, one.decided_spans),
    }


def _names(one: ListedQuestion) -> tuple[list[list[str]], IntArray]:
    """The values as the page calls them, and where each is found. What somebody wrote may name people, or quote: that
    there is something is enough.
    """
    place: dict[tuple[str, str], int] = {}
    found = []
    for each in one.values:
        is_note = one.level == "text" and each.status == "answered"
        found.append(place.setdefault(("(a note)" if is_note else each.name, each.status), len(place)))
    return [list(each) for each in place], np.asarray(found, dtype=np.int64)


def _marked(spans: Mapping[tuple[int, int], Sequence[Span]], decided: Mapping[int, Sequence[Span]]) -> dict[str, Any]:
    every = [*spans.items(), *(((row, _DECIDED), marks) for row, marks in decided.items())]
    if not every:
        return {}
    labels = sorted({mark.label for _, marks in every for mark in marks})
    place = {label: at for at, label in enumerate(labels)}
    flat: list[int] = []
    before = 0
    for (row, column), marks in sorted(every):
        for mark in marks:
            flat += (row - before, column, place[mark.label], mark.start, mark.end)
            before = row
    return {"labels": labels, "marks": flat}


def _links(links: Sequence[str | None]) -> dict[str, Any]:
    """Links have all but their last number in common."""
    heads = {link.rpartition("=")[0] for link in links if link is not None}
    if len(heads) != 1:
        return {"link": None, "tasks": None}
    return {
        "link": f"{next(iter(heads))}=",
        "tasks": [0 if link is None else int(link.rpartition("=")[2]) for link in links],
    }
