"""In a notebook: what no command asks."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tests.messages.case import Case, Group
from tests.messages.scenes import exported, file, settled
from tests.messages.work import Work
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree


def _agreement_of(frame: pd.DataFrame) -> object:
    import toolkit.api as ic

    return ic.agreement(frame, unit="u", annotator="a", value="v", level="nominal", replicates=0)


def _report(work: Work) -> object:
    import toolkit.api as ic

    return ic.report(ic.Study.open(work.folder))


def _table(work: Work) -> object:
    import toolkit.api as ic

    return ic.read_export(work.folder / "exports" / "study").table("anwers")


def _broken_table(work: Work) -> object:
    import toolkit.api as ic

    return ic.read_export(work.folder / "exports" / "study").table("answers")


def _no_export(work: Work) -> object:
    import toolkit.api as ic

    return ic.read_export(work.folder)


_MIXED = pd.DataFrame({"u": ["s1", "s1"], "a": ["ana", "ben"], "v": [1, {"a": 2}]})
_TWICE = pd.DataFrame([["s1", "ana", 1, 2]], columns=["u", "a", "v", "v"])


def _plan(**other: object) -> object:
    from toolkit.loop.plan import plan

    asked = {"level": "nominal", "categories": 3, "expect": 0.8, "target": 0.7, "coders": 2, "sentences_per_article": 5}
    return plan(**asked | other)  # type: ignore[arg-type]


def _over_time(work: Work) -> object:
    from toolkit.loop.agreement.table import TableScale, agree_table
    from toolkit.tables.rows import LongColumns

    columns = LongColumns(unit="u", annotator="a", value="v")
    request = AgreementRequest(replicates=0, over_time=True)
    return agree_table(work.home / "t.csv", columns, TableScale(level="nominal"), request)


def _targets(work: Work) -> object:
    return agree(work.study, AgreementRequest(replicates=0, targets=("0.8",)))


def _configuration(_: Work) -> object:
    from toolkit.loop.online.project_page import labelling_config_of

    return labelling_config_of("http://localhost:8080", "0123456789")


def _rules(**said: Any) -> object:
    from toolkit.tables.values import ValueRules

    return ValueRules(**{"order": (), "categories": (), "missing": (), "set_separator": None} | said)


def _limit(work: Work) -> object:
    import toolkit.api as ic

    return ic.disagreements(ic.Study.open(work.folder), ic.DisagreementRequest(limit=0))


def _three(work: Work) -> object:
    import toolkit.api as ic

    return ic.start_adjudication(ic.Study.open(work.folder), asked=ic.AdjudicationAsked(per_sentence=3))


def _rule(work: Work) -> object:
    import toolkit.api as ic

    return ic.escalate(ic.Study.open(work.folder), budget=1, rule="best", dry_run=True)  # type: ignore[arg-type]


GROUP = Group(
    98,
    "python",
    "In a notebook",
    (
        Case("no-such-column", "The frame does not have a column.", lambda _: _agreement_of(_TWICE.iloc[:, :2])),
        Case("columns-twice", "The frame has a column twice.", lambda _: _agreement_of(_TWICE)),
        Case("mixed", "A column holds values of several kinds.", lambda _: _agreement_of(_MIXED)),
        Case("report-nowhere", "You do not say where a report is to go.", _report, (settled,)),
        Case("no-such-table", "The export has no such table.", _table, (exported,)),
        Case("table-broken", "A table of the export cannot be read.", _broken_table,
             (exported, file("exports/study/v1/answers.parquet", "nothing"))),
        Case("no-export", "The folder holds no export.", _no_export, (settled,)),
        Case("plan-differ", "Articles cannot differ like that.", lambda _: _plan(differ="wildly")),
        Case("plan-seed", "The seed is none.", lambda _: _plan(seed=-1)),
        Case("table-over-time", "A table is to be followed over time.", _over_time),
        Case("targets-of-a-study", "A study's targets are set by a call.", _targets, (settled,)),
        Case("no-project", "What is asked for its configuration is no project.", _configuration),
        Case("spans-as-values", "Spans are to be read as values.", lambda _: _rules(level="span")),
        Case("no-such-level", "There is no such level.", lambda _: _rules(level="nominall")),
        Case("level-table", "Level *table* without distances.", lambda _: _rules(level="table")),
        Case("empty-separator", "The separator of sets is empty.", lambda _: _rules(level="set", set_separator="")),
        Case("disputes-limit", "You ask for less than one dispute.", _limit, (settled,)),
        Case("adjudicators-per-sentence", "Three are to decide on each sentence.", _three, (settled,)),
        Case("escalate-rule", "There is no such rule.", _rule, (settled,)),
    ),
)  # fmt: skip
