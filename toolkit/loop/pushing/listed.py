"""A file that lists the sentences of a round: the id of a sentence or of an article on each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from toolkit.errors import BadInput, Fault
from toolkit.files.text_lines import broken_lines, check_there_is_something, undecodable_lines, unreadable
from toolkit.files.wording import closest


def listed_sentences(path: Path, articles: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the sentences a file lists, in reading order, each once; an article stands for all of its sentences.

    ``articles`` gives the sentences of every article of the study, both in reading order. Empty lines say nothing, and
    what is listed twice is listed. Raise ``BadInput`` naming every line that is no id of the study's.
    """
    try:
        check_there_is_something(path)
        if undecodable := undecodable_lines(path):
            raise BadInput(f"{path} cannot be read as a list of ids", faults=undecodable, todo="Save it as UTF-8.")
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as why:
        raise unreadable(path, why) from why
    sentences = {sentence_id for ids in articles.values() for sentence_id in ids}
    found: set[str] = set()
    faults = []
    for number, line in enumerate(lines, start=1):
        one = line.strip()
        if one in sentences:
            found.add(one)
        elif one in articles:
            found.update(articles[one])
        elif one:
            faults.append(Fault(f"line {number}", f"the study has no sentence and no article {one!r}"))
    if faults:
        raise BadInput(
            f"{path} lists what the study does not have; nothing was pushed",
            faults=broken_lines(faults),
            todo=_meant(faults, lines, [*articles, *sentences]),
        )
    return tuple(sentence_id for ids in articles.values() for sentence_id in ids if sentence_id in found)


def _meant(faults: Sequence[Fault], lines: Sequence[str], known: Sequence[str]) -> str:
    first = lines[int(faults[0].place.removeprefix("line ")) - 1].strip()
    near = closest(first, known)
    return f"Did you mean {near!r}?" if near else "One id a line, of a sentence or of an article."
