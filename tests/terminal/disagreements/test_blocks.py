"""A disputed sentence in eighty columns: what differs is marked by a sign, and letters say who."""

from __future__ import annotations

from dataclasses import replace

from tests.terminal.disagreements.made_up import TEXT, coders, found, lines, question, sentence, span
from tests.terminal.printed import printed, words
from toolkit.terminal.disagreements.blocks import disagreements_text
from toolkit.terminal.disagreements.written import marked_pieces

TONE = question("tone", "neutral", "hostile", "neutral", outcome="split")


def marked(*values: object, text: str = TEXT) -> str:
    one = sentence(question("words", *values), text=text)
    letters = dict(zip(coders(len(values)), "ABCDEFGH", strict=False))
    return "".join(piece for piece, _ in marked_pieces(one, letters))


def test_answers_stand_side_by_side_and_disputed_ones_have_a_sign() -> None:
    beside = question("sure", "1", "3", "2", outcome=None)
    text = printed(
        disagreements_text(found(sentence(question("gate", "ok", "ok", "ok", outcome="agreed"), TONE, beside)))
    )
    assert "         A        B        C" in lines(text)
    assert " ≠ tone  neutral  hostile  neutral" in lines(text)
    assert "   sure  1        3        2" in lines(text)
    assert "   agreed: gate ok" in lines(text)


def test_the_head_says_where_and_how_far_apart_and_the_link_stands_whole() -> None:
    link = "https://label-studio.example.org/projects/7/data?task=1234"
    text = printed(disagreements_text(found(sentence(TONE, link=link, title="A title " * 20), n_disputed=9)))
    assert "Disagreements pilot 9 of 40 sentences that two or more coded; the worst 1" in " ".join(text.split())
    head = next(line for line in lines(text) if line.startswith("1  a · 3  A title"))
    assert head.endswith("1.00")
    assert f"   {link}" in lines(text)


def test_marks_are_brackets_with_the_letters_of_those_who_made_them() -> None:
    army, rebels = span("Source", "The army"), span("Loaded", "killed the rebels")
    assert marked((army,), (army,), (army,)) == "[The army] killed the rebels in the old town."
    assert marked((army, rebels), (army,), ()) == "AB[The army]AB A[killed the rebels]A in the old town."
    # the one who was not asked does not count
    assert marked((army,), (army,), "not_shown") == "[The army] killed the rebels in the old town."


def test_marks_that_cross_can_be_told_apart() -> None:
    one, other = span("Loaded", "killed the rebels"), span("Loaded", "the rebels in")
    assert marked((one,), (other,)) == "The army A[killed B[the rebels]A in]B the old town."
    inner = span("Loaded", "rebels")
    assert marked((one,), (inner,)) == "The army A[killed the B[rebels]B]A in the old town."


def test_a_text_with_brackets_has_braces_for_marks() -> None:
    text = "He said [sic] no."
    said = span("Cue", "said", text)
    assert marked((said,), (), text=text) == "He A{said}A [sic] no."


def test_marks_that_differ_are_listed_with_label_and_letters() -> None:
    army, killed, whole = span("Source", "The army"), span("Loaded", "killed"), span("Loaded", "killed the rebels")
    text = lines(
        printed(disagreements_text(found(sentence(question("words", (army, killed), (army, whole), (army,))))))
    )
    assert " ≠ words  Loaded “killed”  A" in text
    assert "          Loaded “killed the rebels”  B" in text
    assert not [line for line in text if "Source" in line]  # all three made that one


def test_who_marked_nothing_is_named() -> None:
    text = lines(printed(disagreements_text(found(sentence(question("words", (span("Cue", "killed"),), (), ()))))))
    assert "          nothing marked  B C" in text


def test_twelve_annotators_stand_behind_the_answers_they_gave() -> None:
    many = question("tone", *["neutral"] * 7, *["hostile"] * 4, "cannot_be_told", outcome="split")
    beside = question("sure", *["2_fairly"] * 12, outcome=None)
    text = lines(printed(disagreements_text(found(sentence(many, beside), n_coders=12))))
    assert " ≠ tone  neutral  A B C D E F G" in text
    assert "         hostile  H I J K" in text
    assert "         cannot_be_told  L" in text
    assert "   sure  2_fairly  A B C D E F G H I J K L" in text


def test_a_note_stands_in_words_behind_its_letter() -> None:
    note = question("note", "Who says so? The army or the writer [red]?", "unanswered", "unanswered", outcome=None)
    text = lines(printed(disagreements_text(found(sentence(TONE, note)))))
    assert "   note  Who says so? The army or the writer [red]?  A" in text


def test_what_is_in_dispute_beside_what_was_asked_is_named() -> None:
    other = question("gate", "ok", "broken", "ok", outcome="split", disputed=False)
    assert "   also in dispute: gate" in lines(printed(disagreements_text(found(sentence(TONE, other)))))


def test_why_there_is_no_answer_stands_in_brackets() -> None:
    hidden = question("kind", "STATE/army", "not_shown", "rejected")
    assert " ≠ kind  STATE/army  (not shown)  (rejected)" in lines(printed(disagreements_text(found(sentence(hidden)))))


def test_letters_are_explained_once_at_the_end() -> None:
    text = printed(disagreements_text(found(sentence(TONE), sentence(TONE))))
    assert [line for line in lines(text) if "annotator-" in line] == [
        f"  {letter}  {name}" for letter, name in zip("ABC", coders(3), strict=True)
    ]
    assert text.index("annotator-") > text.rindex("≠")


def test_nobody_differs_and_nobody_could() -> None:
    assert "Nobody differs in what was asked for." in words(disagreements_text(found()))
    nobody = replace(found(), n_compared=0)
    assert "No sentence has answers by two annotators that count." in words(disagreements_text(nobody))


def test_the_link_is_explained_where_there_is_one() -> None:
    assert "Compare All" not in words(disagreements_text(found(sentence(TONE))))
    linked = sentence(TONE, link="https://label-studio.example.org/projects/7/data?task=1")
    assert "The link opens the sentence in Label Studio; Compare All" in words(disagreements_text(found(linked)))
