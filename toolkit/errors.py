"""Every way a command can fail, and the exit code that tells a script which.

::

    IntercoderError
    ├── UsageError          2  the command was called in a way that cannot work here
    ├── BadInput            3  a file, a table, an address or a command given to us is not what it must be
    ├── ContractViolated    4  a codebook, or a table on its way to Parquet, breaks its own rules
    ├── ServerUnreachable   5  nobody answered
    ├── ServerRefused       6  Label Studio, or an object store, answered no
    ├── TransferIncomplete  7  some of it did not arrive; running the command again is safe
    ├── BelowThreshold      8  agreement is under what was asked for
    └── Undecided           9  too little was coded to say whether agreement is what was asked for

Anything else is a bug and keeps its traceback (exit code 1). A number that cannot be computed is not an error:
it is an estimate with ``undefined_because``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in an input: where (``file:line:column`` or a name) and what, with the offending value."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class IntercoderError(Exception):
    """What is wrong, one line on what to do about it, and every fault of the input at once."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, todo: str = "", faults: Sequence[Fault] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.todo = todo
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join([self.what, *(f"  {fault}" for fault in self.faults), *([self.todo] if self.todo else [])])


class UsageError(IntercoderError):
    """The command was called in a way that cannot work here: no study, a round that does not exist."""

    exit_code = 2


class BadInput(IntercoderError):
    """A file, a table, an address or a command given to us is not what it must be. Nothing was changed."""

    exit_code = 3


class ContractViolated(IntercoderError):
    """A codebook, or a table on its way to Parquet, breaks its own rules. Nothing was written."""

    exit_code = 4


class ServerUnreachable(IntercoderError):
    """Nobody answered at the address, or the connection broke."""

    exit_code = 5


class ServerRefused(IntercoderError):
    """Label Studio, or an object store, answered no: a wrong token, no permission, something it does not take."""

    exit_code = 6


class TransferIncomplete(IntercoderError):
    """Some of it did not arrive, or arrived twice. Running the command again is safe."""

    exit_code = 7


class BelowThreshold(IntercoderError):
    """Agreement is under the asked threshold, or undefined where a number was asked for."""

    exit_code = 8


class Undecided(IntercoderError):
    """Too little was coded to say whether agreement reaches its target: nothing is wrong, and nothing is shown."""

    exit_code = 9
