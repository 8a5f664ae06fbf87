"""Add: articles into the study, cut into sentences once and frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.errors import BadInput, Fault
from toolkit.loop.progress import Progress, silent
from toolkit.report.lines import counted
from toolkit.study import articles
from toolkit.study.folder import Study

if TYPE_CHECKING:
    from toolkit.corpus.article import Article, Sentence
    from toolkit.corpus.readers import Ids


@dataclass(frozen=True, slots=True)
class AddReport:
    """What was taken in, what was there already, what was passed over, and what was left out for its faults."""

    added: tuple[str, ...]
    n_sentences: int
    already: tuple[str, ...]
    """Articles the study has, or that came twice: by their text, whatever they are called."""
    passed_over: tuple[str, ...]
    """Files in a folder that are of no kind that can be read."""
    faults: tuple[Fault, ...]


def add(
    study: Study,
    paths: Sequence[str],
    *,
    columns: Sequence[str] = (),
    ids: Ids = "name",
    skip_bad: bool = False,
    progress: Progress = silent,
) -> AddReport:
    """Take in articles from files, folders and globs; the same article again is recognised by its text and skipped.

    ``columns`` says what a table calls things: ``["text=body"]``. Raises ``BadInput`` listing every fault with its
    place; then nothing was changed, unless ``skip_bad`` asked to keep the good ones.
    """
    from toolkit.corpus.readers import column_mapping, read_articles
    from toolkit.corpus.sentences import SPLITTER, cut, splitter_version

    mapping = column_mapping(columns)
    with study.locked(), study.open() as database:
        found = read_articles(
            paths, columns=mapping, ids=ids, on_progress=lambda done, total: progress("reading (bytes)", done, total)
        )
        faults = list(found.faults)
        sha_of, id_of = articles.known(database)
        already = [repeat.article_id for repeat in found.repeats]
        taken: list[tuple[Article, Sequence[Sentence]]] = []
        for number, drafted in enumerate(found.articles, start=1):
            article = drafted.article
            progress("cutting into sentences", number, len(found.articles))
            if article.sha256 in id_of:
                already.append(article.article_id)
            elif article.article_id in sha_of:
                problem = f"the study has an article '{article.article_id}' with other text, and its cut is frozen"
                faults.append(Fault(drafted.place, f"{problem}; give this one another id, or use --ids content"))
            elif not (sentences := cut(article)):
                faults.append(Fault(drafted.place, "there is no sentence in it"))
            else:
                taken.append((article, sentences))
        if faults and not skip_bad:
            raise BadInput(
                f"{counted(len(faults), 'fault')} in what was to be added; nothing was changed",
                faults=faults,
                todo="Mend them, or keep only the good articles with --skip-bad.",
            )
        articles.add(database, taken, splitter=SPLITTER, splitter_version=splitter_version())
        return AddReport(
            added=tuple(article.article_id for article, _ in taken),
            n_sentences=sum(len(sentences) for _, sentences in taken),
            already=tuple(already),
            passed_over=found.passed_over,
            faults=tuple(faults),
        )
