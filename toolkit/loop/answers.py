"""From raw annotations to answers: a pure function of what was pulled and the codebook; mending needs no new pull."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Any

from toolkit.codebook.answers import Answer
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.corpus.article import Sentence
from toolkit.labelstudio.decode import RawAnnotation, ReadResponses, read_annotation, read_responses
from toolkit.labelstudio.stock.names import read_names, responses_in
from toolkit.loop.adjudication.carried_over import agreed_now
from toolkit.loop.adjudication.decided import decided_answers, decision_responses
from toolkit.loop.migrated_answers import Again, Migrated, migrated
from toolkit.study import (
    adjudications,
    adoptions,
    annotators,
    articles,
    blind_periods,
    former_projects,
    gold_sentences,
    rounds,
    stored_annotations,
)
from toolkit.study.blind_periods import BlindPeriod, made_blind
from toolkit.study.database import Database
from toolkit.study.records import GOLD, Annotation, Exclusion, annotation_name
from toolkit.study.removals import Removal


@dataclass(frozen=True, slots=True)
class Who:
    """Who the account numbers of a round's server are: pseudonyms, and which of them count."""

    pseudonym_of: Mapping[int, str]
    registered: frozenset[str]
    removed: Mapping[str, Removal] = field(default_factory=dict)
    """Those who counted and were removed, by pseudonym."""
    formerly: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    """The same by project, for projects the round had before the one it has now."""

    def pseudonym(self, user_id: int | None, *, project: int | None = None) -> str | None:
        """Return the pseudonym of an account, of a former project or of the present one; None if nobody knows whose
        it is.
        """
        of_project = self.formerly.get(project, self.pseudonym_of) if project is not None else self.pseudonym_of
        return of_project.get(user_id) if user_id is not None else None


def who(database: Database, round_name: str) -> Who:
    """Return the annotators of a round as seen from the account numbers on its server."""
    current = rounds.get(database, round_name)

    def pseudonyms(server: str) -> Mapping[int, str]:
        known = annotators.accounts(database, server)
        return {user_id: annotators.pseudonym(database, email) for user_id, email in known.items()}

    people = annotators.ever_registered(database, round=round_name)
    return Who(
        pseudonym_of=pseudonyms(current.server_url or ""),
        registered=frozenset(person.pseudonym for person in people if person.removal is None),
        removed={person.pseudonym: person.removal for person in people if person.removal is not None},
        formerly={p: pseudonyms(server) for p, server in former_projects.former_accounts(database, round_name).items()},
    )


def codebook_of(database: Database, round_name: str) -> Codebook:
    """Return the codebook in force in a round now; every earlier version's answers are valid under it."""
    rounds.get(database, round_name)
    current = rounds.codebook_versions(database, round_name)[-1]
    return parse(current.document, source=f"{round_name} codebook {current.version}")


def responses_read(database: Database, round_name: str, codebook: Codebook) -> ReadResponses:
    """Return what reads the submissions of a round: an adopted one calls questions and categories by other names."""
    if adjudications.adjudicated_round(database, round_name) is not None:
        return decision_responses
    adoption = adoptions.find(database, round_name)
    if adoption is None:
        return read_responses
    return partial(responses_in, names=read_names(adoption.names), codebook=codebook)


ReadAnswers = Callable[[str, str | None, RawAnnotation, str], tuple[Answer, ...]]
"""What makes checked answers of a submission: from the sentence's id, the annotator's pseudonym (None: nobody known),
the submission and the sentence's text."""


def answers_read(database: Database, round_name: str, steps: Migrated) -> ReadAnswers:
    """Return what checks the submissions of a round: one that adjudicates asks only some questions of a sentence."""
    of_round = adjudications.adjudicated_round(database, round_name)
    if of_round is None:
        return partial(_carried_over, steps)
    codebook = steps.codebooks[-1]
    asked: dict[str, dict[str, list[Any]]] = {}
    for one in adjudications.asked_again(database, round_name):
        asked.setdefault(one.sentence_id, {})[one.question] = [shown.value for shown in one.shown]
    known: dict[str, dict[str, Any]] = {}
    for (sentence_id, question), value in agreed_now(database, of_round, page_of=round_name).items():
        known.setdefault(sentence_id, {})[question] = value

    def decided(sentence_id: str, _: str | None, raw: RawAnnotation, text: str) -> tuple[Answer, ...]:
        here = asked.get(sentence_id, {})
        if raw.skipped:
            return tuple(Answer(question, "skipped") for question in here)
        return decided_answers(codebook, here, known.get(sentence_id, {}), raw.responses, sentence=text)

    return decided


