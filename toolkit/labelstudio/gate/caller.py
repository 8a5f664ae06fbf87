"""Who calls: by session, by a token in any of its forms, or nobody that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with an account, or a stranger, whose ``user_id`` is 0."""

    user_id: int = 0
    email: str = ""
    leads: bool = False
    on_trial: bool = False
    """Whether it is the lead, who tries what an annotator gets."""

    @property
    def is_stranger(self) -> bool:
        """Whether it is nobody that is known."""
        return self.user_id == 0


STRANGER: Final = Caller()
_FIRST: Final[set[int]] = set()
TRIED_AS: Final = "intercoder_as"
"""In a query of the lead's: the number of the account to be treated as."""


def caller_of(request: HttpRequest) -> Caller:
    """Return who calls.

    Label Studio's views look at a token after middleware ran, so it is looked at here in the same way. Whoever shows a
    token that is not valid, or one of somebody else than the session's, is a stranger: which of the two a view would
    take differs from view to view.
    """
    user = getattr(request, "user", None)
    signed_in = user if user is not None and user.is_authenticated else None
    header = request.META.get("HTTP_AUTHORIZATION", "")  # X-Api-Key was turned into this by Label Studio before
    if header and not getattr(request, "is_jwt", False):
        shown = _by_token(request)
        if shown is None or (signed_in is not None and signed_in.pk != shown.pk):
            return STRANGER
        signed_in = shown
    if signed_in is None or not signed_in.is_active:
        return STRANGER
    leads = _leads(signed_in)
    if leads and TRIED_AS in request.GET:
        return _tried_as(request.GET[TRIED_AS]) if request.method == "GET" else STRANGER
    return Caller(signed_in.pk, signed_in.email, leads)


def _tried_as(account: str) -> Caller:
    from users.models import User

    user = User.objects.filter(pk=int(account)).first() if account.isascii() and account.isdecimal() else None
    return STRANGER if user is None or _leads(user) else Caller(user.pk, user.email, on_trial=True)


def _by_token(request: HttpRequest) -> Any:
    from jwt_auth.auth import TokenAuthenticationPhaseout
    from rest_framework.exceptions import APIException

    try:
        found = TokenAuthenticationPhaseout().authenticate(request)
    except APIException:
        return None
    return None if found is None else found[0]


def leads() -> list[int]:
    """Return the accounts that pass: whoever made the first organization (as sign-up does, there is but one), runs the
    server, or is named in ``INTERCODER_LEADS``.
    """
    from users.models import User

    passing = [user.pk for user in User.objects.order_by("pk").iterator() if _named_or_runs(user)]
    return sorted({*passing, *_made_the_first()})


def _leads(user: Any) -> bool:
    return _named_or_runs(user) or user.pk in _made_the_first()


def _named_or_runs(user: Any) -> bool:
    return bool(user.is_superuser) or user.email.lower() in settings.INTERCODER_LEADS


def _made_the_first() -> set[int]:
    """Whoever made the first organization; asked of the database until there is one."""
    from organizations.models import Organization

    if not _FIRST:
        _FIRST.update(Organization.objects.order_by("pk").values_list("created_by_id", flat=True)[:1])
    return _FIRST
