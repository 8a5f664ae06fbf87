"""Answers of a round whose codebook was migrated: checked under the codebook they were given under, carried over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.codebook.answers import Answer
from toolkit.codebook.checked_before import AnswerChecks
from toolkit.codebook.migration.map_of_codes import stored_map
from toolkit.codebook.migration.translated import Step, translated
from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.labelstudio.decode import RawAnnotation
from toolkit.study import answer_migrations, rounds
from toolkit.study.database import Database
from toolkit.study.rounds import CodebookVersion
from toolkit.study.soundness import damaged

Again = Mapping[tuple[str, str], Answer]
"""What was answered when a question was asked again, by sentence and annotator."""


@dataclass(frozen=True, slots=True)
class Migrated:
    """The steps a round's answers go through; ``steps`` is empty where no category ever became another.

    ``under`` says, for each version of the round's codebook, by which of the ``checks`` answers are checked.
    """

    versions: Sequence[CodebookVersion]
    checks: Sequence[AnswerChecks]
    under: Sequence[int]
    steps: Sequence[Step]
    again: Sequence[Mapping[str, Callable[[], Again]]] = field(default=(), repr=False)

    @property
    def codebooks(self) -> Sequence[Codebook]:
        """What answers are checked under, oldest first: one more than there are steps."""
        return [check.codebook for check in self.checks]

    def version(self, raw: RawAnnotation) -> int:
        """Return which version of the round's codebook, counted from 0, an annotation was made under.

        That is the one in force when it was last changed; unless it was given on a page that somebody still had open
        from before: then it chose categories that only the earlier codebook has.
        """
        if len(self.versions) == 1:
            return 0
        chosen = 0
        for number, version in enumerate(self.versions):
            if number and version.since is not None and raw.updated_at >= version.since:
                chosen = number
        under = self.under[chosen]
        while under and _of_page(raw, here=self.codebooks[under], before=self.codebooks[under - 1]):
            under -= 1
            chosen = max(number for number, which in enumerate(self.under) if which == under)
        return chosen

    def carried_over(
        self, answers: tuple[Answer, ...], version: int, *, sentence_id: str, annotator: str | None
    ) -> tuple[Answer, ...]:
        """Return answers under a version of the codebook as answers under the newest."""
        if not self.steps:
            return answers
        for step, again in list(zip(self.steps, self.again, strict=True))[self.under[version] :]:
            asked = {
                question: of()[key] for question, of in again.items() if (key := (sentence_id, annotator or "")) in of()
            }
            answers = translated(answers, step, again=asked)
        return answers


def migrated(database: Database, round_name: str, *, again: Callable[[str, str], Again]) -> Migrated:
    """Return the steps of a round; ``again`` reads, from a round and for a question, what was answered there."""
    versions = rounds.codebook_versions(database, round_name)
    found = answer_migrations.of_round(database, round_name)
    begins = [one.sequence - 1 for one in found]
    ends = [*begins, len(versions)]
    codebooks = [
        parse(versions[end - 1].document, source=f"{round_name} codebook {versions[end - 1].version}") for end in ends
    ]
    under = [sum(number >= begin for begin in begins) for number in range(len(versions))]
    steps = []
    for number, one in enumerate(found):
        try:
            steps.append(Step(codebooks[number], codebooks[number + 1], stored_map(one.codes)))
        except (AttributeError, TypeError, ValueError):
            what = f"what became of categories in round {round_name!r} cannot be read"
            raise damaged(database.path, what) from None
    asked = answer_migrations.split_rounds(database, round_name) if found else ()
    of = [dict(_asked_again(asked, one.sequence, again)) for one in found]
    return Migrated(versions, [AnswerChecks(each) for each in codebooks], under, steps, of)


def _asked_again(
    asked: Sequence[answer_migrations.SplitRound], sequence: int, again: Callable[[str, str], Again]
) -> Iterator[tuple[str, Callable[[], Again]]]:
    for one in asked:
        if one.sequence == sequence:
            yield one.question, _once(again, one.round, one.question)


def _once(again: Callable[[str, str], Again], round_name: str, question: str) -> Callable[[], Again]:
    read: list[Again] = []

    def of() -> Again:
        if not read:
            read.append(again(round_name, question))
        return read[0]

    return of


def _of_page(raw: RawAnnotation, *, here: Codebook, before: Codebook) -> bool:
    """Whether an annotation chose what only the codebook before has, and nothing that it has not."""
    chosen = [
        (response.question, code.rpartition("/")[2])
        for response in raw.responses
        for code in (*response.codes, *(mark.label for mark in response.marks))
    ]
    return any(not _has(here, *each) for each in chosen) and all(_has(before, *each) for each in chosen)


def _has(codebook: Codebook, question: str, code: str) -> bool:
    return question in codebook.by_id and code in codebook.by_id[question].by_code
