"""``README.md`` of a version: what it is, how it was annotated, how reliable it is, what it cannot tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.agreement.consensus_reliability import ConsensusReliability
from toolkit.corpus.given import GIVEN
from toolkit.export.contract.schema import TableSchema
from toolkit.export.pages.codebook_files import of_version
from toolkit.export.pages.front_matter import front_matter
from toolkit.export.pages.manifest import Manifest
from toolkit.export.pages.phrases import blindness, coded_by, excluded, limits, personal, rights
from toolkit.export.pages.share_recipe import share_recipe, share_to_show
from toolkit.export.pages.summary import Headline, Summary
from toolkit.study.about import About

FILE = "README.md"


def data_card(
    manifest: Manifest,
    schemas: Mapping[str, TableSchema],
    found: Summary,
    reliability: Mapping[str, Mapping[str, ConsensusReliability]],
) -> str:
    """Return the data card of a version, in Markdown, with what ``datasets`` loads its tables by before it."""
    return "\n".join(
        [
            *front_matter(manifest, found),
            f"# {_plain(manifest.study)}, version {manifest.version} ({manifest.semantic_version})",
            "",
            *_warnings(manifest),
            (
                f"Sentences of articles, coded by {coded_by(found)} in Label Studio: every annotator's answer to every "
                "question, how far they agree, and what was left out, as typed Parquet tables."
            ),
            "",
            "## What is in it",
            "",
            *_table(["file", "rows", "what it is"], _files(manifest, schemas)),
            "",
            (
                "`manifest.json` lists every file with its hash, `datapackage.json` and `croissant.json` describe the "
                "tables for machines, and the codebook says what was asked."
            ),
            "",
            "## How it was annotated",
            "",
            *_table(["round", "codebook", "questions", "pulled up to"], _rounds(manifest, found)),
            "",
            *_annotated(found),
            *_versions(manifest, found),
            "",
            "## How far annotators agree",
            "",
            *_agreement(found),
            "",
            *_consensus(reliability),
            "## What it cannot tell",
            "",
            *(f"- {_plain(line)}" for line in (*limits(manifest, found), *excluded(found))),
            "",
            "## People, texts, licence",
            "",
            personal(manifest),
            "",
            _plain(rights(manifest)),
            "",
            *_credits(manifest.about),
            "## How to read it",
            "",
            "```python",
            "import pandas as pd",
            "",
            'answers = pd.read_parquet("answers.parquet", dtype_backend="pyarrow")',
            'counted = answers[answers["in_agreement"]]',
            "```",
            "",
            (
                "`answers` has one row per annotation and question; `in_agreement` marks the answers that agreement is "
                "computed from. Where there is no value, `status` says why. This folder never changes; "
                "`../latest.json` names the newest version. `intercoder validate .` checks it."
            ),
            "",
            *_shares(found),
            f"Content {manifest.content_sha256}. Made with "
            + ", ".join(f"{name} {version}" for name, version in manifest.tools.items())
            + ".",
            "",
        ]
    )


def _credits(about: About) -> Iterator[str]:
    """Who made it, who paid, whom to ask and where the articles are from; nothing of what is not stated."""
    people = [", ".join(filter(None, (one.name, one.role, one.organization, one.url))) for one in about.contributors]
    sources = [", ".join(filter(None, (one.title, one.url))) for one in about.sources]
    lines = [
        *(f"- By {one}" for one in people),
        *(f"- Funded by {name}" for name in about.funder),
        *([f"- Contact: {about.contact}"] if about.contact else []),
        *(f"- From {one}" for one in sources),
    ]
    if lines:
        yield from (*map(_plain, lines), "")


def _shares(found: Summary) -> Iterator[str]:
    about = share_to_show(found.codebooks)
    if about is None:
        return
    name, question, stored = about
    yield (
        f"How many sentences are of a kind, as in `{question}` = `{stored}` (round {name}), is a share of those to "
        "which the question applies, and has an interval:"
    )
    yield from ("", "```sql", share_recipe(*about), "```", "")
    yield (
        f"Where no more than half were shown the question (`{question}_applies`), and where annotators are tied, there "
        f"is no majority, and `{question}_undefined_because` says which: count those, too, and say how many they are."
    )
    yield ""


def _warnings(manifest: Manifest) -> Iterator[str]:
    if manifest.options.identities or manifest.options.attributes:
        yield from (f"> **{personal(manifest)}**", "")
    if not manifest.options.text:
        yield from ("> **Made without texts** (`--no-text`): the words of the articles are null in every table.", "")


def _files(manifest: Manifest, schemas: Mapping[str, TableSchema]) -> Iterator[list[str]]:
    for name in sorted(manifest.tables):
        file = manifest.tables[name]
        about, _, _ = schemas[name].description.partition(". ")
        yield [f"`{file.path}`", f"{file.rows:,}", about.rstrip(".").partition(":")[0]]


def _rounds(manifest: Manifest, found: Summary) -> Iterator[list[str]]:
    for state in manifest.rounds:
        book = found.codebooks.get(state.round)
        yield [
            state.round,
            f"{state.codebook} {state.codebook_version} (`{state.codebook_file}`)" if state.codebook else "–",
            ", ".join(question.id for question in book.questions) if book else "–",
            (state.watermark or "not pulled") + (", the newest of a file" if state.read_from == "file" else ""),
        ]


def _annotated(found: Summary) -> list[str]:
    n = found.annotations - sum(found.excluded.values())
    each = ", ".join(f"{sentences:,} by {people}" for people, sentences in found.per_sentence.items())
    return [
        f"{n:,} annotations count, by {coded_by(found)}."
        + (f" Sentences of a round by how many annotators: {each}." if each else ""),
        *map(_plain, blindness(found)),
        *map(_cut_with, found.splitters),
    ]


def _cut_with(splitter: str) -> str:
    if splitter.partition(" ")[0] == GIVEN:
        return "Sentences are as they were given: tasks of the project that was adopted."
    return f"Sentences were cut with {splitter}."


def _versions(manifest: Manifest, found: Summary) -> Iterator[str]:
    """The annotations by version of the codebook, where a round was coded under others than the one in force."""
    of_round = {state.round: state.codebook_hash for state in manifest.rounds}
    mixed = {name for name, _, hash_ in found.versions if hash_ != of_round.get(name)}
    if not mixed:
        return
    in_force = {state.codebook_hash: state.codebook_file for state in manifest.rounds}
    rows = [
        [name, version, f"`{in_force.get(hash_) or of_version(hash_)}`", f"{n:,}"]
        for (name, version, hash_), n in found.versions.items()
        if name in mixed
    ]
    yield from ("", *_table(["round", "coded under version", "which is in", "annotations that count"], iter(rows)))


def _agreement(found: Summary) -> list[str]:
    if not found.agreement:
        return ["Nothing was coded that agreement could be computed from."]
    return [
        *_table(
            ["round", "question", "level", "alpha", "interval", "agree", "sentences", "annotators", "target"],
            map(_line, found.agreement),
        ),
        "",
        (
            "Krippendorff's alpha: 1 is perfect, 0 is chance. Intervals are about other articles coded by these "
            "annotators; others may agree more or less. A dash is a number that does not exist, not a zero. Everything "
            "else that was computed is in `agreement.parquet`."
        ),
    ]


def _consensus(reliability: Mapping[str, Mapping[str, ConsensusReliability]]) -> Iterator[str]:
    """What the labels of ``consensus`` are worth, which are of several annotators."""
    rows = [
        [name, question, f"{one.k}", _between(one)]
        for name, of in sorted(reliability.items())
        for question, one in of.items()
        if one.low is not None and one.k > 1
    ]
    if not rows:
        return
    yield from _table(["round", "question", "coders of a sentence", "alpha of their consensus"], iter(rows))
    yield ""
    yield (
        "How far `consensus` (mean or majority of so many annotators) would agree with that of as many others. A range "
        "where so few annotators do not tell: a majority helps much where all sentences are equally hard, and little "
        "where some are beyond anybody."
    )
    yield ""


def _between(one: ConsensusReliability) -> str:
    if one.low is None or one.high is None:
        return f"– ({one.undefined_because})"
    return f"{one.low:.2f}" if one.low == one.high else f"{one.low:.2f} to {one.high:.2f}"


def _line(one: Headline) -> list[str]:
    between = (
        f"{one.ci_low:.3f} – {one.ci_high:.3f}"
        if one.ci_low is not None and one.ci_high is not None
        else f"– ({one.interval_undefined_because})"
    )
    target = f"{one.target:g}: {one.verdict}" if one.target is not None and one.verdict else ""
    alpha = f"{one.alpha:.3f}" if one.alpha is not None else f"– ({one.undefined_because})"
    percent = f"{one.percent:.1%}" if one.percent is not None else "–"
    return [
        one.round,
        one.question,
        one.level,
        alpha,
        between,
        percent,
        f"{one.n_pairable:,}",
        str(one.n_annotators),
        target,
    ]


def _table(head: list[str], rows: Iterator[list[str]] | map[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(_plain(cell) for cell in row) + " |"


def _plain(text: str) -> str:
    """The text on one line and in one cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")
