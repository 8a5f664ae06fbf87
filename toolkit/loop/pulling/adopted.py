"""The items of an adopted project: each is a sentence; new ones become sentences when a pull meets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from toolkit.corpus.given import ABOUT, GivenSentence, article_id, given_articles, said_of_article, unusable
from toolkit.labelstudio.decode import user_of
from toolkit.loop.pulling.report import PullReport
from toolkit.study import adoptions, annotators, articles, rounds
from toolkit.study.adoptions import Adoption
from toolkit.study.database import Database

if TYPE_CHECKING:
    from toolkit.labelstudio.records import RawEntry


def sentence_from(
    number: int, data: Mapping[str, object], *, text_field: str, article_field: str | None
) -> tuple[GivenSentence | None, tuple[str, ...]]:
    """Return the sentence that an item of a project holds, if it holds one, and what of the item is not taken up."""
    text = data.get(text_field)
    if why := unusable(text):
        return None, (f"its {text_field!r} {why}",)
    article = article_id(data.get(article_field)) if article_field is not None else None
    notes = [f"without a {article_field!r}: an article by itself"] if article_field and article is None else []
    about, unfit = said_of_article({name: data.get(name) for name in ABOUT if name not in {text_field, article_field}})
    notes += [f"its {name!r} cannot be one, and is left out" for name in unfit]
    return GivenSentence(number, str(text), article, about), tuple(notes)


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

    def of_file(self, entries: Sequence[RawEntry], report: PullReport, *, revive: bool) -> list[RawEntry]:
        """Return those of a file's items that are sentences of the round, by their number and their words.

        Any server counts its items from 1: the number alone may be that of a stranger. A file makes no new sentence,
        and brings back only what it is asked to.
        """
        numbers = [one.remote_id for one in entries if one.remote_id in self.sentence_of]
        texts = articles.texts(self.database, [self.sentence_of[number] for number in numbers])
        found = [
            one
            for one in entries
            if one.remote_id in self.sentence_of
            and one.data.get(self.adoption.text_field) == texts.get(self.sentence_of[one.remote_id])
            and (revive or self.sentence_of[one.remote_id] not in self._away)
        ]
        if n := len(entries) - len(found):
            report.not_taken["not the task that was taken up"] += n
        return found

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
            made, notes = sentence_from(
                entry.remote_id,
                entry.data,
                text_field=self.adoption.text_field,
                article_field=self.adoption.article_field,
            )
            report.not_taken.update(notes)
            new += [made] if made is not None else []
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
        new = people - {person.email for person in annotators.ever_registered(self.database, round=self.round)}
        if new:
            with self.database.transaction() as connection:  # whoever was removed stays so
                for email in sorted(new):
                    annotators.enter(connection, self.database, email, round=self.round)
        return bool(new)
