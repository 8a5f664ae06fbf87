"""Annotators: who counts, and what to send to each of them."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import BadInput, Fault, UsageError
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.connection import address_and_token, is_embedded, open_server, patience, server_identity
from toolkit.report.annotators import Handover
from toolkit.study import annotators, rounds
from toolkit.study.annotators import Annotator
from toolkit.study.database import write_private
from toolkit.study.folder import Study

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+|[^@\s,;<>]+@localhost")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another when read aloud


@dataclass(frozen=True, slots=True)
class AddedAnnotators:
    """The registered annotators with what to send to each; ``reachable_by_others`` is False on a loopback address."""

    handovers: tuple[Handover, ...]
    reachable_by_others: bool


def add(study: Study, emails: Sequence[str], *, round_name: str | None = None, tell: Tell = untold) -> AddedAnnotators:
    """Register annotators for a round, or for all of them; again it only says what to send once more.

    On the embedded server each who has none gets an account with a generated password, kept in a file only the lead
    can read. On a connected one they make it themselves through the invite link, because accounts made for them could
    not sign in. ``tell`` hears of what is waited for and asked again.
    Raises ``UsageError`` naming every address that is none.
    """
    from toolkit.labelstudio.connection import is_loopback

    _check(emails)
    url, _ = address_and_token(study)
    with study.locked(), study.open() as database, open_server(study, tell=tell) as server:
        if round_name is not None and rounds.find(database, round_name) is None and rounds.names(database):
            rounds.get(database, round_name)
        annotators.register(database, emails, round=round_name)
        identity = server_identity(study)
        people = {person.user_id: person.email for person in server.people()}
        annotators.learn_accounts(database, identity, people)
        have_account = {email.casefold() for email in people.values()}
        invite_link = server.invite_link()
        passwords: Mapping[str, str] = {}
        if is_embedded(study):
            missing = [email.casefold() for email in emails if email.casefold() not in have_account]
            made = _make_accounts(study, invite_link, missing, tell)
            annotators.learn_accounts(database, identity, made)
            passwords = passwords_of(study)
            have_account |= set(made.values())
        links = {
            name: server.labelling_link(current.project_id)
            for name in rounds.names(database)
            if (current := rounds.get(database, name)).project_id and round_name in {None, name}
        }
        handovers = tuple(
            Handover(
                annotator=annotators.pseudonym(database, email),
                email=email,
                links=links,
                password=passwords.get(email.casefold()),
                invite_link=None if email.casefold() in have_account else invite_link,
            )
            for email in emails
        )
        return AddedAnnotators(handovers, reachable_by_others=not is_loopback(url))


def listed(study: Study) -> tuple[Annotator, ...]:
    """The registered annotators, ordered by pseudonym."""
    with study.open() as database:
        return annotators.registered(database)


def passwords_of(study: Study) -> Mapping[str, str]:
    """Passwords of the accounts made on the embedded server, by address."""
    path = _accounts_file(study)
    if not path.is_file():
        return {}
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {str(email): str(password) for email, password in kept.items()}
    except (ValueError, AttributeError):
        raise BadInput(
            f"{path} cannot be read as the passwords of annotators",
            todo="Put back a copy of it. Without one, delete it: accounts stay, but their passwords are forgotten.",
        ) from None


def _make_accounts(study: Study, invite_link: str, emails: Sequence[str], tell: Tell) -> Mapping[int, str]:
    """Accounts on the embedded server, by their number, each with a password that is kept for the lead."""
    from toolkit.labelstudio.accounts import make_account

    kept = dict(passwords_of(study))
    fresh = {email: _password() for email in emails if email not in kept}
    if fresh:
        # Kept before the account is made: killed in between, the next run makes the account with this password.
        kept |= fresh
        write_private(_accounts_file(study), json.dumps(kept, indent=2) + "\n")
    granted = patience()
    return {
        make_account(invite_link, email=email, password=kept[email], patience=granted, tell=tell).user_id: email
        for email in emails
    }


def _password() -> str:
    """Three groups of five letters, about 74 bits: strong, and still easy to hand over."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3))


def _accounts_file(study: Study) -> Path:
    return study.server_folder / "annotators.json"


def _check(emails: Sequence[str]) -> None:
    faults = [Fault(repr(email), "is not an e-mail address") for email in emails if not _EMAIL.fullmatch(email)]
    if faults:
        raise UsageError("annotators are registered by their e-mail address", faults=faults)
