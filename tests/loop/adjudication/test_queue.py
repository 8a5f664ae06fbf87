"""What of a round is decided on, against rounds written out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tests.codebook.samples import codebook
from tests.loop.test_disputes import BROKEN, OK, by, chose, marked
from toolkit.codebook.answers import Response
from toolkit.loop.adjudication.queue import agreed_values, queue_of
from toolkit.study.adjudications import AdjudicationDesign, AskedAgain
from toolkit.study.records import Annotation

BOOK = codebook()
EVERY = tuple(question.id for question in BOOK.measured())
KEY = b"a key"


def sentence(sentence_id: str, *given: Sequence[Response]) -> tuple[str, list[Annotation]]:
    """A sentence with what each of its coders submitted: ana, ben, cem."""
    annotations = [
        replace(by(name, *responses), sentence_id=sentence_id, annotation_id=f"{sentence_id}-{name}")
        for name, responses in zip(("ana", "ben", "cem", "dan"), given, strict=False)
    ]
    return sentence_id, annotations


def design(**said: object) -> AdjudicationDesign:
    return replace(AdjudicationDesign(questions=EVERY), **said)  # type: ignore[arg-type]  # fields by name


def asked(found: Sequence[AskedAgain]) -> dict[tuple[str, str], str]:
    return {(one.sentence_id, one.question): one.because for one in found}


ARMY, POLICE, PAPER = chose("kind", "army"), chose("kind", "police"), chose("kind", "paper")
AGREED = sentence("s-1", [OK, ARMY, chose("rank", "low")], [OK, ARMY, chose("rank", "low")])
SPLIT = sentence("s-2", [BROKEN], [BROKEN], [OK, ARMY, chose("rank", "low")])
TIE = sentence("s-3", [OK, PAPER], [OK, ARMY, chose("rank", "high")])


def test_what_coders_differ_on_is_asked_and_what_all_gave_is_taken_over() -> None:
    found = queue_of(dict([AGREED, SPLIT, TIE]), BOOK, design(), key=KEY, purpose="p")
    assert asked(found.asked) == {
        ("s-2", "gate"): "split",
        ("s-2", "kind"): "follows",
        ("s-2", "rank"): "follows",
        ("s-2", "words"): "follows",
        ("s-3", "kind"): "tie",
        ("s-3", "rank"): "follows",
    }
    assert found.agreed == {
        ("s-1", "gate"): "ok",
        ("s-1", "kind"): "STATE/army",
        ("s-1", "rank"): "low",
        ("s-1", "topics"): [],
        ("s-1", "words"): [],
        ("s-2", "topics"): [],
        ("s-3", "gate"): "ok",
        ("s-3", "topics"): [],
        ("s-3", "words"): [],
    }
    assert all(one.chance == 1 for one in found.asked)


def test_where_only_ties_are_decided_the_most_frequent_answer_stays() -> None:
    found = queue_of(dict([SPLIT, TIE]), BOOK, design(where="tie"), key=KEY, purpose="p")
    assert asked(found.asked) == {("s-3", "kind"): "tie", ("s-3", "rank"): "follows"}
    assert found.n_left == 1


def test_everywhere_means_every_answer_two_coders_gave() -> None:
    found = queue_of(dict([AGREED]), BOOK, design(where="all"), key=KEY, purpose="p")
    assert asked(found.asked) == {("s-1", q): "agreed" for q in ("gate", "kind", "rank", "topics", "words")}
    assert not found.agreed


def test_only_the_questions_chosen_are_asked_or_taken_over() -> None:
    found = queue_of(dict([AGREED, SPLIT, TIE]), BOOK, design(questions=("gate",)), key=KEY, purpose="p")
    assert asked(found.asked) == {("s-2", "gate"): "split"}
    assert {question for _, question in found.agreed} == {"gate"}


def test_a_drawn_sentence_has_its_agreed_answers_asked_with_the_chance_it_was_drawn_with() -> None:
    many = dict(sentence(f"s-{n}", [OK, ARMY], [OK, ARMY]) for n in range(40))
    found = queue_of(many, BOOK, design(sample=0.25), key=KEY, purpose="p")
    drawn = {one.sentence_id for one in found.asked}
    assert len(drawn) == 10
    assert {(one.because, one.chance) for one in found.asked} == {("sampled", 0.25)}
    assert drawn.isdisjoint(sentence_id for sentence_id, _ in found.agreed)
    # every sentence is drawn as often as it should be, over many seeds
    times = Counter(
        one.sentence_id
        for seed in range(400)
        for one in queue_of(many, BOOK, design(sample=0.25, seed=seed, questions=("gate",)), key=KEY, purpose="p").asked
    )
    assert all(60 < times[sentence_id] < 140 for sentence_id in many)


def test_what_is_queued_stays_and_what_is_taken_over_is_asked_only_if_coders_come_to_differ() -> None:
    taken = {("s-1", "gate"), ("s-1", "kind"), ("s-1", "rank"), ("s-1", "topics"), ("s-1", "words")}
    again = queue_of(
        dict([AGREED, SPLIT]), BOOK, design(sample=1.0), key=KEY, purpose="p", queued={"s-2": EVERY}, taken_over=taken
    )
    assert (again.asked, dict(again.agreed), again.n_late) == ((), {}, 0)
    fewer = queue_of(dict([SPLIT]), BOOK, design(), key=KEY, purpose="p", queued={"s-2": {"topics"}})
    assert (fewer.asked, fewer.n_late) == ((), 1), "what comes into dispute on a sentence that was sent is counted"
    differing = sentence("s-1", [OK, ARMY, chose("rank", "low")], [OK, POLICE, chose("rank", "low")])
    again = queue_of(dict([differing]), BOOK, design(), key=KEY, purpose="p", taken_over=taken)
    assert asked(again.asked) == {("s-1", "kind"): "tie"}


def test_sentences_that_wait_for_coders_are_counted_and_left() -> None:
    found = queue_of(dict([SPLIT, TIE]), BOOK, design(), key=KEY, purpose="p", waiting={"s-2"})
    assert {one.sentence_id for one in found.asked} == {"s-3"}
    assert found.n_waiting == 1


def test_a_sentence_short_of_coders_is_drawn_and_taken_over_only_once_it_is_complete() -> None:
    ids = [f"s-{n}" for n in range(20)]
    agreeing = [OK, ARMY, chose("rank", "low")]
    two = dict(sentence(each, agreeing, agreeing) for each in ids)
    of_kind = design(questions=("kind",), sample=0.2)
    first = queue_of({**two, **dict([TIE])}, BOOK, of_kind, key=KEY, purpose="p", short={*ids, "s-3"})
    assert asked(first.asked) == {("s-3", "kind"): "tie"}, "in dispute already, whatever the third says"
    assert (first.agreed, first.n_waiting) == ({}, 19)
    third = {
        each: dict([sentence(each, agreeing, agreeing, [OK, PAPER] if n % 2 else agreeing)])[each]
        for n, each in enumerate(ids)
    }
    found = queue_of(third, BOOK, of_kind, key=KEY, purpose="p").asked
    chances = Counter((one.because, one.chance) for one in found)
    assert chances == {("split", 1.0): 10, ("sampled", 0.2): 2}
    assert sum(1 / one.chance for one in found) == len(ids), "what is asked stands for all"


def test_where_everything_is_decided_on_a_sentence_short_of_coders_is_asked_for_sure() -> None:
    found = queue_of(dict([AGREED]), BOOK, design(where="all"), key=KEY, purpose="p", short={"s-1"})
    assert {(one.because, one.chance) for one in found.asked} == {("agreed", 1.0)}
    assert (found.agreed, found.n_waiting) == ({}, 0)


def test_letters_are_shuffled_by_sentence_and_the_same_in_all_its_questions() -> None:
    many = dict(sentence(f"s-{n}", [OK, ARMY], [BROKEN], [OK, PAPER]) for n in range(60))
    found = queue_of(many, BOOK, design(), key=KEY, purpose="p")
    orders = {one.sentence_id: set() for one in found.asked}  # type: ignore[var-annotated]
    for one in found.asked:
        orders[one.sentence_id].add(tuple(shown.annotation.rpartition("-")[2] for shown in one.shown))
    assert all(len(found_here) == 1 for found_here in orders.values())
    first = Counter(next(iter(found_here))[0] for found_here in orders.values())
    assert min(first["ana"], first["ben"], first["cem"]) > 8
    assert queue_of(many, BOOK, design(), key=KEY, purpose="p").asked == found.asked
    other = queue_of(many, BOOK, design(), key=b"another key", purpose="p")
    assert [one.shown for one in other.asked] != [one.shown for one in found.asked]


def test_what_is_shown_is_what_coders_gave_or_why_they_gave_nothing() -> None:
    given = sentence(
        "s-1",
        [OK, chose("topics", "law", "war"), marked("Cue", 0, 2), ARMY],
        [BROKEN, chose("topics", "war")],
    )
    found = {one.question: one for one in queue_of(dict([given]), BOOK, design(), key=KEY, purpose="p").asked}
    of = {
        name: {shown.annotation[-3:]: (shown.status, shown.value) for shown in one.shown} for name, one in found.items()
    }
    assert of["topics"] == {"ana": ("answered", ["war", "law"]), "ben": ("answered", ["war"])}
    assert of["words"] == {"ana": ("answered", [["Cue", 0, 2]]), "ben": ("not_shown", None)}
    assert of["kind"]["ana"] == ("answered", "STATE/army")


def test_beforehand_the_most_frequent_answer_is_chosen_and_none_in_a_tie() -> None:
    three = sentence("s-1", [OK, ARMY], [OK, ARMY], [OK, PAPER])
    tied = sentence("s-2", [OK, ARMY], [OK, PAPER])
    found = queue_of(dict([three, tied]), BOOK, design(prefill="majority"), key=KEY, purpose="p")
    assert {(one.sentence_id, one.prefilled) for one in found.asked if one.question == "kind"} == {
        ("s-1", "STATE/army"),
        ("s-2", None),
    }


def test_beforehand_nothing_is_chosen_where_one_answered_most_marked_nothing_or_all_agree() -> None:
    prefilled = design(prefill="majority", sample=1.0)

    def chosen(*given: Sequence[Response]) -> dict[str, object]:
        found = queue_of(dict([sentence("s-1", *given)]), BOOK, prefilled, key=KEY, purpose="p")
        return {one.question: one.prefilled for one in found.asked if one.prefilled is not None}

    def coded(*more: Response) -> list[Response]:
        return [OK, ARMY, *more]

    assert chosen(coded(), coded()) == {}, "what all gave is asked because it was drawn"
    assert chosen([BROKEN], [BROKEN], [OK, ARMY]) == {"gate": "broken"}, "of the kind only one coder said anything"
    marks = marked("Cue", 0, 2)
    assert chosen(coded(marks), coded(), coded()) == {}
    assert chosen(coded(marks), coded(marks), coded()) == {"words": [["Cue", 0, 2]]}
    both, one = chose("topics", "law", "war"), chose("topics", "war")
    assert chosen(coded(both), coded(chose("topics", "war", "law")), coded(one)) == {"topics": ["war", "law"]}
    assert chosen(coded(both), coded(both), coded(one), coded(one)) == {}


def test_what_some_were_not_asked_is_not_agreed_on_however_alike_the_others_are() -> None:
    below = sentence("s-1", [OK, ARMY], [OK, ARMY], [BROKEN])
    found = queue_of(dict([below]), BOOK, design(), key=KEY, purpose="p")
    assert asked(found.asked) == {
        ("s-1", "gate"): "split",
        ("s-1", "kind"): "follows",
        ("s-1", "words"): "follows",
    }
    assert found.agreed == {("s-1", "topics"): []}
    only = queue_of(dict([below]), BOOK, design(questions=("kind", "topics")), key=KEY, purpose="p")
    assert asked(only.asked) == {}
    assert only.agreed == {("s-1", "topics"): []}
    assert dict(agreed_values(below[1], BOOK, EVERY)) == {"topics": []}


def test_what_was_taken_over_of_one_question_leaves_the_others_to_be_drawn() -> None:
    many = dict(sentence(f"s-{n}", [OK, ARMY], [OK, ARMY]) for n in range(10))
    taken = {(sentence_id, "topics") for sentence_id in many}
    found = queue_of(many, BOOK, design(sample=0.5), key=KEY, purpose="p", taken_over=taken)
    assert (found.n_drawable, len({one.sentence_id for one in found.asked})) == (10, 5)
    assert "topics" not in {one.question for one in found.asked}
