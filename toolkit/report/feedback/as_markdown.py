"""A letter in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.files.markdown import escaped
from toolkit.files.wording import counted
from toolkit.loop.feedback.letter import Letter, Meaning, QuestionLetter, SentenceRead
from toolkit.report.feedback import words


def letter_markdown(letter: Letter) -> str:
    """Return the letter as a document in GitHub's Markdown."""
    blocks = [f"# {words.TITLE}", f"*{escaped(words.letterhead(letter))}*", escaped(words.greeting(letter))]
    blocks += ["## What you got right", *map(escaped, words.what_stands(letter)), _table(letter)]
    blocks += [escaped(found) for one in letter.questions if (found := words.found_words(one))]
    blocks += ["## Categories you take for others", *(_taken_for(letter) or [words.no_habit_words(letter)])]
    if any(one.differences for one in letter.questions):
        blocks.append("## Sentences that were decided otherwise")
        for one in letter.questions:
            blocks += _differences(one)
    if letter.n_defensible:
        blocks += ["## Where more than one answer can be argued", "No errors: these sentences keep all their answers."]
        for one in letter.questions:
            blocks += _defensible(one)
    blocks += ["## What this leaves out", *map(escaped, words.closing(letter))]
    return "\n\n".join(blocks) + "\n"


def _table(letter: Letter) -> str:
    rows = [words.STANDS_COLUMNS, ("---", *["---:"] * 4)]
    body = [tuple(map(escaped, words.stands_row(one))) for one in letter.questions]
    return "\n".join(f"| {' | '.join(row)} |" for row in [*rows, *body])


def _taken_for(letter: Letter) -> list[str]:
    blocks: list[str] = []
    for one in letter.questions:
        for pair in one.taken_for:
            said, true = escaped(pair.given.title), escaped(pair.decided.title)
            blocks.append(
                f"**{escaped(one.question)}**: you said **{said}**, decided was **{true}**, "
                f"{escaped(words.taken_for_words(pair))}"
            )
            blocks.append(_meanings([pair.given, pair.decided]))
    return blocks


def _differences(one: QuestionLetter) -> Iterator[str]:
    if one.differences:
        yield f"### {escaped(one.text)}"
    for group in one.differences:
        times = _how_many(len(group.sentences))
        yield f"You: **{escaped(group.given)}** · decided: **{escaped(group.decided)}**{times}"
        if group.meanings:
            yield _meanings(group.meanings)
        for each in group.sentences:
            more = [f"Why: {escaped(reason)}"] if (reason := words.reason_words(each)) else []
            yield _quote(each.sentence, [*more, *_should_say(each.suggestions)])


def _defensible(one: QuestionLetter) -> Iterator[str]:
    if one.defensible:
        yield f"### {escaped(one.text)}"
    for each in one.defensible:
        yield _quote(each.sentence, [f"You: **{escaped(each.given)}**", *_should_say(each.suggestions)])


def _meanings(meanings: Iterable[Meaning]) -> str:
    return "\n".join(
        f"- **{escaped(one.title)}**: {escaped(' '.join([one.definition, *one.borders]))}" for one in meanings
    )


def _quote(sentence: SentenceRead, more: Iterable[str]) -> str:
    """The sentence in bold after what stands before it, then a line each of what is said of it."""
    before = f"{escaped(sentence.before)} " if sentence.before else ""
    lines = [f"{before}**{escaped(sentence.text)}**", f"*{escaped(sentence.place)}*", *more]
    return "\n".join(f"> {line}  " for line in lines).rstrip()


def _should_say(suggestions: Iterable[str]) -> list[str]:
    return [f"The codebook should say: “{escaped(each)}”" for each in suggestions]


def _how_many(n: int) -> str:
    return f" ({counted(n, 'sentence')})" if n > 1 else ""
