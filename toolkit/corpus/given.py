"""Articles whose sentences were given, one by one, and not cut by us: the words of each stay exactly as they were."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.corpus.article import Article, Sentence
from toolkit.corpus.columns import FIELDS
from toolkit.corpus.drafts import MOST_CHARACTERS, Draft, Drafted, check, content_id
from toolkit.corpus.sentences import sentence_id

GIVEN = "given"
"""In place of the splitter that cut an article: nobody did."""

VERSION = "1"

ABOUT = tuple(name for name in FIELDS if name not in {"text", "id"})
"""What may be said of an article: title, outlet and so on."""

_BETWEEN = "\n"


@dataclass(frozen=True, slots=True)
class GivenSentence:
    """A sentence as it was given: by its number elsewhere, its words, and what else is said of its article there."""

    number: int
    text: str
    article: str | None = None
    """The id of the article it stands in; None where it is one by itself."""
    about: Mapping[str, str] = field(default_factory=dict)
    """Title, outlet and the like of its article."""


@dataclass(frozen=True, slots=True)
class GivenArticle:
    """An article with its sentences, and the number each of them has elsewhere."""

    article: Article
    sentences: tuple[Sentence, ...]
    numbers: tuple[int, ...]


def unusable(text: object) -> str | None:
    """Return why this cannot be a sentence; None where it can."""
    if not isinstance(text, str):
        return "is no text"
    if not text.strip():
        return "is empty"
    if "\0" in text:
        return "holds a NUL, which is no text"
    return f"is longer than {MOST_CHARACTERS:,} characters" if len(text) > MOST_CHARACTERS else None


def article_id(said: object) -> str | None:
    """Return the id of an article that is called this elsewhere; None where it is called nothing.

    What cannot be an id gets one that is made of it, so that its sentences still stand together.
    """
    if isinstance(said, float) and said.is_integer():
        said = int(said)
    name = str(said).strip() if isinstance(said, str | int | float) else ""
    if not name:
        return None
    fits = isinstance(check(Draft("", {"text": "A.", "id": name}), ids="name"), Drafted)
    return name if fits else content_id(_sha256(name))


def said_of_article(about: Mapping[str, object]) -> tuple[dict[str, str], list[str]]:
    """Return what is said of an article, as it is kept, and the names of what cannot be that: a date that is none."""
    kept: dict[str, str] = {}
    unfit = []
    for name in ABOUT:
        if about.get(name) in (None, ""):
            continue
        found = check(Draft("", {"text": "A.", "id": "a", name: about[name]}), ids="name")
        if not isinstance(found, Drafted):
            unfit.append(name)
        elif (value := getattr(found.article, name)) is not None:
            kept[name] = value
    return kept, unfit


def given_articles(
    sentences: Sequence[GivenSentence], *, has_id: Callable[[str], bool], has_text: Callable[[str], bool]
) -> list[GivenArticle]:
    """Return articles of these sentences in the order given: those of one id together, the others one by one.

    ``has_id`` and ``has_text`` (by SHA-256) say what there is already: an article that is frozen takes no more
    sentences, so that later ones stand in another, called ``id (2)``.
    """
    groups: dict[str | int, list[GivenSentence]] = {}
    for one in sentences:
        groups.setdefault(one.number if one.article is None else one.article, []).append(one)
    ids: set[str] = set()
    texts: set[str] = set()
    made = []
    for group in groups.values():
        text = _own_text(group, taken=lambda sha256: sha256 in texts or has_text(sha256))
        sha256 = _sha256(text)
        name = _own_id(group[0].article or content_id(sha256), taken=lambda name: name in ids or has_id(name))
        ids.add(name)
        texts.add(sha256)
        article = Article(name, text, sha256, **group[0].about)
        made.append(GivenArticle(article, tuple(_sentences(article, group)), tuple(one.number for one in group)))
    return made


def _own_text(group: Sequence[GivenSentence], *, taken: Callable[[str], bool]) -> str:
    """The sentences, a line each; what stands after the last is ours: it tells apart articles of the same words."""
    text = _BETWEEN.join(one.text for one in group)
    if not taken(_sha256(text)):
        return text
    return text + "\n" + f"{group[0].number:b}".translate({ord("0"): " ", ord("1"): "\t"})


def _own_id(name: str, *, taken: Callable[[str], bool]) -> str:
    number, own = 2, name
    while taken(own):
        own, number = f"{name} ({number})", number + 1
    return own


def _sentences(article: Article, group: Sequence[GivenSentence]) -> list[Sentence]:
    found: list[Sentence] = []
    start = 0
    for position, one in enumerate(group, start=1):
        end = start + len(one.text)
        name = sentence_id(article, position, start, end)
        found.append(Sentence(name, article.article_id, position, position, start, end, one.text))
        start = end + len(_BETWEEN)
    return found


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
