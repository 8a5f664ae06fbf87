"""Add: articles into the study, cut into sentences once and frozen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    from toolkit.corpus.readers import Repeat, column_mapping, reading
    from toolkit.corpus.sentences import SPLITTER, cut, splitter_version

    mapping = column_mapping(columns)
    with study.locked(), study.open() as database:
        found = reading(
            paths,
            columns=mapping,
            ids=ids,
            on_progress=lambda done, total: progress("reading and cutting into sentences (bytes)", done, total),
        )
        sha_of, id_of = articles.known(database)
        unread: list[Fault] = []
        uncut: list[Fault] = []
        repeats: list[str] = []
        already: list[str] = []
        added: list[str] = []

        def new() -> Iterator[tuple[Article, Sequence[Sentence]]]:
            """What is to be taken in, one by one; raises at the end if there was a fault: then all of it is undone."""
            for item in found.items:
                if isinstance(item, Fault):
                    unread.append(item)
                    continue
                if isinstance(item, Repeat):
                    repeats.append(item.article_id)
                    continue
                article = item.article
                if article.sha256 in id_of:
                    already.append(article.article_id)
                elif article.article_id in sha_of:
                    problem = f"the study has an article '{article.article_id}' with other text, and its cut is frozen"
                    uncut.append(Fault(item.place, f"{problem}; give this one another id, or use --ids content"))
                elif not (sentences := cut(article)):
                    uncut.append(Fault(item.place, "there is no sentence in it"))
                elif skip_bad or not (unread or uncut):
                    added.append(article.article_id)
                    yield article, sentences
            if (faults := [*unread, *uncut]) and not skip_bad:
                raise BadInput(
                    f"{counted(len(faults), 'fault')} in what was to be added; nothing was changed",
                    faults=faults,
                    todo="Mend them, or keep only the good articles with --skip-bad.",
                )

        n_sentences = articles.add(database, new(), splitter=SPLITTER, splitter_version=splitter_version())
        return AddReport(
            added=tuple(added),
            n_sentences=n_sentences,
            already=(*repeats, *already),
            passed_over=found.passed_over,
            faults=(*unread, *uncut),
        )
