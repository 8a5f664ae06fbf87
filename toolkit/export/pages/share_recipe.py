"""How to count shares rightly: of sentences to which a question applies, with an interval that knows their articles."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

from toolkit.codebook.model import Codebook
from toolkit.export.content.votes import CODED

_SQL = Template("""\
with labels as (
  select article_id, ${question}_majority = '${stored}' as yes
  from 'wide.parquet'
  where round = '${round}' and ${question}_majority is not null
), articles as (
  select article_id, count(*) filter (where yes) as y, count(*) as n from labels group by article_id
), total as (
  select sum(y) / sum(n) as share, sum(n) as sentences, count(*) as articles from articles
), spread as (
  select sqrt(total.articles / nullif(total.articles - 1.0, 0) * sum((y - share * n) ** 2)) / sentences as se
  from articles, total group by share, sentences, total.articles
)
select share, greatest(share - 1.96 * se, 0) as low, least(share + 1.96 * se, 1) as high, sentences, total.articles
from total, spread""")


def share_recipe(round_name: str, question: str, stored: str) -> str:
    """Return SQL (DuckDB's) for the share of sentences with a category, among those that have a majority.

    Sentences of an article are alike: the interval is that of a ratio of totals of articles, by its linearised variance
    (Cochran 1977, Sampling Techniques, ch. 6), at 95 %. With fewer than some twenty articles it is too short.
    """
    values = {"round": round_name, "question": question, "stored": stored}
    return _SQL.substitute({name: value.replace("'", "''") for name, value in values.items()})


def share_to_show(codebooks: Mapping[str, Codebook]) -> tuple[str, str, str] | None:
    """Return the round, question and category the recipe of an export is about, or None where there is none.

    Of the newest round; a question that is not always asked where there is one, for there it matters most.
    """
    for name, book in reversed(list(codebooks.items())):
        asked = [question for question in book.measured() if question.level in CODED]
        for question in sorted(asked, key=lambda one: not one.show_if):
            return name, question.id, question.stored(question.choosable[0].code)
    return None