@dataclass(frozen=True, kw_only=True)
class RoundReader:
    """What makes annotations of what was stored of a round: its codebook, its people, its sentences."""

    round: str
    first_name: str
    steps: Migrated
    people: Who
    responses: ReadResponses
    checked: ReadAnswers
    sentences: Mapping[str, Sentence]
    only_gold: Collection[str]
    pseudonym: Callable[[str], str]
    enforced: Mapping[int, Sequence[BlindPeriod]]
    """When the server of each of the round's projects enforced blindness."""
    seeing: Mapping[int, Collection[int]]
    """The accounts there that see everybody's answers all the same."""

    def name(self, project: int, number: int) -> str:
        """Return the id of an annotation in everything that is handed out."""
        return annotation_name(self.first_name, project, number)

    def raw(self, stored: Mapping[str, Any]) -> RawAnnotation:
        """Return the submission as it was stored."""
        return read_annotation(stored, responses=self.responses)

    def version(self, raw: RawAnnotation) -> rounds.CodebookVersion:
        """Return the version of the codebook that the submission was made under."""
        return self.steps.versions[self.steps.version(raw)]

    def who(self, user_id: int | None, *, project: int) -> str:
        """Return the pseudonym of an account; one of its own for an account nobody knows."""
        known = self.people.pseudonym(user_id, project=project)
        return known if known is not None else self.pseudonym(_unknown(project, user_id))

    def changed_by(self, raw: RawAnnotation, *, project: int) -> str | None:
        """Return the pseudonym of whoever saved the submission last; None where the server does not say."""
        return self.who(raw.updated_by, project=project) if raw.updated_by is not None else None

    def answers(self, sentence_id: str | None, pseudonym: str | None, raw: RawAnnotation) -> tuple[Answer, ...]:
        """Return the checked answers of a submission."""
        sentence = self.sentences.get(sentence_id or "")
        return self.checked(sentence_id or "", pseudonym, raw, sentence.text if sentence is not None else "")

    def annotation(self, one: stored_annotations.Stored, *, with_answers: bool = True) -> Annotation:
        """Return the annotation, by itself: what others by the same annotator make of it is not known here."""
        sentence, raw = self.sentences.get(one.sentence_id or ""), self.raw(one.raw)
        pseudonym, version = self.who(raw.user_id, project=one.project), self.version(raw)
        unknown = sentence is None or not one.planned
        return Annotation(
            annotation_id=self.name(one.project, one.annotation_id),
            sentence_id=one.sentence_id or "",
            article_id=sentence.article_id if sentence is not None else "",
            round=self.round,
            annotator=pseudonym,
            created_at=raw.created_at,
            updated_at=raw.updated_at,
            seconds_spent=raw.seconds,
            skipped=raw.skipped,
            edited_by_other=raw.edited_by_other,
            from_prediction=raw.from_prediction,
            repeat=False,
            codebook_version=version.version,
            codebook_hash=version.hash,
            excluded_because=_excluded(raw, self.people, pseudonym, unknown=unknown),
            answers=self.answers(one.sentence_id, pseudonym, raw) if with_answers else (),
            project=one.project,
            changed_by=self.changed_by(raw, project=one.project),
            blind=made_blind(
                self.enforced.get(one.project, ()),
                created_at=raw.created_at,
                updated_at=raw.updated_at,
                saved_by_annotator=raw.saved_by_annotator and raw.user_id not in self.seeing.get(one.project, ()),
            ),
        )

    def side_by_side(self, drafts: Sequence[Annotation]) -> Iterator[Annotation]:
        """Yield the annotations of one sentence, each knowing of the others: all but an annotator's latest are revised,
        and every later one is a repeat.
        """
        gold = any(draft.sentence_id in self.only_gold for draft in drafts)
        return _revisions_marked(drafts, otherwise=GOLD if gold else None)


