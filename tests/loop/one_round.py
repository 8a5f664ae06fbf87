"""A study of one article and one round, made without a server, for tests that pull into it what they are about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.codebook.samples import FULL, codebook
from tests.study.small import article
from toolkit.loop.init import init
from toolkit.study import annotators, articles, rounds
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision


def one_round(folder: Path, *texts: str, people: Mapping[int, str], others: Mapping[int, str] | None = None) -> Study:
    """The study: everybody in ``people`` is to code every sentence of article ``a``; ``others`` have accounts only."""
    made = init(folder)
    made.codebook_file.write_text(FULL, encoding="utf-8")
    frozen, cut = article("a", *texts)
    with made.database() as database:
        articles.add(database, [(frozen, cut)], splitter="by hand", splitter_version="1")
        annotators.register(database, [*people.values()], round=None)
        annotators.learn_accounts(database, "embedded", {**people, **(others or {})})
        rounds.create(database, "pilot", Decision(len(people)), codebook(), document=FULL)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=1)
        rounds.plan(database, "pilot", [(one.sentence_id, len(people)) for one in cut])
    return made
