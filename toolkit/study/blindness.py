"""Of how many annotations a server enforced that annotators see their own answers only: counted, and in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from toolkit.files.wording import counted
from toolkit.study.records import Annotation

NOT_ENFORCED = "Label Studio Community does not enforce blindness: signed-in annotators can open each other's answers."
ASK_THEM = f"{NOT_ENFORCED} Ask them to use the labelling link only, or have it enforced: `intercoder doctor` says how."
"""What to know, and to do, where nothing keeps annotators apart."""
ENFORCED = "The server keeps annotators apart: each of them sees and changes only their own answers."


@dataclass(frozen=True, slots=True, kw_only=True)
class Blindness:
    """What is known of the annotations that count."""

    n_annotations: int
    n_blind: int
    """Those made while it was enforced."""
    n_unknown: int = 0
    """Those of which nobody says whether they were."""
    since: str | None = None
    """The day (UTC) of the first that was made so."""

    @property
    def of_all(self) -> bool:
        """Whether every one was made so."""
        return 0 < self.n_annotations == self.n_blind


@dataclass(slots=True)
class Counting:
    """Counts annotations one by one; those that do not count are passed over."""

    n_annotations: int = 0
    n_blind: int = 0
    n_unknown: int = 0
    first: datetime | None = None

    def take(self, annotation: Annotation) -> None:
        """Count an annotation."""
        if annotation.excluded_because is not None:
            return
        self.n_annotations += 1
        self.n_unknown += annotation.blind is None
        if annotation.blind:
            self.n_blind += 1
            self.first = min(self.first or annotation.created_at, annotation.created_at)

    @property
    def found(self) -> Blindness | None:
        """What is known; None where nothing counts, or nothing is known of any that does."""
        if self.n_unknown == self.n_annotations:
            return None
        return Blindness(
            n_annotations=self.n_annotations,
            n_blind=self.n_blind,
            n_unknown=self.n_unknown,
            since=day_of(self.first) if self.first is not None else None,
        )


def day_of(moment: datetime) -> str:
    """Return the day of a moment in UTC."""
    return moment.astimezone(UTC).date().isoformat()


def in_one_sentence(found: Blindness) -> str:
    """Return what was enforced and since when, and no more than that."""
    of, all_ = f"{found.n_blind:,} of", counted(found.n_annotations, "annotation")
    if found.of_all:
        return (
            "Annotators worked blind: the server showed each of them only their own answers (enforced for "
            f"{of} {all_}, since {found.since})."
        )
    unknown = f" ({found.n_unknown:,}: not known)" if found.n_unknown else ""
    if not found.n_blind:
        return f"That annotators see only their own answers was not enforced by the server{unknown}."
    return (
        f"The server showed annotators only their own answers for {of} {all_} (the first of them on {found.since}); "
        f"for the others this was not enforced{unknown}."
    )
