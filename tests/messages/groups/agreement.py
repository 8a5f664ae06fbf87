"""Agreement of a round of a study or an export."""

from __future__ import annotations

import re

from tests.codebook.samples import FULL
from tests.loop.settled_study import settled_study
from tests.messages.case import Case, Group
from tests.messages.scenes import (
    empty,
    exported,
    exported_rounds,
    file,
    settled,
    several,
    with_article,
)
from tests.messages.work import Work

QUICK = "--bootstrap 0"


def _discard_all(work: Work) -> None:
    from toolkit.loop.rounds.ended import discard_round

    for name in ("old", "pilot", "empty", "main"):
        discard_round(work.study, name)


_GOLD = "sentence_id,question,code\n"


def _export(work: Work) -> None:
    from toolkit.loop.export import export

    export(work.study, replicates=0)


def _without_targets(work: Work) -> None:
    text = re.sub(r"\n    target: .*", "", FULL)
    work.copy_of("without-targets", lambda place: settled_study(place, text=text))


def _without_sentences(work: Work) -> None:
    (work.study.folder / "exports" / "study" / "v1" / "sentences.parquet").unlink()


GROUP = Group(
    70,
    "agreement",
    "Agreement of a study or an export",
    (
        Case("nothing-pushed", "Nothing has been pushed yet.", "agree", (with_article,)),
        Case("no-such-round", "You misspell a round.", "agree --round pliot", (several,)),
        Case("all-discarded", "Every round was discarded.", "agree", (several, _discard_all)),
        Case("no-such-measure", "You misspell a measure.", f"agree {QUICK} --measure speficic_agreement", (settled,)),
        Case("no-such-question", "You have a question explained that there is not.",
             f"agree {QUICK} --explain knid", (settled,)),
        Case("no-such-division", "You divide by what sentences and annotators do not have.",
             f"agree {QUICK} --by outlets", (settled,)),
        Case("one-round-only", "You compare rounds, and there is one.", f"agree {QUICK} --by round", (settled,)),
        Case("repeats-itself", "A round is to repeat itself.", f"agree {QUICK} --round pilot --repeats pilot",
             (settled,)),
        Case("targets-of-a-study", "You set a target of a study on the command line.",
             f"agree {QUICK} --target 0.8", (settled,)),
        Case("half-width", "The half-width to plan for is none.", f"agree {QUICK} --plan 1.5", (settled,)),
        Case("plan-what", "You plan for what is no number.", f"agree {QUICK} --plan soon", (settled,)),
        Case("fail-under-what", "The threshold is no number.", f"agree {QUICK} --fail-under high", (settled,)),
        Case("cluster-of-a-study", "You name a column to be resampled, of a study.",
             f"agree {QUICK} --cluster outlet", (settled,)),
        Case("option-of-tables", "You describe a table, and name none.", f"agree {QUICK} --unit u --level nominal",
             (settled,)),
        Case("option-of-projects", "You read a project's file, and name none.", f"agree {QUICK} --read a=nominal",
             (settled,)),
        Case("study-and-source", "You name both a study and something else.", "agree t.csv --study .",
             (settled, file("t.csv", "a\n"))),
        Case("empty-option", "An option says nothing.", f"agree {QUICK} --round ''", (settled,)),
        Case("paper-and-more", "The table for a paper is to hold more than it does.",
             f"agree {QUICK} --format latex --explain kind", (settled,)),
        Case("paragraph-and-more", "The methods paragraph is to hold more than it does.",
             f"agree {QUICK} --paragraph --by article", (settled,)),
        Case("paragraph-as-json", "The methods paragraph is to be JSON.", f"agree {QUICK} --paragraph --format json",
             (settled,)),
        Case("raw-of-no-csv", "Values as they are, of what is no CSV.", f"agree {QUICK} --raw-csv", (settled,)),
        Case("identities-of-what", "You want addresses where there are none.",
             f"agree {QUICK} --identities --format json", (settled,)),
        Case("under-the-threshold", "Alpha is under what you asked for: pipelines stop here.",
             f"agree {QUICK} --fail-under 0.9", (settled,), prints=True,
             also="The exit code says it to a script; the table is printed all the same."),
        Case("under-its-target", "Alpha is under the target in the codebook.",
             f"agree {QUICK} --fail-under target", (settled,), prints=True),
        Case("undecided", "Too little was coded to say whether a target is reached.",
             "agree --bootstrap 200 --require reached",
             (settled,), prints=True),
        Case("no-gold", "There is no gold.csv.", f"agree {QUICK} --against gold", (several,)),
        Case("gold-wrong", "Rows of gold.csv name what the study does not have.", f"agree {QUICK} --against gold",
             (settled, file("gold.csv", _GOLD + "h-1,gate,okay\nx-1,gate,ok\nh-2,nobody,ok\n,gate,ok\nh-3,gate,\n"
                                               "h-4,gate,ok\nh-4,gate,broken\n"))),
        Case("no-adjudicated", "Nothing of the round is adjudicated, and there is no file.",
             f"agree {QUICK} --round pilot --against adjudicated", (several,)),
        Case("export-without-decisions", "An export holds no decision on the round.",
             f"agree exports/study {QUICK} --round pilot --against adjudicated", (exported_rounds,)),
        Case("no-export", "The folder holds no export.", f"agree nothing {QUICK}", (empty, file("nothing/a.txt", "a"))),
        Case("export-without-round", "The export has another round than you name.",
             f"agree exports/study {QUICK} --round pliot", (exported,)),
        Case("export-of-nothing", "Nothing was coded when the study was exported.",
             f"agree exports/study {QUICK}", (with_article, _export)),
        Case("several-unreadable", "You ask several exports at once, and some cannot be read.",
             f"agree exports/study nothing more {QUICK}",
             (exported, file("nothing/a.txt", "a"), _without_sentences)),
        Case("several-without-round", "You ask several exports for a round, and some do not have it.",
             f"agree exports/study . {QUICK} --round pliot", (exported,)),
        Case("several-explained", "You ask several exports for what is told of one.",
             f"agree exports/study . {QUICK} --explain kind --plan 0.05", (exported,)),
        Case("several-and-a-table", "A table is among several exports.", f"agree exports/study t.csv {QUICK}",
             (exported, file("t.csv", "a\n"))),
        Case("several-files", "You name several, and none is a folder.", f"agree a.txt b.txt {QUICK}",
             (exported, file("a.txt", "a"), file("b.txt", "b"))),
        Case("several-under-the-threshold", "Of several exports some alpha is under what you asked for.",
             f"agree exports/study . {QUICK} --fail-under 0.9", (exported,), prints=True),
        Case("no-targets", "No question of the codebook has a target.", f"agree {QUICK} --require reached",
             (_without_targets,), prints=True),
    ),
)  # fmt: skip
