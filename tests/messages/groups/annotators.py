"""Registering annotators, and their leaving."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.messages.case import Case, Group
from tests.messages.scenes import (
    file,
    pushed,
    refuses,
    settled,
)
from tests.messages.work import Work
from toolkit.study import removals
from toolkit.study.removals import Removal


def _removed(work: Work) -> None:
    with work.study.database() as database, database.transaction() as connection:
        removals.remove(connection, "ben@example.org", Removal("kept", datetime(2026, 3, 1, tzinfo=UTC)))


def _erased(work: Work) -> None:
    from toolkit.loop.erase import erase

    erase(work.study, "ben@example.org")


def _somebody_else(work: Work) -> None:
    work.server.people[11] = "mallory@example.org"


GROUP = Group(
    50,
    "annotators",
    "Annotators",
    (
        Case("no-address", "What you register is no address.", "annotators add ana ben@example", (pushed,)),
        Case("attribute-without-value", "You do not say what is known of them.",
             "annotators add ana@example.org --set leaning --set 'a b=1' --set x=1 --set x=2 --set email=a "
             "--set note=ana@example.org", (pushed,)),
        Case("import-without-addresses", "The file has no column of addresses.", "annotators import known.csv",
             (pushed, file("known.csv", "name,leaning\nana,left\n"))),
        Case("import-wrong", "Lines of the file name nobody, or somebody twice.", "annotators import known.csv",
             (pushed, file("known.csv", "email,leaning,leaning,x y,a@b.c\nana@example.org,left,left,1,2\n"
                                        "ana@example.org,left,left,1,2\n,left,left,1,2\nzoe@example.org,a,a,b,c\n"
                                        "ben@example.org,left\n"))),
        Case("import-nothing", "The file has nothing beside the addresses.", "annotators import known.csv",
             (pushed, file("known.csv", "email\nana@example.org\n"))),
        Case("import-broken", "A quoted field never ends.", "annotators import known.csv",
             (pushed, file("known.csv", 'email,leaning\n"ana@example.org,left\n'))),
        Case("import-missing", "You misspell the file.", "annotators import knwon.csv", (pushed,)),
        Case("import-no-utf8", "The file was saved in another encoding.", "annotators import known.csv",
             (pushed, file("known.csv", b"email,town\nana@example.org,K\xf6ln\n"))),
        Case("remove-without-word", "You do not say what becomes of the answers.",
             "annotators remove ben@example.org", (pushed,)),
        Case("remove-nobody", "Nobody has that address.", "annotators remove zoe@example.org --keep-answers",
             (pushed,)),
        Case("replace-with-removed", "Who is to come was removed before.",
             "annotators replace ana@example.org ben@example.org --keep-answers", (pushed, _removed)),
        Case("replace-with-themselves", "Somebody is to take their own place.",
             "annotators replace ana@example.org ana@example.org --keep-answers", (pushed,)),
        Case("replace-with-registered", "Who is to come is registered already.",
             "annotators replace ana@example.org ben@example.org --keep-answers", (pushed,)),
        Case("erased-again", "You register somebody who was erased.", "annotators add ben@example.org",
             (pushed, _erased)),
        Case("erase-unasked", "You erase somebody where nobody can be asked.", "annotators erase ben@example.org",
             (pushed,)),
        Case("erase-nobody", "Nobody has that address.", "annotators erase zoe@example.org --yes", (pushed,)),
        Case("show-nobody", "You name an annotator that the round does not have.", "annotators show annotator-7",
             (settled,)),
        Case("show-no-address", "Nobody in the round has that address.", "annotators show zoe@example.org",
             (settled,)),
        Case("accounts-changed", "An account on the server belongs to somebody else than before.",
             "annotators add zoe@example.org", (pushed, _somebody_else)),
        Case("server-refuses", "The server does not let you see its people.", "annotators add zoe@example.org",
             (pushed, refuses(403, "You do not have permission.", to="users"))),
        Case("import-values", "What a file says of somebody cannot be kept.", "annotators import known.csv",
             (pushed, file("known.csv", f"email,note\nana@example.org,{'x' * 3000}\n"))),
    ),
)  # fmt: skip
