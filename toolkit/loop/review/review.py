"""Codebook review: what a round's decisions say of its codebook, and the next version to begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.errors import UsageError
from toolkit.loop.adjudication.compared import Compared, comparison
from toolkit.loop.adjudication.status import adjudicated
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree
from toolkit.loop.answers import codebook_of
from toolkit.loop.review.counts import merges_to_consider, question_review
from toolkit.loop.review.records import CodebookReview, MergeToConsider
from toolkit.loop.review.skeleton import skeleton_of
from toolkit.study import adjudications, articles
from toolkit.study.folder import Study, read_codebook_text


def codebook_review(study: Study, *, round_name: str | None = None) -> CodebookReview:
    """Return what was decided on a round, category by category, and a skeleton of the codebook's next version.

    What is not settled is left out, and nobody is named. The skeleton is made of the study's ``codebook.yaml`` as it
    is now. Raise ``UsageError`` where nothing of the round is adjudicated or settled, ``ContractViolated`` where
    ``codebook.yaml`` has faults.
    """
    text = read_codebook_text(study)
    parse(text, source=study.codebook_file.name)
    with study.database() as database:
        of_round, name = adjudicated(database, round_name)
        codebook = codebook_of(database, of_round)  # answers and decisions read as they do under this one
        answers = comparison(database, of_round, name).answers
        chosen = [one for one in adjudications.design(database, name).questions if one in codebook.by_id]
        texts = articles.texts(database, sorted({one.sentence_id for one in answers}))
    if not answers:
        raise UsageError(
            f"nothing of round {of_round!r} is settled yet", todo="`intercoder pull` brings what was decided."
        )
    merges = _merges(study, of_round, codebook, answers, chosen)
    questions = tuple(
        question_review(codebook.by_id[question], answers, texts, merges=merges.get(question, ()))
        for question in chosen
        if any(one.question == question for one in answers)
    )
    return CodebookReview(
        round=of_round,
        codebook=codebook.name,
        version=codebook.version,
        questions=questions,
        skeleton=skeleton_of(
            text,
            questions,
            texts,
            round_name=of_round,
            coded_with=codebook.version,
            called=study.codebook_file.name,
        ),
    )


def _merges(
    study: Study, of_round: str, codebook: Codebook, answers: Sequence[Compared], chosen: Sequence[str]
) -> Mapping[str, Sequence[MergeToConsider]]:
    asked = tuple(one for one in chosen if codebook.by_id[one].level in {"nominal", "ordinal"})
    if not asked:
        return {}
    report = agree(study, AgreementRequest(round_name=of_round, explain=asked, replicates=0))
    return {
        one.question: merges_to_consider(
            codebook,
            codebook.by_id[one.question],
            answers,
            before=one.explanation.coincidences.value,
            after=one.explanation.merges,
        )
        for one in report.explained
    }
