"""How often a password may be wrong: guessing is slowed down, whoever has merely forgotten theirs waits ten minutes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from toolkit.labelstudio.gate.register import Register

WINDOW: Final = 600.0
"""Seconds for which wrong passwords count."""
OF_ONE_ACCOUNT: Final = 5
"""Wrong passwords for one account from one address."""
OF_ONE_ACCOUNT_FROM_ANYWHERE: Final = 50
"""… from all addresses together: more, or anybody could lock an account out."""
OF_ONE_ADDRESS: Final = 100
"""… from one address for all accounts: many, for a newsroom may share one."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to sign in: the seconds it has to wait, 0 where it may be looked at, and as what it was counted."""

    wait: float
    who: str
    numbers: Sequence[int]


class Brake:
    """Attempts of the last minutes whose password was not right, in the register."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def attempt(self, email: str, address: str, now: float) -> Attempt:
        """Count an attempt, before its password is looked at: several at once are several."""
        limits = (OF_ONE_ACCOUNT, OF_ONE_ACCOUNT_FROM_ANYWHERE, OF_ONE_ADDRESS)
        keys = _keys(email, address)
        numbers = self._register.attempt(keys, now)
        wait = 0.0
        for who, most in zip(keys, limits, strict=True):
            before = [at for number, at in self._register.attempts(who, now - WINDOW) if number not in numbers]
            if len(before) >= most:
                wait = max(wait, before[-1] + WINDOW - now)
        if wait > 0:
            self._register.forget(numbers)  # it was not looked at
        return Attempt(wait, keys[0], numbers)

    def right(self, attempt: Attempt) -> None:
        """Forget the attempt, which was right, and the wrong ones of this account from here."""
        self._register.forget(attempt.numbers)
        self._register.forget([number for number, _ in self._register.attempts(attempt.who, 0.0)])


def _keys(email: str, address: str) -> tuple[str, str, str]:
    """What attempts are counted by; addresses of people are not written down."""
    account = hashlib.sha256(email.strip().lower().encode()).hexdigest()[:24]
    return f"{account} {address}", account, address
