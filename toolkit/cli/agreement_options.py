"""What the options of ``agree`` may say, and what is said about options that changed nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import nan
from typing import TYPE_CHECKING, Any, Literal

from toolkit.cli.streams import tell
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from toolkit.loop.agreement.report import AgreementReport


def refuse(options: Mapping[str, object], because: str) -> None:
    """Raise ``UsageError`` naming those of the options that were given; ``because`` goes on after *is*."""
    given = [name for name, value in options.items() if value is not None]
    if given:
        them, be = ("it", "is") if len(given) == 1 else ("them", "are")
        raise UsageError(f"{', '.join(given)} {be} {because}", todo=f"Leave {them} out.")


def check_for_paper(format: str, options: Mapping[str, object], *, paragraph: bool) -> None:
    """Raise ``UsageError`` for what neither the table for a paper nor the methods paragraph has room for."""
    if format in {"latex", "markdown"}:
        refuse(options, f"not in the table for a paper (--format {format})")
    if paragraph:
        refuse(options, "not in the methods paragraph")
        if format != "table":
            raise UsageError(f"--paragraph is text, not {format}", todo="Leave out one of the two.")


def check_targets(what: str, fail_under: str | None, require: object | None, target: Sequence[str] | None) -> None:
    """Raise ``UsageError``, before anything is read for nothing, where there is no target: without a codebook none is
    there but those given.
    """
    if target is None and (fail_under == "target" or require is not None):
        raise UsageError(f"{what} has no targets", todo="Say what to reach: --target 0.8, or --target QUESTION=0.8")


def check_identities(*, asked: bool, there: bool) -> None:
    """Raise ``UsageError`` where addresses are asked for and nothing is printed that could have them."""
    if asked and not there:
        raise UsageError("--identities is for the printed table of a study", todo="Exports have an --identities too.")


def refuse_empty(options: Mapping[str, object]) -> None:
    """Raise ``UsageError`` for an option that says nothing; a blank may be a code or a separator, but no name."""
    for name, value in options.items():
        for one in value if isinstance(value, Sequence) and not isinstance(value, str) else (value,):
            if isinstance(one, str) and not (one if name in {"--missing", "--set-separator"} else one.strip()):
                raise UsageError(f"{name} is empty", todo="Say what is meant, or leave the option out.")


def listed(text: str | None) -> tuple[str, ...]:
    """Return categories separated by commas; spaces around them do not belong to them."""
    return tuple(part.strip() for part in text.split(",")) if text else ()


def threshold_of(fail_under: str | None) -> float | None:
    """Return the alpha to be reached; None where every question has its own target, or nothing is to be reached."""
    if fail_under in {None, "target"}:
        return None
    try:
        threshold = float(str(fail_under))
    except ValueError:
        threshold = nan
    if not -1 <= threshold <= 1:
        raise UsageError(
            f"--fail-under wants a number from -1 to 1 or 'target', not {fail_under!r}",
            todo="As in --fail-under 0.667.",
        )
    return threshold


def plan_of(said: str | None) -> float | Literal["target"] | None:
    """Return the half-width to plan for, or that verdicts are planned for."""
    if said is None or said == "target":
        return None if said is None else "target"
    try:
        return float(said)
    except ValueError:
        raise UsageError(
            f"--plan wants a half-width such as 0.05 or 'target', not {said!r}", todo="As in --plan 0.05."
        ) from None


def _notes_on(options: Mapping[str, Any], report: AgreementReport) -> Iterator[str]:
    """Yield a sentence for every option of a table that was given and had no effect."""
    from toolkit.tables.spelling import key_of

    if options["--weight-table"] is not None and options["--level"] not in {None, "table"}:
        yield f"Note: distances come from {options['--weight-table']}; level is 'table'."
    if options["--level"] == "set":
        return  # codes within sets are taken out of them, and not counted
    given = {key_of(share.category) for shares in report.missing.values() for share in shares if share.count}
    for code in dict.fromkeys(options["--missing"] or ()):
        if key_of(code) not in given:
            yield f"Note: nobody gave {code!r} (--missing)."


def tell_notes(options: Mapping[str, Any], report: AgreementReport) -> None:
    """Say of every option of a table that was given that it had no effect, where it had none."""
    for note in _notes_on(options, report):
        tell(note)


def tell_unvouched(report: AgreementReport, *, folder: str = "") -> None:
    """Say what of an export is not what its manifest has; ``folder`` is which one, where there are several."""
    if report.unvouched:
        tell(
            f"{f'{folder}: not' if folder else 'Not'} as it was exported: {', '.join(report.unvouched)}. Targets and "
            "answers are taken as they stand there; `intercoder validate` says more."
        )
