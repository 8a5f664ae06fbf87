"""A question coded by three people in articles of several lengths, with the truth of most units; drawn by seed."""

from __future__ import annotations

import random

from toolkit.agreement.coded_question import CodedQuestion
from toolkit.agreement.groups import grouping_of
from toolkit.agreement.ratings import ratings_from_rows

SCALE = ("none", "some", "much")

Row = tuple[str, str, str, str]
"""Unit, article, annotator, category."""


def coded(rows: list[Row], *, clustered: bool = True, scale: tuple[str, ...] = SCALE) -> CodedQuestion:
    """The answers as a question of level nominal, divided by the first letter of the article."""
    units, articles, annotators, values = (list(column) for column in zip(*rows, strict=True))
    ratings = ratings_from_rows(units, annotators, values, domain=scale, clusters=articles if clustered else None)
    by = {"outlet": grouping_of([article[0] for article in articles])}
    return CodedQuestion(question="tone", level="nominal", ratings=ratings, scale=scale, by=by)


def drawn(seed: int, *, n_articles: int = 8) -> tuple[list[Row], dict[str, str]]:
    """Answers, and known answers to two thirds of the units."""
    chance = random.Random(seed)
    rows: list[Row] = []
    truth: dict[str, str] = {}
    for number in range(n_articles):
        article = f"{'ab'[number % 2]}{number}"
        for place in range(chance.randint(4, 9)):
            unit, true = f"{article}-{place}", chance.choice(SCALE)
            if chance.random() < 2 / 3:
                truth[unit] = true
            for who in ("ann", "bo", "cy"):
                if chance.random() < 0.8:
                    said = true if chance.random() < 0.75 else chance.choice(SCALE)
                    rows.append((unit, article, who, said))
    return rows, truth
