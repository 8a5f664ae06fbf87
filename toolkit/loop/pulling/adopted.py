"""The items of an adopted project: each is a sentence; new ones become sentences when a pull meets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from toolkit.corpus.given import ABOUT, GivenSentence, described, given_articles, unusable
from toolkit.errors import Fault
from toolkit.labelstudio.decode import user_of
from toolkit.loop.pulling.report import PullReport
from toolkit.study import adoptions, annotators, articles, rounds
from toolkit.study.adoptions import Adoption
from toolkit.study.database import Database

if TYPE_CHECKING:
    from toolkit.labelstudio.records import RawEntry


def sentence_from(
    number: int, data: Mapping[str, object], *, text_field: str, article_field: str | None
) -> GivenSentence | tuple[Fault, ...]:
    """Return the sentence that an item of a project holds, or why it holds none."""
    place, text = f"item {number}", data.get(text_field)
    if why := unusable(text):
        return (Fault(place, f"its {text_field!r} {why}"),)
    article = data.get(article_field) if article_field is not None else None
    if article_field is not None and article is None:
        return (Fault(place, f"it has no {article_field!r}"),)
    about = {name: data.get(name) for name in ABOUT if name not in {text_field, article_field}}
    said = described(place, article, {name: value for name, value in about.items() if isinstance(value, str)})
    return said if isinstance(said, tuple) else replace(said, number=number, text=str(text))


@dataclass(slots=True)
class AdoptedItems:
    """The sentences of an adopted round by item, and what takes up more of them."""

    database: Database
    round: str
    adoption: Adoption
    sentence_of: dict[int, str]
    _away: set[str]
    """Sentences whose item was gone from the server at the last pull."""

    @classmethod
    def of(cls, database: Database, round_name: str) -> Self | None:
        """Return those of a round; None for a round that was pushed."""
        adoption = adoptions.find(database, round_name)
        if adoption is None:
            return None
        away = {entry.sentence_id for entry in rounds.ledger(database, round_name) if entry.remote_id is None}
        return cls(database, round_name, adoption, adoptions.sentences_by_item(database, round_name), away)

    def take_up(self, entries: Sequence[RawEntry], report: PullReport) -> bool:
        """Make sentences of items that are none yet, and annotators of people who are none; whether there were such
        people.
        """
        known = {one.remote_id: self.sentence_of[one.remote_id] for one in entries if one.remote_id in self.sentence_of}
        self._compare(entries, known, report)
        back: dict[str, int | None] = {name: number for number, name in known.items() if name in self._away}
        if back:
            rounds.record_remote(self.database, self.round, back)
            self._away -= back.keys()
        new = []
        for entry in entries:
            if entry.remote_id in known:
                continue
            made = sentence_from(
                entry.remote_id,
                entry.data,
                text_field=self.adoption.text_field,
                article_field=self.adoption.article_field,
            )
            if isinstance(made, tuple):
                report.not_taken.update(fault.message for fault in made)
            else:
                new.append(made)
        if new:
            by_id, by_text = articles.known(self.database)
            given = given_articles(new, has_id=by_id.__contains__, has_text=by_text.__contains__)
            wanted = rounds.get(self.database, self.round).decision.annotators_per_sentence
            adoptions.take_in(self.database, self.round, given, annotators_wanted=wanted)
            for one in given:
                ids = [sentence.sentence_id for sentence in one.sentences]
                self.sentence_of.update(zip(one.numbers, ids, strict=True))
            report.n_new_sentences += len(new)
        return self._register(entries)

    def _compare(self, entries: Sequence[RawEntry], known: Mapping[int, str], report: PullReport) -> None:
        texts = articles.texts(self.database, list(known.values()))
        report.n_texts_changed += sum(
            entry.data.get(self.adoption.text_field) != texts.get(known[entry.remote_id])
            for entry in entries
            if entry.remote_id in known
        )

    def _register(self, entries: Sequence[RawEntry]) -> bool:
        server = rounds.get(self.database, self.round).server_url or ""
        accounts = annotators.accounts(self.database, server)
        met = {user_of(raw.get("completed_by")) for entry in entries for raw in entry.annotations}
        people = {accounts[number] for number in met if number is not None and number in accounts}
        new = people - {person.email for person in annotators.registered(self.database, round=self.round)}
        if new:
            annotators.register(self.database, sorted(new), round=self.round)
        return bool(new)
