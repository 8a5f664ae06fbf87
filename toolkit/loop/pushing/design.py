"""What a push would do: the design of the round and the sentences it takes, decided before anything is touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.errors import Fault, UsageError
from toolkit.study.rounds import Decision, Round, SampleKind
from toolkit.study.sampling import draw_articles, draw_sentences, rounded_share, share_of


@dataclass(frozen=True, slots=True)
class PushPlan:
    """What a push is about to do, for the lead to read before it happens."""

    round: str
    new_round: bool
    decision: Decision
    codebook: str
    codebook_hash: str
    n_articles: int
    n_sentences: int
    n_reliability_sentences: int
    n_new: int
    notes: tuple[str, ...] = ()


MAX_NAME = 30


@dataclass(frozen=True, slots=True)
class Design:
    """How a round is to be coded; None where nothing was said."""

    annotators_per_sentence: int | None = None
    reliability_sample: float | None = None
    """Share of the articles whose sentences go to more annotators, as in 0.2."""
    reliability_annotators: int | None = None
    """How many annotators those go to."""
    articles: int | None = None
    """How many articles to draw; all of them where None."""
    sentences: int | None = None
    """How many sentences to draw at most."""
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedSentence:
    """A sentence that belongs in the round, and by how many annotators it is to be coded."""

    sentence_id: str
    annotators: int


def decide(design: Design, *, found: Round | None, n_registered: int, round_name: str) -> Decision:
    """Return the round's design: the frozen one, which may not be contradicted, or a new one from what was asked."""
    _check(design, round_name)
    if found is not None:
        _refuse_contradiction(design, found)
        return found.decision
    reliability = design.reliability_sample is not None
    annotators = design.annotators_per_sentence or (1 if reliability else n_registered)
    if not annotators:
        raise UsageError(
            f"how many annotators is each sentence of round {round_name!r} to have?",
            todo="Say `annotators_per_sentence=N`, or register them first with `add_annotators(EMAIL…)`.",
        )
    if reliability and (design.reliability_annotators or 0) <= annotators:
        raise UsageError(
            f"`reliability_annotators={design.reliability_annotators}` must be more than the {annotators} "
            "every sentence has"
        )
    size = design.articles if design.articles is not None else design.sentences
    kind: SampleKind = "all"
    if size is not None:
        kind = "articles" if design.articles is not None else "sentences"
    return Decision(
        annotators_per_sentence=annotators,
        sample=kind,
        sample_size=size,
        reliability_share=design.reliability_sample,
        reliability_annotators=design.reliability_annotators,
        seed=design.seed or 0,
    )


def choose(
    decision: Decision, articles: Mapping[str, Sequence[str]], planned: frozenset[str], *, round_name: str
) -> tuple[PlannedSentence, ...]:
    """Return sentences to add to the round, in reading order.

    ``articles`` maps article id to its sentence ids, both in reading order; ``planned`` are the sentences the round
    has. A round of all articles takes in articles added since, with a reliability sample drawn among those, each with
    the same chance; a sample once drawn stays as it is.
    """
    if decision.sample != "all" and planned:
        return ()
    fresh = {
        article_id: tuple(sentence_ids)
        for article_id, sentence_ids in articles.items()
        if not planned.intersection(sentence_ids)
    }
    if decision.sample == "articles":
        drawn = draw_articles(
            tuple(fresh), decision.sample_size or 0, seed=decision.seed, purpose=f"{round_name}:sample"
        )
        fresh = {article_id: ids for article_id, ids in fresh.items() if article_id in drawn}
    elif decision.sample == "sentences":
        sizes = {article_id: len(ids) for article_id, ids in fresh.items()}
        positions = draw_sentences(sizes, decision.sample_size or 0, seed=decision.seed, purpose=f"{round_name}:sample")
        fresh = {
            article_id: tuple(ids[position - 1] for position in positions[article_id])
            for article_id, ids in fresh.items()
            if article_id in positions
        }
    reliability: frozenset[str] = frozenset()
    if decision.reliability_share is not None:
        # A batch added later is rounded at random, so that articles added one by one are not all drawn.
        share, ids = decision.reliability_share, tuple(fresh)
        rounding = f"{round_name}:rounding"
        n = rounded_share(share, ids, seed=decision.seed, purpose=rounding) if planned else share_of(share, ids)
        reliability = draw_articles(ids, n, seed=decision.seed, purpose=f"{round_name}:reliability")
    more = decision.reliability_annotators or decision.annotators_per_sentence
    return tuple(
        PlannedSentence(sentence_id, more if article_id in reliability else decision.annotators_per_sentence)
        for article_id, ids in fresh.items()
        for sentence_id in ids
    )


def written(decision: Decision) -> dict[str, object]:
    """Return a decision in the words of ``study.yaml``."""
    words: dict[str, object] = {"annotators_per_sentence": decision.annotators_per_sentence}
    words["sample"] = "all articles" if decision.sample == "all" else f"{decision.sample_size} {decision.sample}"
    if decision.reliability_share is not None:
        words["reliability_sample"] = f"{decision.reliability_share:.4g} of the articles"
        words["reliability_annotators"] = decision.reliability_annotators
    words["seed"] = decision.seed
    return words


def _check(design: Design, round_name: str) -> None:
    faults = []
    if not round_name.replace("-", "").replace("_", "").isalnum() or len(round_name) > MAX_NAME:
        faults.append(f"a round's name is up to {MAX_NAME} letters, digits, '-' or '_', not {round_name!r}")
    if design.articles is not None and design.sentences is not None:
        faults.append("`articles=` and `sentences=` are two ways to size one sample: give one")
    for name, number in (
        ("articles", design.articles),
        ("sentences", design.sentences),
        ("annotators_per_sentence", design.annotators_per_sentence),
    ):
        if number is not None and number < 1:
            faults.append(f"`{name}=` must be at least 1, not {number}")
    if (design.reliability_sample is None) != (design.reliability_annotators is None):
        faults.append("`reliability_sample=` and `reliability_annotators=` belong together: give both")
    if design.reliability_sample is not None and not 0 < design.reliability_sample <= 1:
        faults.append(f"`reliability_sample=` is a share between 0 % and 100 %, not {design.reliability_sample:.0%}")
    if faults:
        raise UsageError(
            f"round {round_name!r} cannot be designed like this", faults=[Fault("", fault) for fault in faults]
        )


def _refuse_contradiction(design: Design, found: Round) -> None:
    frozen = Design(
        annotators_per_sentence=found.decision.annotators_per_sentence,
        reliability_sample=found.decision.reliability_share,
        reliability_annotators=found.decision.reliability_annotators,
        articles=found.decision.sample_size if found.decision.sample == "articles" else None,
        sentences=found.decision.sample_size if found.decision.sample == "sentences" else None,
        seed=found.decision.seed,
    )
    asked = {name: getattr(design, name) for name in Design.__slots__}
    faults = [
        Fault(f"`{name}={number:g}`", _was(getattr(frozen, name)))
        for name, number in asked.items()
        if number is not None and number != getattr(frozen, name)
    ]
    if faults:
        raise UsageError(
            f"round {found.name!r} was made otherwise, and a round keeps its design",
            faults=faults,
            todo="Leave it out, or push another round with `round_name=NAME`.",
        )


def _was(number: float | None) -> str:
    return "the round was made without it" if number is None else f"the round was made with {number:g}"
