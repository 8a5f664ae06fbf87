"""Annotators: who counts, and what to send to each of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolkit.errors import Fault, UsageError
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.annotator_attributes import checked_attributes
from toolkit.loop.online.admission import admit
from toolkit.loop.online.connection import access, is_embedded, open_server, server_identity
from toolkit.loop.online.passwords import make_accounts, passwords_of, renew_lost
from toolkit.study import annotators, answer_migrations, former_projects, rounds
from toolkit.study.annotator_attributes import set_attributes
from toolkit.study.annotators import Annotator
from toolkit.study.blindness import ASK_THEM, ENFORCED
from toolkit.study.database import Database
from toolkit.study.folder import Study

if TYPE_CHECKING:
    from toolkit.labelstudio.session import LabelStudio


@dataclass(frozen=True, slots=True)
class Handover:
    """What to send to one annotator: a password, or an invite link, or neither where the account was there before."""

    annotator: str
    email: str = field(repr=False)
    links: Mapping[str, str]
    """Labelling link by round that they are to code; each opens the stream of sentences, not the table of everybody's
    answers.
    """
    password: str | None = field(default=None, repr=False)
    invite_link: str | None = field(default=None, repr=False)
    password_is_new: bool = False
    """Whether an account that was there got this password now, because the one it had was lost."""


_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+|[^@\s,;<>]+@localhost")


@dataclass(frozen=True, slots=True)
class AddedAnnotators:
    """The registered annotators with what to send to each; ``reachable_by_others`` is False on a loopback address."""

    handovers: tuple[Handover, ...]
    reachable_by_others: bool
    reinstated: tuple[str, ...] = ()
    """Pseudonyms of those who had been removed: they are so no more, and what they did counts again."""
    blindness: str = ASK_THEM
    """What to know of whether the server keeps them apart."""


def add(
    study: Study,
    emails: Sequence[str],
    *,
    round_name: str | None = None,
    attributes: Mapping[str, str] | None = None,
    tell: Tell = untold,
) -> AddedAnnotators:
    """Register annotators for a round, or for all of them; again it only says what to send once more.

    On the embedded server each who has none gets an account with a generated password, kept in a file only the lead
    can read; registered annotators whose account is gone get it again, and a lost password is made anew. On a connected
    one they make it themselves through the invite link, because accounts made for them could not sign in.
    Somebody who was removed is so no more, and what they did counts again: ``reinstated`` names them.
    ``attributes`` is what is known of all of them, as in ``{"leaning": "left"}``; nothing for a value takes it away.
    ``tell`` hears of what is waited for and asked again.
    Raise ``UsageError`` naming every address that is none.
    """
    check_addresses(emails)
    checked_attributes(attributes or {})
    access(study)
    with study.locked(), study.database() as database, open_server(study, tell=tell) as server:
        if round_name is not None and rounds.names(database, discarded=True):
            rounds.get(database, round_name)
        before = {person.email for person in annotators.ever_registered(database)}
        back = annotators.register(database, emails, round=round_name, reinstate=True)
        set_attributes(database, dict.fromkeys(emails, attributes or {}))
        added = handed_over(study, database, server, emails, before=before, round_name=round_name, tell=tell)
        return replace(added, reinstated=back)


def handed_over(
    study: Study,
    database: Database,
    server: LabelStudio,
    emails: Sequence[str],
    *,
    before: AbstractSet[str],
    round_name: str | None,
    tell: Tell,
) -> AddedAnnotators:
    """Return what to send to these annotators, who are registered, once everybody's account is there that can be.

    ``before`` are those who were registered before them.
    """
    from toolkit.labelstudio.connection import is_loopback

    there = access(study)
    identity = server_identity(study)
    known = annotators.accounts(database, identity)
    people = {person.user_id: person.email for person in server.people()}
    annotators.learn_accounts(database, identity, people)
    have_account = {email.casefold() for email in people.values()}
    invite_link = server.invite_link()
    passwords: Mapping[str, str] = {}
    renewed: frozenset[str] = frozenset()
    if is_embedded(study):
        asked = [email.casefold() for email in emails]
        # In the order they were first made, so that each gets its number back: what was pulled says the number.
        gone = [known[number] for number in sorted(known) if known[number] in before]
        missing = [email for email in dict.fromkeys((*gone, *asked)) if email not in have_account]
        made = make_accounts(study, invite_link, missing, ca_file=there.ca_file, tell=tell)
        annotators.learn_accounts(database, identity, made)
        have_one = [email for email in dict.fromkeys(asked) if email not in missing]
        renewed = renew_lost(study, there.url, have_one, ca_file=there.ca_file, registered_before=before, tell=tell)
        passwords = passwords_of(study)
        have_account |= set(made.values())
    gated = admit(study, database, server)
    links = {
        name: server.labelling_link(current.project_id)
        for name in rounds.names(database, adjudications=round_name is not None)
        if (current := rounds.get(database, name)).project_id and current.state == "open" and round_name in {None, name}
    }
    handovers = tuple(
        Handover(
            annotator=annotators.pseudonym(database, email),
            email=email,
            links=links_of(database, email, links),
            password=passwords.get(email.casefold()),
            password_is_new=email.casefold() in renewed,
            invite_link=None if email.casefold() in have_account else invite_link,
        )
        for email in emails
    )
    return AddedAnnotators(
        handovers, reachable_by_others=not is_loopback(there.url), blindness=ENFORCED if gated else ASK_THEM
    )


def links_of(database: Database, email: str, links: Mapping[str, str]) -> Mapping[str, str]:
    """Return those of the links by round that are to go to an annotator.

    Who is to answer a question again, in a round made for that, is registered for it by name: nobody else is to.
    """
    asking_again = answer_migrations.asking_again(database)
    named = {name for one in annotators.registered(database) if one.email == email.casefold() for name in one.rounds}
    return {name: link for name, link in links.items() if name not in asking_again or name in named}


def listed(study: Study) -> tuple[Annotator, ...]:
    """Return the registered annotators, ordered by pseudonym, and those who were removed, with what counts of them."""
    with study.database() as database:
        return annotators.ever_registered(database)


def addresses(study: Study) -> Mapping[str, str]:
    """Return the address behind each pseudonym that an agreement or an export of the study may name."""
    with study.database() as database:
        return addresses_of(database)


def addresses_of(database: Database) -> dict[str, str]:
    """Return the same from an open study: of everybody registered, and of every account a pull has met."""
    names = rounds.names(database, adjudications=True, discarded=True)
    servers = {rounds.get(database, name).server_url or "" for name in names}
    servers |= {server for name in names for server in former_projects.former_accounts(database, name).values()}
    met = {email for server in servers for email in annotators.accounts(database, server).values()}
    known = {annotators.pseudonym(database, email): email for email in sorted(met)}
    return {**known, **{person.pseudonym: person.email for person in annotators.ever_registered(database)}}


def check_addresses(emails: Sequence[str]) -> None:
    """Raise ``UsageError`` naming every address that is none."""
    faults = [Fault(repr(email), "is not an e-mail address") for email in emails if not _EMAIL.fullmatch(email)]
    if faults:
        raise UsageError(
            "annotators are registered by their e-mail address",
            faults=faults,
            todo="Give whole addresses; nothing was changed.",
        )
