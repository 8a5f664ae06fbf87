"""What a push would do: the design of the round and the sentences it takes, decided before anything is touched."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import Fault, UsageError
from toolkit.files.wording import MEND_THESE
from toolkit.study.rounds import Decision, Round, SampleKind
from toolkit.study.sampling import draw_articles, draw_sentences, rounded_share, share_of


@dataclass(frozen=True, slots=True)
class EarlierRound:
    """How much of a round was in an earlier one."""

    round: str
    n_sentences: int
    n_articles: int


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
    n_repeats: int = 0
    """Sentences of an earlier round that are hidden among new ones."""
    n_gold: int = 0
    """Sentences with known answers, which everybody registered is to code."""
    n_only_gold: int = 0
    """Those of them that are in the round for no other reason."""
    earlier: tuple[EarlierRound, ...] = ()
    """What of it was in which earlier round; rounds it has nothing of are in it, with 0."""
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
    fresh: bool = False
    """Whether to take only articles that were in no earlier round."""
    repeat_of: str | None = None
    """The earlier round whose sentences are to be coded again; with ``sentences`` or ``articles`` a sample of them."""
    share: float | None = None
    """The share of the round that is to be of ``repeat_of``, hidden among new sentences, as in 0.1."""
    gold: float | None = None
    """The share that sentences with answers in ``gold.csv`` are to have of what each annotator sees, as in 0.05."""
    ids: Path | None = None
    """A file with the sentences to take, an id of a sentence or an article a line."""


@dataclass(frozen=True, slots=True)
class PlannedSentence:
    """A sentence that belongs in the round, and by how many annotators it is to be coded."""

    sentence_id: str
    annotators: int
    gold: bool = False
    """Whether its answers are known, and annotators are held against them."""
    planned: bool = True
    """Whether the round has it in any case; otherwise it is there only because it is gold."""


def decide(
    design: Design,
    *,
    found: Round | None,
    n_registered: int,
    round_name: str,
    earlier: Collection[str] = (),
    listed: Sequence[str] = (),
) -> Decision:
    """Return the round's design: the frozen one, which may not be contradicted, or a new one from what was asked.

    ``earlier`` are the names of the rounds before it, ``listed`` the sentences that ``design.ids`` lists.
    """
    _check(design, round_name, earlier)
    if found is not None:
        _refuse_contradiction(design, found, listed)
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
            "every sentence has",
            todo="Give more, or have fewer for the others.",
        )
    kind, size = _sample(design, listed)
    return Decision(
        annotators_per_sentence=annotators,
        sample=kind,
        sample_size=size,
        reliability_share=design.reliability_sample,
        reliability_annotators=design.reliability_annotators,
        seed=design.seed or 0,
        fresh=design.fresh or design.share is not None,
        repeat_of=design.repeat_of,
        share=design.share,
        gold=design.gold,
        listed=digest_of(listed) if design.ids is not None else None,
    )


def _sample(design: Design, listed: Sequence[str]) -> tuple[SampleKind, int | None]:
    if design.ids is not None:
        return "listed", len(listed)
    if design.articles is not None:
        return "articles", design.articles
    return ("all", None) if design.sentences is None else ("sentences", design.sentences)


def digest_of(sentence_ids: Collection[str]) -> str:
    """Return what a list of sentences is known by, in whatever order they were listed.

    >>> digest_of(["b", "a"]) == digest_of(["a", "b"]) != digest_of(["ab"])
    True
    """
    return hashlib.sha256("\n".join(sorted(sentence_ids)).encode()).hexdigest()


def choose(
    decision: Decision, articles: Mapping[str, Sequence[str]], planned: frozenset[str], *, round_name: str
) -> tuple[PlannedSentence, ...]:
    """Return sentences to add to the round, in reading order.

    ``articles`` maps article id to the ids of its sentences that may be chosen, both in reading order; ``planned`` are
    the sentences the round has. A round of all articles takes in articles added since, with a reliability sample drawn
    among those, each with the same chance; a sample once drawn stays as it is.
    """
    if planned and not decision.grows:
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


def check_round_name(name: str) -> None:
    """Raise ``UsageError`` for what cannot be the name of a round."""
    if not _is_name(name):
        raise UsageError(_NO_NAME.format(name=name), todo="Choose another name.")


_NO_NAME = f"a round's name is up to {MAX_NAME} letters, digits, '-' or '_', not {{name!r}}"


def _is_name(name: str) -> bool:
    return name.replace("-", "").replace("_", "").isalnum() and len(name) <= MAX_NAME


def written(decision: Decision) -> dict[str, object]:
    """Return a decision in the words of ``study.yaml``."""
    words: dict[str, object] = {"annotators_per_sentence": decision.annotators_per_sentence}
    words["sample"] = "all articles" if decision.sample == "all" else f"{decision.sample_size} {decision.sample}"
    if decision.listed is not None:
        words |= {"sample": f"{decision.sample_size} listed sentences", "listed": decision.listed[:12]}
    if decision.fresh:
        words["fresh"] = True
    if decision.repeat_of is not None:
        words["repeat_of"] = decision.repeat_of
        if decision.sample == "all" and decision.share is None:
            words["sample"] = "all its sentences"
    if decision.share is not None:
        words["share"] = f"{decision.share:.4g} of the sentences are repeats"
    if decision.gold is not None:
        words["gold"] = f"{decision.gold:.4g} of what each annotator sees"
    if decision.reliability_share is not None:
        words["reliability_sample"] = f"{decision.reliability_share:.4g} of the articles"
        words["reliability_annotators"] = decision.reliability_annotators
    words["seed"] = decision.seed
    return words


def _check(design: Design, round_name: str, earlier: Collection[str]) -> None:
    faults = []
    if not _is_name(round_name):
        faults.append(_NO_NAME.format(name=round_name))
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
    faults += _of_earlier_rounds(design, round_name, earlier)
    if faults:
        raise UsageError(
            f"round {round_name!r} cannot be designed like this",
            faults=[Fault("", fault) for fault in faults],
            todo=MEND_THESE,
        )


def _of_earlier_rounds(design: Design, round_name: str, earlier: Collection[str]) -> Iterator[str]:
    if design.repeat_of == round_name:
        yield f"`repeat_of={round_name}`: a round cannot repeat itself"
    elif design.repeat_of is not None and design.repeat_of not in earlier:
        have = f"earlier rounds: {', '.join(earlier)}" if earlier else "there is no earlier round"
        yield f"`repeat_of={design.repeat_of}` is no earlier round ({have})"
    if design.share is not None and design.repeat_of is None:
        yield "`share=` is how much of the round is to repeat another: say which with `repeat_of=ROUND`"
    for name, share in (("share", design.share), ("gold", design.gold)):
        if share is not None and not 0 < share < 1:
            yield f"`{name}=` is a share between 0 % and 100 %, not {share:.0%}"
    if design.fresh and design.repeat_of is not None and design.share is None:
        yield "`fresh=True` and `repeat_of=` exclude each other, unless `share=` hides the repeats among new sentences"
    if design.ids is not None:
        others = {name: getattr(design, name) for name in ("articles", "sentences", "fresh", "repeat_of", "share")}
        if said := [f"`{name}=`" for name, value in others.items() if value is not None and value is not False]:
            yield f"`ids=` lists the sentences of the round one by one: leave out {' and '.join(said)}"


def _refuse_contradiction(design: Design, found: Round, listed: Sequence[str]) -> None:
    was = found.decision
    frozen: dict[str, object] = {
        "annotators_per_sentence": was.annotators_per_sentence,
        "reliability_sample": was.reliability_share,
        "reliability_annotators": was.reliability_annotators,
        "articles": was.sample_size if was.sample == "articles" else None,
        "sentences": was.sample_size if was.sample == "sentences" else None,
        "seed": was.seed,
        "fresh": was.fresh or None,
        "repeat_of": was.repeat_of,
        "share": was.share,
        "gold": was.gold,
        "ids": was.listed,
    }
    asked = {name: getattr(design, name) for name in Design.__slots__}
    same = {name: value == frozen[name] for name, value in asked.items()}
    same["ids"] = digest_of(listed) == was.listed
    faults = [
        Fault(f"`{name}={_said(value)}`", _was(name, frozen[name]))
        for name, value in asked.items()
        if value is not None and value is not False and not same[name]
    ]
    if faults:
        raise UsageError(
            f"round {found.name!r} was made otherwise, and a round keeps its design",
            faults=faults,
            todo="Leave it out, or push another round with `round_name=NAME`.",
        )


def _said(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _was(name: str, value: object) -> str:
    if value is None:
        return "the round was made without it"
    return "the round was made of other sentences" if name == "ids" else f"the round was made with {_said(value)}"
