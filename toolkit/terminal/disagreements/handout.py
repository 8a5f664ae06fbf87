"""The hand-out for the training meeting, in Markdown that prints well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from toolkit.codebook.model import Category
from toolkit.files.markdown import escaped
from toolkit.files.wording import counted, letters_of
from toolkit.loop.disagreement.handout import ConfusedCategories, Handout, HandoutSentence
from toolkit.terminal.disagreements.blocks import DISPUTED
from toolkit.terminal.disagreements.written import coders_of, marked_pieces, written


def handout_text(handout: Handout) -> str:
    """Return the sentences with everybody's answers under letters, and beside each the definitions of the categories
    that were confused in it.
    """
    found = handout.found
    letters = letters_of(found.annotators)
    parts = [
        f"# Where we differ: {escaped(found.round)}",
        (
            f"{counted(len(handout.sentences), 'sentence')} of {found.n_disputed:,} in dispute, chosen so that "
            f"{_how_many(handout)} annotators took for each other occurs. Letters are annotators, the same in every "
            f"sentence. {DISPUTED} marks answers that differ; [ ] words marked by everybody, A[ ]A by A only."
        ),
    ]
    for place, sentence in enumerate(handout.sentences, start=1):
        parts += _sentence(place, sentence, letters)
    if handout.left_out:
        parts += ["## Not shown for want of room", "\n".join(f"- {_pair(each)}" for each in handout.left_out)]
    return "\n\n".join(parts) + "\n"


def _how_many(handout: Handout) -> str:
    shown = handout.n_pairs - len(handout.left_out)
    if handout.left_out:
        return f"each of the {shown} most frequent of {handout.n_pairs} pairs of categories that"
    return f"every pair of categories ({handout.n_pairs}) that" if shown else "every pair of categories that"


def _sentence(place: int, chosen: HandoutSentence, letters: Mapping[str, str]) -> Iterator[str]:
    sentence = chosen.sentence
    coders = coders_of(sentence, letters)
    title = f" · {escaped(sentence.title)}" if sentence.title else ""
    yield f"## {place}. {escaped(sentence.article_id)}, sentence {sentence.position}{title}"
    marked = "".join(
        f"**{escaped(piece)}**" if is_mark else _kept(piece) for piece, is_mark in marked_pieces(sentence, coders)
    )
    yield f"> {' '.join(marked.split())}"
    rows = [
        [f"{DISPUTED} **{escaped(each.question)}**", *(escaped(written(each.answers.get(name))) for name in coders)]
        for each in sentence.questions
        if each.disputed
    ]
    yield _table(["", *coders.values()], rows)
    definitions = [
        [escaped(each.question), _defined(each.category), _defined(each.other_category)] for each in chosen.shows
    ]
    yield _table(["taken for each other", "", ""], definitions)


def _kept(piece: str) -> str:
    """The text of a piece, with white space at its ends where it has some."""
    before, after = (" " if piece[at].isspace() else "" for at in (0, -1))
    return f"{before}{escaped(piece)}{after}"


def _defined(category: Category | None) -> str:
    if category is None:
        return "not given"
    return f"**{escaped(category.code)}** ({escaped(category.title)}): {escaped(category.definition)}"


def _pair(pair: ConfusedCategories) -> str:
    other = "not given" if pair.other_category is None else escaped(pair.other_category.code)
    return f"{escaped(pair.question)}: {escaped(pair.category.code)} / {other}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
