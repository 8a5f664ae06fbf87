"""Reports, and planning a study."""

from __future__ import annotations

import errno
import os

from tests.messages.case import Case, Group
from tests.messages.scenes import file, folder, missing_package, settled, without_modules_of_reports
from tests.messages.work import Work


def _unwritable(work: Work) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(work.folder / "page.html"))

    import toolkit.report.study_page.files

    work.patch.setattr(toolkit.report.study_page.files, "write_whole", refused)


def _without_drawing(work: Work) -> None:
    without_modules_of_reports(work)
    missing_package("vl_convert")(work)


REST = "--expect 0.8 --target 0.7 --coders 2 --sentences-per-article 5"
PLAN = f"plan --level nominal --categories 3 {REST}"

GROUP = Group(
    95,
    "reporting",
    "Reports and plans",
    (
        Case("open-of-markdown", "You open what is no page.", "report --open --format md", (settled,)),
        Case("nowhere", "The page has no folder.", "report --to nowhere/page.html", (settled,)),
        Case("to-a-folder", "The page is a folder.", "report --to there", (settled, folder("there"))),
        Case("no-such-round", "You misspell a round.", "report --round pliot", (settled,)),
        Case("round-of-a-table", "You name a round of a table.", "report t.csv --round pilot",
             (settled, file("t.csv", "u\n"))),
        Case("cannot-be-drawn", "What draws pictures is not installed.", "report --bootstrap 0 --to page.html",
             (settled, without_modules_of_reports, missing_package("altair"))),
        Case("cannot-be-rendered", "What makes files of pictures is not installed.",
             "report --bootstrap 0 --to page.html --figures pictures", (settled, _without_drawing)),
        Case("refused", "The page is not yours to write.", "report --bootstrap 0 --to page.html",
             (settled, _unwritable)),
        Case("plan-level", "A study cannot be planned at that level.", f"plan --level span --categories 3 {REST}"),
        Case("plan-coders", "A study cannot be planned with so many coders.", f"{PLAN} --coders 1"),
        Case("plan-sentences", "Articles do not have so many sentences.", f"{PLAN} --sentences-per-article 0"),
        Case("plan-differ", "Articles cannot differ like that.", f"{PLAN} --differ wildly"),
        Case("plan-one-category", "There are too few categories.", f"plan --level nominal --categories 1 {REST}"),
        Case("plan-many-shares", "There are too few shares.", f"plan --level nominal --categories 1.0, {REST}"),
        Case("plan-shares", "Shares do not add up.", f"plan --level nominal --categories .6,.3 {REST}"),
        Case("plan-one-share", "There is one share.", f"plan --level nominal --categories .6 {REST}"),
        Case("plan-categories", "What you say is neither a number nor shares.",
             f"plan --level nominal --categories many {REST}"),
        Case("plan-expect", "The alpha you expect is none.", f"{PLAN} --expect 2"),
        Case("plan-target", "The target is none.", f"{PLAN} --target 2"),
        Case("plan-power", "The power is none.", f"{PLAN} --power 2"),
        Case("plan-seed", "The seed is none.", f"{PLAN} --seed -1"),
        Case("plan-incomplete", "You leave out what a plan needs.", "plan --level nominal"),
    ),
)  # fmt: skip
