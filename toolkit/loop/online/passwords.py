"""Passwords of annotators on the embedded server: made here, kept for the lead, set anew where they are lost."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

from toolkit.errors import BadInput, ServerRefused
from toolkit.files.whole import write_private
from toolkit.labelstudio.embedded.files import LEAD_EMAIL
from toolkit.labelstudio.embedded.program import reset_password
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.online.connection import patience
from toolkit.study.folder import Study

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another when read aloud


def passwords_of(study: Study) -> Mapping[str, str]:
    """Return passwords of the accounts made on the embedded server, by address."""
    return {email: password for email, password in _kept(study).items() if password is not None}


def make_accounts(
    study: Study, invite_link: str, emails: Sequence[str], *, ca_file: Path | None, tell: Tell = untold
) -> Mapping[int, str]:
    """Return accounts on the embedded server, by their number, made in this order with a password that is kept for
    the lead.

    An account that was there and is gone (a data folder of an earlier time was put back) gets its old password.
    """
    from toolkit.labelstudio.accounts import make_account

    passwords = passwords_of(study)
    fresh = {email: _password() for email in emails if email not in passwords}
    # Kept before the account is made: killed in between, the next run makes the account with this password.
    _keep(study, fresh)
    passwords = {**passwords, **fresh}
    make = partial(make_account, invite_link, ca_file=ca_file, patience=patience(), tell=tell)
    return {make(email=email, password=passwords[email]).user_id: email for email in emails}


def renew_lost(
    study: Study,
    url: str,
    emails: Sequence[str],
    *,
    ca_file: Path | None,
    registered_before: Collection[str],
    tell: Tell = untold,
) -> frozenset[str]:
    """Return those of these accounts on the embedded server whose password was lost; each can sign in with the
    kept one.

    Lost is the password of somebody registered here before of whom none is kept, and a kept one that is not accepted
    (a data folder of another time). Somebody who had an account before being registered keeps the one they chose.
    """
    from toolkit.labelstudio.accounts import signed_in
    from toolkit.labelstudio.connection import ServerStumbled

    kept = _kept(study)
    renewed = set()
    for email in emails:
        if email == LEAD_EMAIL:
            continue
        if email not in kept and email not in registered_before:
            _keep(study, {email: None})
            continue
        password = kept.get(email, _password())
        if password is None:
            continue
        if email in kept:
            try:
                with signed_in(url, email=email, password=password, ca_file=ca_file):
                    continue
            except ServerStumbled:
                raise  # that says nothing of the password
            except ServerRefused:
                tell("a password is not accepted any more: it is set anew")
        reset_password(study.server_folder, email=email, password=password)
        # Kept after it is set: killed in between, the next run sets another one.
        _keep(study, {email: password})
        renewed.add(email)
    return frozenset(renewed)


def _kept(study: Study) -> Mapping[str, str | None]:
    """What is known by address: a password made here, or None for one of their own."""
    path = _file(study)
    if not path.is_file():
        return {}
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {str(email): None if password is None else str(password) for email, password in kept.items()}
    except (ValueError, AttributeError):
        raise BadInput(
            f"{path} cannot be read as the passwords of annotators",
            todo="Put back a copy of it. Without one, delete it: `intercoder annotators add EMAIL` makes new ones.",
        ) from None


def has_account(study: Study, email: str) -> bool:
    """Return whether an account was made for this address on the embedded server."""
    return any(address.casefold() == email.casefold() for address in _kept(study))


def forget(study: Study, email: str) -> None:
    """Forget the address and its password."""
    kept = _kept(study)
    left = {address: password for address, password in kept.items() if address.casefold() != email.casefold()}
    if left != kept:
        write_private(_file(study), json.dumps(left, indent=2) + "\n")


def _keep(study: Study, more: Mapping[str, str | None]) -> None:
    if more:
        write_private(_file(study), json.dumps({**_kept(study), **more}, indent=2) + "\n")


def _password() -> str:
    """Three groups of five letters, about 74 bits: strong, and still easy to hand over."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3))


def _file(study: Study) -> Path:
    return study.server_folder / "annotators.json"
