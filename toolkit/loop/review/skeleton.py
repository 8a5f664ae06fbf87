"""The next version of a codebook to begin with: its text as it is, a higher version, and comments on what to mend.

All that is added is comments: nothing that nobody has read reaches annotators, and answers stay valid. A proposal for
a category that is written as a block works once its ``#`` is taken away.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff

from toolkit.codebook.document import Node, read_document
from toolkit.codebook.parse import parse
from toolkit.codebook.reasons import words_of
from toolkit.errors import ContractViolated
from toolkit.loop.review.records import CategoryReview, Neighbour, QuestionReview, Skeleton

MOST = 3
"""Quotes, neighbours, and items of a proposal, that a category's comments hold."""

_LONGEST = 240
_REVIEW = "# review: "


def skeleton_of(
    text: str,
    questions: tuple[QuestionReview, ...],
    texts: Mapping[str, str],
    *,
    round_name: str,
    coded_with: str,
    called: str,
) -> Skeleton:
    """Return the skeleton of the version that follows ``text``, a codebook without faults.

    Its version is raised unless it is another one than was ``coded_with``. ``texts`` gives sentences by id.
    """
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    root, _ = read_document(text)
    if root is None:
        raise ValueError("a codebook with faults has no next version")
    version = str(root.text("version"))
    raised = _raised(version) if version == coded_with else version
    lines = _with_version(text.split("\n"), root, version, raised)
    comments = [each for question in questions for each in _comments(root, question, texts, lines)]
    new = _with_comments(lines, comments, round_name)
    if not _says_the_same(text, new):  # a line in the midst of a quoted text is no place for a comment
        new = _with_comments(lines, [(0, comment.strip()) for _, comment in comments], round_name)
    diff = unified_diff(text.split("\n"), new.split("\n"), called, f"{called} {raised}", lineterm="")
    return Skeleton(version=raised, text=new, diff="\n".join(diff))


def _with_comments(lines: list[str], comments: list[tuple[int, str]], round_name: str) -> str:
    before: dict[int, list[str]] = {0: _head(round_name)} if comments else {}
    for place, comment in comments:
        before.setdefault(place, []).append(comment)
    return "\n".join(line for place, line in enumerate(lines) for line in (*before.get(place, ()), line))


def _head(round_name: str) -> list[str]:
    return [
        f"{_REVIEW}comments and proposals from what was decided on round {round_name}; take out what is dealt with.",
        f"{_REVIEW}proposals quote sentences of that round; whoever is to code those again should not read them here.",
    ]


def _says_the_same(old: str, new: str) -> bool:
    """Whether two texts are one codebook, but for its version."""
    try:
        before, after = parse(old, source="before"), parse(new, source="after")
    except ContractViolated:
        return False
    return before.model_copy(update={"version": after.version}) == after


def _raised(version: str) -> str:
    first, second, third = version.split(".")
    return f"{first}.{second}.{int(third) + 1}"


def _with_version(lines: list[str], root: Node, old: str, new: str) -> list[str]:
    node = root.get("version")
    if node is None or old == new:
        return lines
    at, start = node.place.line - 1, node.place.column - 1
    return [*lines[:at], lines[at][:start] + lines[at][start:].replace(old, new, 1), *lines[at + 1 :]]


def _comments(
    root: Node, review: QuestionReview, texts: Mapping[str, str], lines: list[str]
) -> Iterator[tuple[int, str]]:
    """Where each comment goes (before which line, from 0), and the comment."""
    question = next((one for one in root.listed("questions") if one.text("id") == review.question), None)
    if question is None:
        return
    written = {one.text("code"): one for one in question.listed("categories")}
    for category in review.categories:
        node = written.get(category.category, question)
        if category.n_open or category.quotes:
            spot = _spot(node, lines)
            for comment in _about(category, review, node, texts, spot):
                yield spot.line, spot.indent + comment


@dataclass(frozen=True, slots=True)
class _Spot:
    line: int
    """The line it stands before, from 0."""
    indent: str
    in_block: bool
    """Whether it is among the fields of a block."""


def _spot(node: Node, lines: list[str]) -> _Spot:
    """Before the second key of a block, where a comment is inside it; before the line where it begins otherwise."""
    keys = sorted(node.key_places.values())
    first = keys[0] if keys else node.place
    before = lines[first.line - 1][: first.column - 1]
    is_block = not before.strip(" -")
    if is_block and len(keys) > 1 and keys[1].line > first.line:
        return _Spot(keys[1].line - 1, " " * (first.column - 1), in_block=True)
    indent = before[: len(before) - len(before.lstrip(" "))]
    return _Spot(first.line - 1, indent, in_block=False)


def _about(
    category: CategoryReview, question: QuestionReview, node: Node, texts: Mapping[str, str], spot: _Spot
) -> Iterator[str]:
    because = ", ".join(f"{n} {_title(reason)}" for reason, n in category.reasons.items())
    name = f"{question.question} {category.category}"
    yield f"{_REVIEW}{name}: coders differed ({because or 'no reason given'})"
    for quote in category.quotes[:MOST]:
        yield f"{_REVIEW}the codebook should say: {_plain(quote.says)}"
        yield f"{_REVIEW}  on {_quoted(quote.sentence)}"
    for neighbour in category.neighbours[:MOST]:
        if neighbour.n_sentences > neighbour.n_slips:
            yield f"{_REVIEW}{_confused(category.category, neighbour)}"
    own = node.text("code") == category.category
    for key, items in _proposals(category, texts):
        value = f"{key}: [{', '.join(items)}]"
        if own and node.get(key) is not None:
            yield f"{_REVIEW}more for {value}"
        else:
            yield f"# {value}" if own and spot.in_block else f"{_REVIEW}to put in: {value}"


def _title(reason: str) -> str:
    words = words_of(reason)
    return reason if words is None else words.title.lower()


def _confused(code: str, neighbour: Neighbour) -> str:
    said = []
    if neighbour.n_given:
        said.append(f"{neighbour.category} given where {code} was decided: {neighbour.n_given}")
    if neighbour.n_decided:
        said.append(f"{code} given where {neighbour.category} was decided: {neighbour.n_decided}")
    return ", ".join(said)


def _proposals(category: CategoryReview, texts: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Fields of a category, each with its items in YAML's flow style."""
    examples = dict.fromkeys(each for neighbour in category.neighbours for each in neighbour.given_on)
    if examples:
        yield "examples", [_quoted(texts[each]) for each in examples][:MOST]
    instead = [
        f"{{when: {_quoted(f'it reads as in: {texts[each]}')}, then: {json.dumps(neighbour.category)}}}"
        for neighbour in category.neighbours
        for each in neighbour.decided_on
    ]
    if instead:
        yield "not_this_but", instead[:MOST]


def _plain(text: str) -> str:
    """In one line of a comment: what is no character there left out, what is long shortened."""
    line = "".join(each for each in " ".join(text.split()) if each.isprintable())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rsplit(' ', maxsplit=1)[0]} …"


def _quoted(text: str) -> str:
    return json.dumps(_plain(text), ensure_ascii=False)