def reader_of(database: Database, round_name: str, *, sentences: Mapping[str, Sentence] | None = None) -> RoundReader:
    """Return what makes annotations of what was stored of a round; ``sentences`` are those of the study by their id,
    where they are in memory already.
    """
    if sentences is None:
        sentences = {sentence.sentence_id: sentence for sentence in articles.sentences(database)}
    codebook, steps = codebook_of(database, round_name), migration_steps(database, round_name)
    current = rounds.get(database, round_name)
    servers = {**former_projects.former_accounts(database, round_name), current.project: current.server_url or ""}
    return RoundReader(
        round=round_name,
        first_name=current.first_name,
        steps=steps,
        people=who(database, round_name),
        responses=responses_read(database, round_name, codebook),
        checked=answers_read(database, round_name, steps),
        sentences=sentences,
        only_gold=gold_sentences.gold_of(database, round_name).only,
        pseudonym=partial(annotators.pseudonym, database),
        enforced={project: blind_periods.periods(database, server) for project, server in servers.items()},
        seeing={project: blind_periods.seeing(database, server) for project, server in servers.items()},
    )


def annotations_of(
    database: Database,
    round_name: str,
    *,
    with_answers: bool = True,
    among: Collection[str] | None = None,
    sentences: Mapping[str, Sentence] | None = None,
) -> Iterator[Annotation]:
    """Yield every annotation of a round that is still on the server, in reading order, each with its checked answers.

    Without answers (then there are none) who did what and whether it counts is known in a fraction of the time.
    ``among`` are the sentences they are to be on; all where None. ``sentences`` are as in ``reader_of``.
    """
    reader = reader_of(database, round_name, sentences=sentences)
    stored = (one for one in stored_annotations.newest(database, round_name) if not one.gone)
    for sentence_id, group in groupby(stored, key=lambda one: one.sentence_id):
        if among is not None and sentence_id not in among:
            continue
        yield from reader.side_by_side([reader.annotation(one, with_answers=with_answers) for one in group])


def migration_steps(database: Database, round_name: str) -> Migrated:
    """Return the steps that answers of a round go through where its codebook was migrated."""

    def again(split_round: str, question: str) -> Again:
        return {
            (one.sentence_id, one.annotator): answer
            for one in annotations_of(database, split_round)
            if one.excluded_because is None
            for answer in one.answers
            if answer.question == question
        }

    return migrated(database, round_name, again=again)


def _carried_over(
    steps: Migrated, sentence_id: str, annotator: str | None, raw: RawAnnotation, sentence: str
) -> tuple[Answer, ...]:
    """The checked answers of one annotation under the newest codebook of its round.

    They are checked under the codebook they were given under, as far as that one was mended, and then read with what
    became of its categories.
    """
    if raw.skipped:
        return tuple(Answer(question.id, "skipped") for question in steps.codebooks[-1].questions)
    version = steps.version(raw)
    answers = steps.checks[steps.under[version]](raw.responses, sentence=sentence)
    return steps.carried_over(answers, version, sentence_id=sentence_id, annotator=annotator)


def _unknown(project: int, user_id: int | None) -> str:
    """What stands for the address of an account that nobody knows: of one project, as numbers are."""
    return f"account:{user_id}" if project == 1 else f"account:{project}:{user_id}"


def _excluded(raw: RawAnnotation, people: Who, pseudonym: str, *, unknown: bool) -> Exclusion | None:
    if unknown:
        return "unknown_sentence"
    if (removal := people.removed.get(pseudonym)) is not None:
        if not removal.counts(max(raw.created_at, raw.updated_at)):
            return "withdrawn"
    elif pseudonym not in people.registered:
        return "not_registered"
    if raw.edited_by_other:
        return "edited_by_other"
    return "skipped" if raw.skipped else None


def _revisions_marked(drafts: Sequence[Annotation], *, otherwise: Exclusion | None) -> Iterator[Annotation]:
    """The same with all but each annotator's latest marked as revised, and every later one as a repeat.

    What would count then is left out for the reason ``otherwise``. What somebody did after they were
    removed revises nothing.
    """
    if len({draft.annotator for draft in drafts}) == len(drafts):  # as it mostly is: nobody came twice
        for draft in drafts:
            alone = draft.excluded_because is not None or otherwise is None
            yield draft if alone else replace(draft, excluded_because=otherwise)
        return
    order = sorted(drafts, key=lambda draft: draft.created_at)  # stable: drafts come by annotation number
    last = {draft.annotator: draft.annotation_id for draft in order if draft.excluded_because != "withdrawn"}
    first = {draft.annotator: draft.annotation_id for draft in reversed(order)}
    for draft in drafts:
        repeat = first[draft.annotator] != draft.annotation_id
        revised = last.get(draft.annotator) != draft.annotation_id
        because = draft.excluded_because or ("revised" if revised else otherwise)
        same = not repeat and because == draft.excluded_because
        yield draft if same else replace(draft, repeat=repeat, excluded_because=because)
