"""Add: articles into the study, cut into sentences once and frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.corpus.article import Article, Sentence
from toolkit.errors import BadInput, Fault
from toolkit.loop.progress import Progress, silent
from toolkit.study import articles
from toolkit.study.folder import Study


@dataclass(frozen=True, slots=True)
class AddReport:
    """What was taken in, what was there already, and what was left out because it had faults."""

    added: tuple[str, ...]
    n_sentences: int
    already: tuple[str, ...]
    faults: tuple[Fault, ...]


def add(
    study: Study,
    paths: Sequence[str],
    *,
    columns: dict[str, str] | None = None,
    ids: str = "name",
    skip_bad: bool = False,
    progress: Progress = silent,
) -> AddReport:
    """Take in articles from files, folders and globs; the same article again is recognised by its text and skipped.

    Raises ``BadInput`` listing every fault with its place; then nothing was changed, unless ``skip_bad`` asked to keep
    the good ones. ``columns`` maps what a table calls things to article fields: ``{"text": "body"}``.
    """
    from toolkit.corpus.readers import read_articles
    from toolkit.corpus.sentences import SPLITTER, cut, splitter_version

    with study.locked(), study.open() as database:
        found = read_articles(paths, columns=columns or {}, ids=ids, on_progress=progress)
        faults = list(found.faults)
        sha_of, id_of = articles.known(database)
        already: list[str] = []
        taken: list[tuple[Article, Sequence[Sentence]]] = []
        for number, article in enumerate(found.articles, start=1):
            progress("cutting into sentences", number, len(found.articles))
            if article.sha256 in id_of:
                already.append(article.article_id)
            elif article.article_id in sha_of:
                faults.append(
                    Fault(article.article_id, "the study has an article of this id with other text; its cut is frozen")
                )
            elif not (sentences := cut(article)):
                faults.append(Fault(article.article_id, "there is no sentence in it"))
            else:
                taken.append((article, sentences))
        if faults and not skip_bad:
            raise BadInput(
                f"{len(faults)} of the articles cannot be taken in; nothing was changed",
                faults=faults,
                todo="Mend them, or keep only the good ones with --skip-bad.",
            )
        articles.add(database, taken, splitter=SPLITTER, splitter_version=splitter_version())
        return AddReport(
            added=tuple(article.article_id for article, _ in taken),
            n_sentences=sum(len(sentences) for _, sentences in taken),
            already=tuple(already),
            faults=tuple(faults),
        )
