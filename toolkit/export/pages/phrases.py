"""Sentences about a version that more than one of its pages says: who coded, what it cannot tell, whose it is."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.consensus.dawid_skene import FEW_ANSWERS
from toolkit.export.pages.manifest import Manifest
from toolkit.export.pages.summary import FewAnswers, Headline, Summary
from toolkit.files.wording import counted
from toolkit.study.blindness import in_one_sentence

_TEXTS = "The texts belong to whoever published the articles"
_NAMED = 6


def rights(manifest: Manifest) -> str:
    """Return under which licence the data is, as far as the study states one."""
    about = manifest.about
    if about.licence is None:
        return (
            f"No licence is stated here. {_TEXTS}; whether and how the answers may be passed on is for the people who "
            "run the study to say."
        )
    page = f" ({about.licence_page})" if about.licence_page not in {None, about.licence} else ""
    held = f"{_TEXTS}, whatever the licence" if manifest.options.text else "The texts are not in it"
    return f"Licence: {about.licence}{page}. {held}."


def coded_by(found: Summary) -> str:
    """Return how many people's annotations count, with the noun."""
    return f"{found.annotators} annotator{'' if found.annotators == 1 else 's'}"


def figure(one: Headline) -> str:
    """Return one figure of agreement with its interval and what it rests on, or why there is none."""
    where = f"{one.round}, {one.question} ({one.level})"
    rests = f"{one.n_pairable} sentences, {one.n_annotators} annotators"
    if one.alpha is None:
        return f"{where}: no Krippendorff's alpha, {one.undefined_because}; {rests}"
    return f"{where}: Krippendorff's alpha {one.alpha:.3f}, {interval(one)}; {rests}"


def interval(one: Headline) -> str:
    """Return the interval in words, or why there is none."""
    if one.ci_low is None or one.ci_high is None:
        return f"no interval ({one.interval_undefined_because})"
    return f"interval {one.ci_low:.3f} to {one.ci_high:.3f}"


def limits(manifest: Manifest, found: Summary) -> list[str]:
    """Return what the data cannot tell, as far as the tables show it."""
    said = []
    if not found.agreement:
        said.append("No agreement was computed: nothing was coded yet.")
    below = [one for one in found.agreement if one.verdict == "not reached"]
    if below:
        said.append(f"Agreement is below the codebook's target for {_names(below)}.")
    open_ = [one for one in found.agreement if one.verdict == "undecided"]
    if open_:
        said.append(f"Whether agreement reaches the codebook's target is undecided for {_names(open_)}.")
    none = [one for one in found.agreement if one.alpha is None]
    if none:
        said.append(f"Krippendorff's alpha does not exist for {_names(none)} (agreement.undefined_because says why).")
    if found.per_sentence.get(1):
        said.append(f"{found.per_sentence[1]} sentences were coded by one annotator only in a round.")
    if found.few_answers:
        said.append(resting_on_little(found.few_answers))
    if not manifest.options.text:
        said.append("Made without texts: offsets and hashes are there, the words of the articles are not.")
    if held := notes_withheld(manifest):
        said.append(held)
    said.append("Sentences were coded as part of their article; annotators may have read what stands around them.")
    return said


def notes_withheld(manifest: Manifest) -> str:
    """Return how many of the annotators' notes are not in it; nothing where all are."""
    n = manifest.withheld.get("answers.text", 0)
    said = f"{counted(n, 'free-text answer')} {'is' if n == 1 else 'are'} withheld"
    return f"{said}: answers.text is null, answers.status says where there is one." if n else ""


def resting_on_little(few: Sequence[FewAnswers]) -> str:
    """Return whose error rates rest on few answers, and how many; fewest first."""
    fewest = sorted(few, key=lambda one: one.n_answers)
    names = ", ".join(f"{one.annotator} on {one.question} ({one.round}: {one.n_answers})" for one in fewest[:_NAMED])
    more = f" and {len(few) - _NAMED} more" if len(few) > _NAMED else ""
    return f"Error rates rest on fewer than {FEW_ANSWERS} answers, and so mostly on their prior, of {names}{more}."


def blindness(found: Summary) -> list[str]:
    """Return what was enforced in each round; once, where there is one round, or nothing was in any."""
    said = {name: in_one_sentence(each) for name, each in found.blindness.items()}
    if len(said) == 1 or not any(each.n_blind for each in found.blindness.values()):
        return [*dict.fromkeys(said.values())]
    return [f"Round {name}: {sentence}" for name, sentence in said.items()]


def excluded(found: Summary) -> list[str]:
    """Return annotations that do not count, by reason; nothing where all do."""
    if not found.excluded:
        return []
    reasons = ", ".join(f"{n} {because.replace('_', ' ')}" for because, n in found.excluded.items())
    return [f"{sum(found.excluded.values())} of {found.annotations} annotations do not count: {reasons}."]


def personal(manifest: Manifest) -> str:
    """Return what is said about the annotators."""
    said = f"Annotators have pseudonyms made with a key that stays in the study. {_looked_through(manifest)}"
    if manifest.options.public:
        said += " Names of annotations are made with the same key, and moments are days: neither is the server's."
    if manifest.options.identities:
        said = (
            "THIS VERSION HOLDS E-MAIL ADDRESSES: annotators.email, because --identities asked for them. "
            "Do not pass it on without the annotators' consent."
        )
    if manifest.options.attributes:
        said += (
            " THIS VERSION SAYS WHAT IS KNOWN OF ANNOTATORS: annotators.attributes, because --attributes asked for it. "
            "Of a small team it may say who somebody is."
        )
    return said


def _looked_through(manifest: Manifest) -> str:
    """What was looked for in what people wrote, and no more than that."""
    if not manifest.looked_through:
        return "What people wrote is withheld."
    n = sum(manifest.redacted.values())
    found = f"{counted(n, 'place')} replaced" if n else "none was found"
    notes = "Free-text answers are there" if manifest.options.notes else "Free-text answers are withheld"
    where = ", ".join(manifest.looked_through)
    return (
        f"What people wrote ({where}) was looked through for e-mail addresses, names of the study's accounts and "
        f"telephone numbers: {found}. {notes}. Articles were not looked through."
    )


def _names(figures: list[Headline]) -> str:
    names = [f"{one.question} ({one.round}, {one.level})" for one in figures]
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
