"""What a study's export is made from: articles with all that was said of them, read in blocks while it is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, Generic, TypedDict, TypeVar

from toolkit.agreement.consensus_reliability import ConsensusReliability
from toolkit.agreement.estimate import Estimate
from toolkit.codebook.model import Codebook
from toolkit.corpus.article import Sentence
from toolkit.loop.adjudication.decisions import decisions_of, settled_of
from toolkit.loop.agreement.pulled_annotations import KEPT, as_they_count, pulled_round
from toolkit.loop.agreement.read_again import briefly
from toolkit.loop.agreement.rounds_source import RoundsSource
from toolkit.loop.annotators import addresses_of
from toolkit.loop.answers import reader_of
from toolkit.loop.history import with_history
from toolkit.loop.progress import Progress, silent
from toolkit.study import (
    adjudications,
    annotator_attributes,
    annotators,
    answer_migrations,
    articles,
    gold_sentences,
    rounds,
    settings,
)
from toolkit.study.database import Database
from toolkit.study.decisions import Decision, Settled
from toolkit.study.folder import Study
from toolkit.study.records import Annotation
from toolkit.study.rounds import LedgerEntry
from toolkit.study.sentences_on_demand import sentences_by_id

if TYPE_CHECKING:
    from toolkit.export.content.blocks import BlocksOfContent
    from toolkit.export.content.study_content import StudyContent

_T = TypeVar("_T")

_NONE = ""
"""In place of an article, where something belongs to none."""


class _OfArticle(TypedDict):
    sentences: Sequence[Sentence]
    annotations: Sequence[Annotation]
    planned: Mapping[str, Sequence[LedgerEntry]]
    decisions: Mapping[str, Sequence[Decision]]
    settled: Mapping[str, Sequence[Settled]]


def coded_study(study: Study, database: Database, *, progress: Progress = silent) -> RoundsSource:
    """Return what was pulled of every round, with every annotation, also those that do not count; where they are many
    they are read again whenever they are asked for. Articles are left out: they are in the blocks of the content.
    """
    sentences = sentences_by_id(database, keep=KEPT)
    return RoundsSource(
        name=settings.read(study.settings_file).name,
        rounds=rounds.names(database),
        read=cache(partial(pulled_round, database, sentences=sentences, keep=KEPT, progress=progress)),
        sentences=sentences,
        articles={},
        asking_again=answer_migrations.asking_again(database),
    )


def study_content(
    database: Database,
    coded: RoundsSource,
    *,
    estimates: Mapping[str, Sequence[Estimate]],
    reliability: Mapping[str, Mapping[str, ConsensusReliability]] | None = None,
    named: Collection[str] = (),
    identities: bool = False,
    attributes: bool = False,
    dawid_skene: bool = False,
    zeros: bool = False,
    progress: Progress = silent,
) -> BlocksOfContent:
    """Return everything the study's tables say: what is frozen, planned, pulled, decided, and the ``estimates`` of each
    round. It is read while it is asked for, from the database, which stays open for that.

    ``named`` are hashes of codebooks that annotations of the rounds with estimates were made under.
    """
    from toolkit.export.content.blocks import BlocksOfContent
    from toolkit.export.content.study_content import StudyContent

    codebooks: dict[str, Codebook] = {}
    documents: dict[str, str] = {}
    texts: dict[str, str] = {}
    last: dict[str, str] = {}
    # The newest round's codebook is that of the export: no round's that only asks one question of it again.
    for name in sorted(coded.rounds, key=lambda name: name not in coded.asking_again):
        for version in rounds.codebook_versions(database, name):
            codebooks[version.hash] = _newer(coded.read(name).codebook, codebooks.get(version.hash))
            documents[name] = version.document  # the last one is in force
            texts[version.hash] = version.document
            last[name] = version.hash
    others = (briefly(coded.read(name).annotations) for name in coded.rounds if name not in estimates)
    named = {*named, *(annotation.codebook_hash for found in others for annotation in found)}
    whole = StudyContent(
        articles=(),
        sentences=(),
        codebooks=codebooks,
        estimates=estimates,
        documents=documents,
        earlier={hash_: text for hash_, text in texts.items() if hash_ in named - set(last.values())},
        planned=dict.fromkeys(coded.rounds, ()),
        registered={
            name: [person.pseudonym for person in annotators.registered(database, round=name)] for name in coded.rounds
        },
        addresses=addresses_of(database) if identities else {},
        attributes=annotator_attributes.attributes(database) if attributes else {},
        dawid_skene=dawid_skene,
        zeros=zeros,
        study_id=database.meta("study_id"),
        gold={name: gold_sentences.gold_of(database, name).every for name in coded.rounds},
        reliability=reliability or {},
        decisions={name: () for name in coded.rounds if adjudications.find(database, name) is not None},
        settled=dict.fromkeys(coded.rounds, ()),
    )
    found = BlocksOfContent(whole, partial(_blocks, database, coded, whole, progress))
    if not dawid_skene:
        return found
    together = found.together()  # a model of all answers
    return BlocksOfContent(whole, lambda: iter([together]))


def _blocks(database: Database, coded: RoundsSource, whole: StudyContent, progress: Progress) -> Iterator[StudyContent]:
    """The content in blocks of articles; what belongs to no article is in the last one."""
    from toolkit.export.content.blocks import A_BLOCK, joined

    found = _ByArticle(database, coded)
    parts: list[StudyContent] = []
    estimates, size = whole.estimates, 0
    n_articles, _ = articles.count(database)
    for done, frozen in enumerate(articles.articles(database), start=1):
        parts.append(replace(whole, articles=[frozen], **found.of(frozen.article.article_id)))
        size += len(parts[-1].annotations) + len(parts[-1].sentences)
        if size >= A_BLOCK:
            yield replace(joined(whole, parts), estimates=estimates)
            estimates, parts, size = {}, [], 0
            progress("writing articles", done, n_articles)
    parts.append(replace(whole, **found.of(_NONE)))
    found.check_everything_was_taken()
    yield replace(joined(whole, parts), estimates=estimates)


class _ByArticle:
    """Whatever was said of each article: asked for once, in the order of the articles."""

    def __init__(self, database: Database, coded: RoundsSource) -> None:
        names = coded.rounds
        readers = {name: reader_of(database, name, sentences=coded.sentences) for name in names}

        def pulled(name: str, *, planned: bool) -> Iterable[Annotation]:
            every = with_history(database, name, reader=readers[name], planned=planned)
            return as_they_count(database, name, every)

        def article_of(one: Decision | Settled) -> str:
            sentence = coded.sentences.get(one.sentence_id)
            return sentence.article_id if sentence is not None else _NONE

        self._sentences = _InReadingOrder(coded.sentences.values(), _its_article)
        self._annotations = [_InReadingOrder(pulled(name, planned=True), _its_article) for name in names]
        # of sentences that a round does not have: few, and in no order
        self._others = _gathered((one for name in names for one in pulled(name, planned=False)), _its_article)
        self._planned = {
            name: _InReadingOrder(rounds.ledger(database, name, reading_order=True), _its_article) for name in names
        }
        adjudicated = {name: adjudications.find(database, name) for name in names}
        self._decisions = {
            name: _gathered(decisions_of(database, of), article_of)
            for name, of in adjudicated.items()
            if of is not None
        }
        self._settled = {name: _gathered(settled_of(database, name).values(), article_of) for name in names}

    def of(self, article_id: str) -> _OfArticle:
        """Return all but the article itself."""
        in_rounds = (one for found in self._annotations for one in found.of(article_id))
        return {
            "sentences": self._sentences.of(article_id),
            "annotations": [*in_rounds, *self._others.pop(article_id, ())],
            "planned": {name: found.of(article_id) for name, found in self._planned.items()},
            "decisions": {name: found.pop(article_id, []) for name, found in self._decisions.items()},
            "settled": {name: found.pop(article_id, []) for name, found in self._settled.items()},
        }

    def check_everything_was_taken(self) -> None:
        """Raise where something is of an article that was not asked for, or not in its turn: it would be missing."""
        in_order: list[_InReadingOrder[Any]] = [self._sentences, *self._annotations, *self._planned.values()]
        gathered = [self._others, *self._decisions.values(), *self._settled.values()]
        if not all(found.is_empty for found in in_order) or any(gathered):
            raise RuntimeError("not everything that was pulled is of an article, or in the order of the articles")


class _InReadingOrder(Generic[_T]):
    """What comes in the order of the articles, and is taken article by article."""

    def __init__(self, found: Iterable[_T], article_of: Callable[[_T], str]) -> None:
        self._groups = groupby(found, key=article_of)
        self._next = next(self._groups, None)

    def of(self, article_id: str) -> list[_T]:
        """Return what belongs to an article; each is asked for once, and in their order."""
        if self._next is None or self._next[0] != article_id:
            return []
        taken = list(self._next[1])
        self._next = next(self._groups, None)
        return taken

    @property
    def is_empty(self) -> bool:
        """Whether everything was taken."""
        return self._next is None


def _gathered(found: Iterable[_T], article_of: Callable[[_T], str]) -> dict[str, list[_T]]:
    of: dict[str, list[_T]] = {}
    for one in found:
        of.setdefault(article_of(one), []).append(one)
    return of


def _its_article(one: Sentence | Annotation | LedgerEntry) -> str:
    return one.article_id


def _newer(one: Codebook, other: Codebook | None) -> Codebook:
    """The one with the higher version: rounds that began with one codebook may have gone on with others."""
    return max((one, other or one), key=lambda codebook: [int(part) for part in codebook.version.split(".")])
