"""What a reader found, checked: a draft of an article becomes an article, or says why it cannot."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from toolkit.corpus.article import Article
from toolkit.corpus.columns import FIELDS, ColumnMapping
from toolkit.errors import Fault

MOST_CHARACTERS = 2_000_000
LONGEST_ID = 120
LONGEST_FIELD = 2_000

_SLASH = re.compile(r"[/\\]")
_DRIVE = re.compile(r"[A-Za-z]:[/\\]")
_STEPS_UP = frozenset({".", ".."})

Ids = Literal["name", "content"]


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as a reader found it, unchecked; ``values`` are by field name (text, id, title, …)."""

    place: str
    values: Mapping[str, object]
    named_by_file: bool = False


@dataclass(frozen=True, slots=True)
class Drafted:
    """An article ready to be taken in, and where it came from (``file`` or ``file:line``)."""

    place: str
    article: Article


def from_row(place: str, row: Mapping[str, object], columns: ColumnMapping) -> Draft:
    """Return the draft of the article one row of a table holds."""
    return Draft(place, {field: row.get(columns.column(field)) for field in FIELDS})


def from_file(place: str, stem: str, **values: object) -> Draft:
    """Return the draft of the article a file of its own holds; the file's name is its id unless it says another."""
    named = values.get("id") is None
    return Draft(place, {**values, "id": unicodedata.normalize("NFC", stem) if named else values["id"]}, named)


def content_id(sha256: str) -> str:
    """Return the id of an article nobody named: 'a' and the first twelve hex digits of its text's SHA-256."""
    return f"a{sha256[:12]}"


def too_long(characters: str) -> str:
    """Return the complaint about a text that is no single article."""
    return f"larger than {MOST_CHARACTERS:,} characters ({characters}): an article this long is a collection; split it"


def check(draft: Draft, *, ids: Ids) -> Drafted | tuple[Fault, ...]:
    """Return the article of a draft, or every fault it has."""
    text, complaints = _text(draft.values.get("text"))
    title, outlet, url, author, language = (
        _field(name, draft.values.get(name), complaints) for name in ("title", "outlet", "url", "author", "language")
    )
    published = _published(draft.values.get("published"), complaints)
    name = _id(draft.values.get("id"), complaints, of_file=draft.named_by_file) if ids == "name" else None
    if complaints:
        return tuple(Fault(draft.place, complaint) for complaint in complaints)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Drafted(
        draft.place,
        Article(
            article_id=name or content_id(sha256),
            text=text,
            sha256=sha256,
            title=title,
            outlet=outlet,
            url=url,
            author=author,
            published=published,
            language=language,
        ),
    )


def _text(value: object) -> tuple[str, list[str]]:
    if not isinstance(value, str):
        missing = "the text is missing"
        return "", [missing if value is None else f"the text is {_kind(value)} ({_shown(value)}); it must be text"]
    complaint = _unusable(value)
    return value, [complaint] if complaint else []


def _unusable(text: str) -> str | None:
    """Why a text is no article; None where it is one."""
    if len(text) > MOST_CHARACTERS:
        return too_long(f"{len(text):,}")
    if not text.strip():
        return "empty: there is no text"
    if "\0" in text:
        return f"binary: a NUL at character {text.index(chr(0))} of the text"
    if (half := _surrogate(text)) is not None:
        return f"not Unicode: half a surrogate pair (U+{ord(text[half]):04X}) at character {half} of the text"
    if not any(character.isalnum() for character in text):
        return f"no sentences: not one letter or digit in {_shown(text)}"
    return None


def _field(name: str, value: object, complaints: list[str]) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        complaints.append(f"the {name} is {_kind(value)} ({_shown(value)}); it must be text")
        return None
    stripped = value.strip()
    if "\0" in stripped or _surrogate(stripped) is not None:
        complaints.append(f"the {name} {_shown(value)} holds what is not text")
        return None
    if len(stripped) > LONGEST_FIELD:
        complaints.append(f"the {name} is {len(stripped):,} characters long; {LONGEST_FIELD:,} is the most")
        return None
    return stripped or None


def _published(value: object, complaints: list[str]) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    before = len(complaints)
    published = _field("published", value, complaints)
    if published is None or len(complaints) > before:
        return None
    try:
        datetime.fromisoformat(published)
    except ValueError:
        complaints.append(f"published {_shown(published)} is not an ISO 8601 date; write it as 2026-01-31")
        return None
    return published


def _id(value: object, complaints: list[str], *, of_file: bool) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    before = len(complaints)
    name = _field("id", value, complaints)
    if name is None or len(complaints) > before:
        return None
    what, instead = ("the file's name", "rename it or use `ids=content`") if of_file else ("the id", "use another")
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in name):
        complaints.append(f"{what} {_shown(name)} holds a control character or a line break; {instead}")
        return None
    if _leads_elsewhere(name):
        complaints.append(f"{what} {_shown(name)} reads as a path to another folder; {instead}")
        return None
    if len(name) > LONGEST_ID:
        complaints.append(f"{what} {_shown(name)} is {len(name)} characters long, {LONGEST_ID} is the most; {instead}")
        return None
    return name


def _leads_elsewhere(name: str) -> bool:
    """Whether a program that names a file or folder after the id would leave its own: ``..``, ``/a``, a drive.

    A slash between two names (``ledger/7``) and a web address lead down, and are kept.
    """
    return name.startswith(("/", "\\")) or not _STEPS_UP.isdisjoint(_SLASH.split(name)) or bool(_DRIVE.match(name))


def _surrogate(value: str) -> int | None:
    """Where half a surrogate pair stands; None where all is Unicode."""
    try:
        value.encode()
    except UnicodeEncodeError as broken:
        return broken.start
    return None


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case dict():
            return "an object"
        case list() | tuple():
            return "a list"
        case bytes():
            return "bytes"
        case _:
            return f"a {type(value).__name__}"


def _shown(value: object) -> str:
    shown = ascii(value) if isinstance(value, str) and _surrogate(value) is not None else repr(value)
    return shown if len(shown) <= 60 else shown[:59] + "…"
