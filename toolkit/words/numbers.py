"""How figures, shares and intervals are written, with a mark where one is missing and the reason kept for below."""

from __future__ import annotations

from dataclasses import dataclass, field
from string import ascii_lowercase

from toolkit.agreement.estimate import Estimate
from toolkit.words.reasons import OF_STUDY, Nouns, sentence_of

NONE = "–"
UNRELIABLE = "!"


@dataclass(slots=True)
class Notes:
    """Reasons of missing numbers, each with the letter that stands in the number's place."""

    nouns: Nouns = OF_STUDY
    mark_of: dict[str, str] = field(default_factory=dict)
    unreliable: str | None = None
    """What there were too few of where an interval was marked unreliable."""

    def missing(self, reason: str | None) -> str:
        """Return the sign of a missing number; with a reason, marked by it."""
        if reason is None:
            return NONE
        sentence = sentence_of(reason, self.nouns)
        mark = self.mark_of.setdefault(sentence, ascii_lowercase[len(self.mark_of) % len(ascii_lowercase)])
        return f"{NONE} {mark}"

    def interval(self, estimate: Estimate) -> str:
        """Return the interval, or a mark that leads to the reason why there is none."""
        because = estimate.undefined_because or estimate.interval_undefined_because
        if because is not None:
            return self.missing(because)
        shown = between(estimate.ci_low, estimate.ci_high)
        if not estimate.interval_unreliable:
            return shown
        self.unreliable = self.unreliable or self.nouns.drawn(estimate.cluster)
        return shown + UNRELIABLE

    def lines(self) -> list[str]:
        """Return what the marks mean."""
        lines = [f"{mark}  {sentence}" for sentence, mark in self.mark_of.items()]
        if self.unreliable is not None:
            said = f"Fewer than ten {self.unreliable}s: this interval is unreliable, most likely too short."
            lines.append(f"{UNRELIABLE}  {said}")
        return lines


def number(value: float | None) -> str:
    """Return a figure with two decimals and, as is the custom, no zero before the point.

    >>> number(0.7), number(-0.25), number(-0.001), number(0.999), number(None)
    ('.70', '-.25', '.00', '1.00', '–')
    """
    if value is None:
        return NONE
    shown = f"{round(value, 2) + 0.0:.2f}"
    return shown.replace("0.", ".", 1) if shown.startswith(("0.", "-0.")) else shown


def signed(value: float | None) -> str:
    """Return a difference with its sign; none where it rounds to nothing.

    >>> signed(0.12), signed(-0.3), signed(0.001)
    ('+.12', '-.30', '.00')
    """
    return f"+{number(value)}" if value is not None and round(value, 2) > 0 else number(value)


def between(low: float | None, high: float | None) -> str:
    """Return two limits.

    >>> between(-0.1, 0.25)
    '-.10 … .25'
    """
    return f"{number(low)} … {number(high)}"


def percent(value: float | None) -> str:
    """Return a share in whole percent; all and none are said only where they are exact.

    >>> percent(0.915), percent(1.0), percent(0.998), percent(0.0), percent(0.001), percent(None)
    ('92%', '100%', '>99%', '0%', '<1%', '–')
    """
    if value is None:
        return NONE
    shown = f"{value:.0%}"
    if shown == "100%" and value < 1:
        return ">99%"
    return "<1%" if shown == "0%" and value > 0 else shown


def points(value: float) -> str:
    """Return a difference of two shares in percentage points.

    >>> points(0.125), points(-0.3), points(0.0)
    ('+12', '-30', '0')
    """
    return f"{round(100 * value):+d}" if round(100 * value) else "0"


def to_four_digits(value: float) -> str:
    """Return a disagreement precise enough to be divided again.

    >>> to_four_digits(0.11173), to_four_digits(12.3456), to_four_digits(0.000012345), to_four_digits(12345678.9)
    ('.1117', '12.35', '1.234e-05', '12,345,679')
    """
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    shown = f"{value:.4g}"
    return shown.removeprefix("0") if shown.startswith("0.") else shown


def target(value: float) -> str:
    """Return a target as the codebook gives it: a third decimal where it has one.

    >>> target(0.7), target(0.667)
    ('.70', '.667')
    """
    return number(value) if round(value, 2) == value else f"{value:.3f}".replace("0.", ".", 1)
