"""What is known of annotators' work, as the lead reads it: a row for each by pseudonym, or all about one.

A word about somebody stands only where the interval carries it; everybody's figures are there in JSON and CSV.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from toolkit.agreement.diagnosis.over_use import OverUse
from toolkit.loop.annotator_overview import AnnotatorOverview, AnnotatorOverviews, Drifted, Seconds, Share, Used
from toolkit.terminal.agreement.tables import add, heading, rows_table
from toolkit.words.numbers import NONE, UNRELIABLE, between, number, percent, points, signed
from toolkit.words.reasons import sentence_of


def overviews_text(found: AnnotatorOverviews) -> RenderableType:
    """Return a row for each annotator, in the order of their pseudonyms, and what stands out about each."""
    table = rows_table(("annotator",), ("done", "skipped", "seconds", "interval"))
    for one in found.annotators:
        seconds, limits = _seconds(one.seconds)
        add(table, _named(one), f"{one.done:,}", _share(one.skipped), seconds, limits)
    parts: list[RenderableType] = [
        heading(f"Annotators of {found.round}", "by pseudonym, not by merit"),
        table,
        Text(),
        heading("What an interval carries", f"{found.confidence:.0%} for all {found.n_annotators} at once, a question"),
    ]
    for one in found.annotators:
        said = _findings(one)
        parts.append(Text(f"{one.annotator}: {'; '.join(said) if said else NONE}"))
    parts += [Text(), *_unknown(found), *(Text(line, style="dim") for line in _READ)]
    return Group(*parts)


def overview_text(one: AnnotatorOverview, found: AnnotatorOverviews) -> RenderableType:
    """Return all about one annotator, part by part; what cannot be told says why."""
    parts: list[RenderableType] = [heading(_named(one), f"round {found.round}"), *_work(one)]
    for part in (_left_out, _used, _lengths, _right, _drifted):
        lines = list(part(one))
        if lines:
            parts += [Text(), *lines]
    parts += [Text(), *_unknown(found), *(Text(line, style="dim") for line in _READ)]
    return Group(*parts)


def overview_rows(found: AnnotatorOverviews) -> list[dict[str, object]]:
    """Return a row for each figure of each annotator."""
    return [
        {"round": found.round, "annotator": one.annotator, **row} for one in found.annotators for row in _figures(one)
    ]


_READ = (
    "Who codes differently need not code worse: the others may be wrong together.",
    "Intervals are about other articles coded by the same people.",
)


def _unknown(found: AnnotatorOverviews) -> Iterator[Text]:
    for source, because in found.unknown_because.items():
        yield Text(f"Nobody's answers are held against {source} ones: {because}")


def _named(one: AnnotatorOverview) -> str:
    if one.removed is not None:
        return f"{one.annotator} (removed, {one.removed})"
    return one.annotator if one.registered else f"{one.annotator} (not registered)"


def _seconds(seconds: Seconds | None) -> tuple[str, str]:
    if seconds is None:
        return NONE, NONE
    if seconds.ci_low is None or seconds.ci_high is None:
        return f"{seconds.median:.0f}", NONE
    return f"{seconds.median:.0f}", f"{seconds.ci_low:.0f} … {seconds.ci_high:.0f}"


def _share(share: Share) -> str:
    return NONE if share.value is None else percent(share.value)


def _findings(one: AnnotatorOverview) -> list[str]:
    """What an interval carries about somebody, in a few words each."""
    return [
        *(f"{each.question} hardly varies ({each.answer})" for each in one.same_answers if each.hardly_varies),
        *(f"alpha of {each.question} {each.flagged} without them" for each in one.left_out if each.flagged),
        *(
            f"{_more(each.use)} {each.use.category} ({each.question})"
            for each in one.used
            if each.use.flagged is not None
        ),
        *(f"{each.flagged} spans ({each.question})" for each in one.lengths if each.flagged),
        *(f"changed while coding ({each.question})" for each in one.drifted if each.drift.alarm),
    ]


def _more(use: OverUse) -> str:
    return "more" if use.flagged == "over" else "less"


def _work(one: AnnotatorOverview) -> Iterator[RenderableType]:
    table = rows_table(("", ""), ("n", "interval"))
    add(table, "sentences coded", "", f"{one.done:,}", "")
    skipped = one.skipped
    limits = NONE if skipped.ci_low is None else f"{percent(skipped.ci_low)} … {percent(skipped.ci_high)}"
    add(table, "skipped", _share(skipped), f"{skipped.n:,}", limits)
    if one.seconds is not None:
        seconds, limits = _seconds(one.seconds)
        add(table, "seconds a sentence (median)", seconds, f"{one.seconds.n:,}", limits)
        if one.seconds.thirds:
            thirds = " · ".join(f"{each:.0f}" for each in one.seconds.thirds)
            add(table, "  first, middle, last third", thirds, "", "")
    for same in one.same_answers:
        limits = f"{percent(same.ci_low)} … {percent(same.ci_high)}"
        add(table, f"{same.question}: {same.answer}", percent(same.share), f"{same.n:,}", limits)
        if same.hardly_varies:
            add(table, "  hardly varies", "", "", "")
    yield table


def _left_out(one: AnnotatorOverview) -> Iterator[RenderableType]:
    if not one.left_out:
        return
    yield heading("Alpha without them", "beside what it is with them")
    table = rows_table(("question",), ("with", "without", "difference", "interval", ""))
    for each in one.left_out:
        limits = NONE if each.ci_low is None else between(each.ci_low, each.ci_high)
        limits += UNRELIABLE if each.interval_unreliable else ""
        cells = (number(each.alpha), number(each.without), signed(each.difference), limits, each.flagged or "")
        add(table, each.question, *cells)
    yield table
    reasons = {
        sentence_of(because)
        for each in one.left_out
        if (because := each.undefined_because or each.interval_undefined_because)
    }
    yield from (Text(f"{NONE}  {reason}", style="dim") for reason in sorted(reasons))
    if any(each.interval_unreliable for each in one.left_out):
        yield Text(f"{UNRELIABLE}  fewer than ten articles: too few for a word", style="dim")


def _used(one: AnnotatorOverview) -> Iterator[RenderableType]:
    if not one.used:
        return
    yield heading("Uses more or less", "than co-annotators on the same sentences, or words marked")
    flagged = [each for each in one.used if each.use.flagged is not None]
    if flagged:
        yield _uses(flagged)
    told = sum(1 for each in one.used if each.use.interval_undefined_because in {None, "no variation"})
    rest = "Nothing else" if flagged else "Nothing"
    yield Text(f"{rest} stands out among {told:,} looked at." if told else "Cannot be told.")


def _uses(flagged: Sequence[Used]) -> RenderableType:
    table = rows_table(("question", "category", ""), ("own", "others", "points", "interval"))
    for each in flagged:
        use = each.use
        limits = f"{points(use.ci_low or 0.0)} … {points(use.ci_high or 0.0)}"
        shares = percent(use.own_share), percent(use.others_share), points(use.difference or 0.0)
        add(table, each.question, use.category, _more(use), *shares, limits)
    return table


def _lengths(one: AnnotatorOverview) -> Iterator[RenderableType]:
    if not one.lengths:
        return
    yield heading("Bounds of spans", "longer than those of others that they overlap, in characters")
    table = rows_table(("question",), ("spans", "longer by", "interval", ""))
    for each in one.lengths:
        limits = NONE if each.ci_low is None else f"{each.ci_low:+.1f} … {each.ci_high:+.1f}"
        longer = NONE if each.longer is None else f"{each.longer:+.1f}"
        add(table, each.question, f"{each.n_spans:,}", longer, limits, each.flagged or "")
    yield table


def _right(one: AnnotatorOverview) -> Iterator[RenderableType]:
    if not one.right:
        return
    yield heading("Known answers", "share of theirs that are right, as `intercoder agree --against` has it")
    table = rows_table(("question", "known from"), ("right", "n", "interval"))
    for each in one.right:
        of = each.estimate
        limits = NONE if of.ci_low is None else between(of.ci_low, of.ci_high)
        add(table, of.question, each.source, percent(of.value), f"{of.n_values:,}", limits)
    yield table


def _drifted(one: AnnotatorOverview) -> Iterator[RenderableType]:
    told = [each for each in one.drifted if each.drift.p is not None]
    if not told:
        return
    yield heading("Over time", "agreement with the others before and after the likeliest break")
    table = rows_table(("question",), ("before", "after", "articles", "p", ""))
    for each in told:
        add(table, each.question, *_break(each))
    yield table


def _break(each: Drifted) -> tuple[str, ...]:
    drift = each.drift
    place = f"{drift.n_before} of {drift.n_clusters}"
    p = "<.01" if drift.p is not None and drift.p < 0.005 else number(drift.p)
    return number(drift.before), number(drift.after), place, p, "changed" if drift.alarm else ""


def _figures(one: AnnotatorOverview) -> Iterator[dict[str, object]]:
    def row(
        what: str,
        value: object,
        n: int,
        limits: tuple[object, object] = (None, None),
        *,
        question: str = "",
        category: str = "",
        says: str | None = None,
        because: str | None = None,
    ) -> dict[str, object]:
        return {
            "figure": what,
            "question": question,
            "category": category,
            "value": value,
            "ci_low": limits[0],
            "ci_high": limits[1],
            "n": n,
            "says": says,
            "because": because,
        }

    yield row("done", one.done, one.done)
    skip = one.skipped
    yield row("skipped", skip.value, skip.n, (skip.ci_low, skip.ci_high), because=skip.because)
    if (time := one.seconds) is not None:
        yield row("median_seconds", time.median, time.n, (time.ci_low, time.ci_high), because=time.because)
    for same in one.same_answers:
        says = "hardly varies" if same.hardly_varies else None
        limits = same.ci_low, same.ci_high
        yield row("same_answer", same.share, same.n, limits, question=same.question, category=same.answer, says=says)
    for each in one.left_out:
        because = each.undefined_because or each.interval_undefined_because
        limits_of = each.ci_low, each.ci_high
        yield row(
            "alpha_without_less_with", each.difference, each.n_units, limits_of, question=each.question,
            says=each.flagged, because=because,
        )  # fmt: skip
    for used in one.used:
        use = used.use
        because = use.undefined_because or use.interval_undefined_because
        says = _more(use) if use.flagged else None
        yield row(
            "uses_category", use.difference, use.n_units, (use.ci_low, use.ci_high), question=used.question,
            category=use.category, says=says, because=because,
        )  # fmt: skip
    for length in one.lengths:
        because = length.undefined_because or length.interval_undefined_because
        yield row(
            "span_length", length.longer, length.n_spans, (length.ci_low, length.ci_high), question=length.question,
            says=length.flagged, because=because,
        )  # fmt: skip
    for right in one.right:
        of = right.estimate
        because = of.undefined_because or of.interval_undefined_because
        yield row(
            f"right_{right.source}", of.value, of.n_values, (of.ci_low, of.ci_high), question=of.question,
            because=because,
        )  # fmt: skip
