"""Where agreement finds its rounds: in an open study, as they were pulled, or in an export of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from toolkit.corpus.article import Article, Sentence
from toolkit.errors import UsageError
from toolkit.loop.adjudication.decisions import settled_of
from toolkit.loop.agreement.known_file import known_file
from toolkit.loop.agreement.pulled_annotations import pulled_round
from toolkit.loop.agreement.rounds import CodedRound
from toolkit.loop.progress import Progress, silent
from toolkit.loop.rounds.renamed import refuse_adjudication
from toolkit.study import annotator_attributes, answer_migrations, articles, rounds
from toolkit.study.database import Database
from toolkit.study.decisions import Settled
from toolkit.study.folder import Study
from toolkit.study.records import ASKED_AGAIN, Annotation
from toolkit.study.sentences_on_demand import Texts, sentences_by_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundsSource:
    """What agreement is computed from: rounds, their sentences, and the articles these stand in."""

    name: str
    rounds: Sequence[str]
    read: Callable[[str], CodedRound]
    """A round by its name."""
    sentences: Mapping[str, Sentence]
    articles: Mapping[str, Article]
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What is known of annotators, by pseudonym and name."""
    asking_again: frozenset[str] = frozenset()
    """Rounds that only ask one question again, because a category of it was split."""
    settled: Callable[[str], Iterable[Settled]] = lambda _: ()
    """What is settled of a round, by its name."""
    known_file: Callable[[str], Path] | None = None
    """Where the file of known answers lies that is called by a word; None in an export, which has none."""

    @property
    def texts(self) -> Mapping[str, str]:
        """The text of each sentence by its id."""
        return Texts(self.sentences)

    @property
    def whole(self) -> Sequence[str]:
        """Its rounds without those that only ask one question again."""
        return [name for name in self.rounds if name not in self.asking_again]

    @property
    def of_annotators(self) -> frozenset[str]:
        """What annotators can be divided by."""
        return frozenset(name for known in self.attributes.values() for name in known)


def pulled(
    study: Study,
    database: Database,
    *,
    named: Sequence[str | None] = (),
    keep: int | None = None,
    progress: Progress = silent,
) -> RoundsSource:
    """Return the rounds of a study that is open: those that count, and those ``named`` although they were discarded.

    More annotations of a round, or sentences, than ``keep`` are read again whenever they are asked for. Raise
    ``UsageError`` where there is no round.
    """
    counting = rounds.names(database)
    names = [name for name in rounds.names(database, discarded=True) if name in counting or name in named]
    if not names:
        raise rounds.none_to_work_on(database)
    for name in named:
        if name is not None and name not in names:
            rounds.get(database, name)
            refuse_adjudication(database, name)
    sentences = sentences_by_id(database, keep=keep)
    return RoundsSource(
        name=study.folder.resolve().name,
        rounds=names,
        read=cache(partial(pulled_round, database, sentences=sentences, keep=keep, progress=progress)),
        sentences=sentences,
        articles={frozen.article.article_id: frozen.article for frozen in articles.articles(database)},
        attributes=annotator_attributes.attributes(database),
        asking_again=answer_migrations.asking_again(database),
        settled=cache(lambda name: tuple(settled_of(database, name).values())),
        known_file=lambda word: known_file(study, word),
    )


def exported(folder: Path) -> RoundsSource:
    """Return the rounds of an export. Raise ``BadInput`` where there is none, ``UsageError`` where it has no round."""
    from toolkit.export.reading.read import read_export

    found = read_export(folder)
    if not found.rounds:
        raise UsageError(f"{folder} has no round", todo="Export a study in which something was coded.")

    def read(name: str) -> CodedRound:
        return CodedRound(found.rounds[name].codebook, found.rounds[name].annotations)

    return RoundsSource(
        name=folder.resolve().name,
        rounds=list(found.rounds),
        read=cache(read),
        sentences={sentence.sentence_id: sentence for sentence in found.sentences},
        articles=found.articles,
        attributes=found.attributes,
        asking_again=frozenset(
            name
            for name, each in found.rounds.items()
            if any(one.excluded_because == ASKED_AGAIN for one in each.annotations)
        ),
        settled=lambda name: found.settled.get(name, ()),
    )


def round_of(source: RoundsSource, name: str) -> CodedRound:
    """Return a round by its name; raise ``UsageError`` where there is no such round."""
    if name not in source.rounds:
        raise UsageError(f"there is no round {name!r}", todo=f"There is: {', '.join(source.rounds)}.")
    return source.read(name)


def default_round(source: RoundsSource) -> str:
    """Return the newest round with answers that can be compared; else the newest anybody coded, else the newest.

    Raise ``UsageError`` where every round only asks a question of another one again.
    """
    coded = None
    whole = source.whole
    if not whole:
        raise UsageError(
            f"no round is left but what asks a question of another again: {', '.join(source.rounds)}",
            todo="Say `round_name=NAME`.",
        )
    for name in reversed(whole):
        annotations = source.read(name).annotations
        if _can_be_compared(annotations):
            return name
        coded = coded or (name if annotations else None)
    return coded or whole[-1]


def _can_be_compared(annotations: Iterable[Annotation]) -> bool:
    """Whether any sentence has annotations by two people that count."""
    first: dict[str, str] = {}
    return any(
        first.setdefault(one.sentence_id, one.annotator) != one.annotator
        for one in annotations
        if one.excluded_because is None
    )
