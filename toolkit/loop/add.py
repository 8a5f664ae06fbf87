"""Add: articles into the study, cut into sentences once and frozen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from toolkit.errors import BadInput, Fault
from toolkit.files.wording import counted
from toolkit.loop.progress import Progress, silent
from toolkit.study import articles
from toolkit.study.folder import Study

if TYPE_CHECKING:
    from toolkit.corpus.article import Article, Sentence
    from toolkit.corpus.near_duplicates import NearDuplicate, NearDuplicates
    from toolkit.corpus.readers import Drafted, Ids, Repeat
    from toolkit.study.articles import FrozenArticle


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
    near_duplicates: tuple[NearDuplicate, ...] = ()
    """Articles that nearly are another one, where that was looked for: taken in, or left out if that was asked."""


def add(
    study: Study,
    paths: Sequence[str],
    *,
    columns: Sequence[str] = (),
    ids: Ids = "name",
    name: str | None = None,
    skip_bad: bool = False,
    near_duplicates: Literal["warn", "skip"] | None = None,
    helpers: int | None = None,
    progress: Progress = silent,
) -> AddReport:
    """Take in articles from files, folders and globs; one that is there already is known by its text and skipped.

    ``columns`` says what a table calls things: ``["text=body"]``. ``ids`` is what articles are named by: ``name`` (of
    the file) or ``content``. ``name`` is the form of the files' names, as in ``{outlet}_{published}_*``: it gives what
    an article itself does not say. ``near_duplicates`` looks for articles that nearly are an earlier one (wire copy):
    they are named, or left out as well. ``helpers`` is how many processes help to cut a large input (None: as many as
    there are cores to spare); it changes nothing but the time. Raise ``BadInput`` listing every fault with its place;
    then nothing was changed, unless ``skip_bad`` asked to keep the good ones.
    """
    from toolkit.corpus.cutting import spare_cores
    from toolkit.corpus.file_names import name_pattern
    from toolkit.corpus.readers import column_mapping, reading
    from toolkit.corpus.sentences import SPLITTER, splitter_version

    mapping = column_mapping(columns)
    names = None if name is None else name_pattern(name)
    with study.locked(), study.database() as database:
        found = reading(
            paths,
            columns=mapping,
            ids=ids,
            names=names,
            on_progress=lambda done, total: progress("reading and cutting into sentences (bytes)", done, total),
        )
        taking = _Taking(*articles.known(database), skip_bad=skip_bad)
        if near_duplicates is not None:
            taking.look_for_near_duplicates(articles.articles(database), skip=near_duplicates == "skip")
        fresh = taking.fresh(found.items, spare_cores() if helpers is None else helpers)
        n_sentences = articles.add(database, fresh, splitter=SPLITTER, splitter_version=splitter_version())
        return AddReport(
            added=tuple(taking.added),
            n_sentences=n_sentences,
            already=(*taking.repeats, *taking.already),
            passed_over=found.passed_over,
            faults=(*taking.unread, *taking.uncut),
            near_duplicates=tuple(taking.near_duplicates),
        )


@dataclass(slots=True)
class _Taking:
    """What the study has, and what becomes of everything that comes in."""

    sha_of: Mapping[str, str]
    id_of: Mapping[str, str]
    skip_bad: bool
    added: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    repeats: list[str] = field(default_factory=list)
    unread: list[Fault] = field(default_factory=list)
    uncut: list[Fault] = field(default_factory=list)
    near_duplicates: list[NearDuplicate] = field(default_factory=list)
    _earlier: NearDuplicates | None = None
    _leaves_out_near: bool = False

    def look_for_near_duplicates(self, there: Iterable[FrozenArticle], *, skip: bool) -> None:
        """Compare what comes in with what is there, and with what came before it."""
        from toolkit.corpus.near_duplicates import NearDuplicates

        self._earlier, self._leaves_out_near = NearDuplicates(), skip
        for frozen in there:
            self._earlier.keep(frozen.article.article_id, frozen.article.text)

    def fresh(
        self, items: Iterable[Drafted | Fault | Repeat], helpers: int
    ) -> Iterator[tuple[Article, Sequence[Sentence]]]:
        """Yield what is to be taken in, one by one; raises at the end if there was a fault: then all of it is
        undone.
        """
        from toolkit.corpus.cutting import cut_each
        from toolkit.corpus.readers import Repeat

        for item, sentences in cut_each(items, article_of=self._to_cut, helpers=helpers):
            if isinstance(item, Fault):
                self.unread.append(item)
            elif isinstance(item, Repeat):
                self.repeats.append(item.article_id)
            elif self._takes(item, sentences):
                self.added.append(item.article.article_id)
                yield item.article, sentences
        if (faults := [*self.unread, *self.uncut]) and not self.skip_bad:
            raise BadInput(
                f"{counted(len(faults), 'fault')} in what was to be added; nothing was changed",
                faults=faults,
                todo="Mend them, or keep only the good articles with `skip_bad=True`.",
            )

    def _to_cut(self, item: Drafted | Fault | Repeat) -> Article | None:
        article: Article | None = getattr(item, "article", None)
        known = article is None or article.sha256 in self.id_of or article.article_id in self.sha_of
        return None if known else article

    def _takes(self, drafted: Drafted, sentences: Sequence[Sentence]) -> bool:
        article = drafted.article
        if article.sha256 in self.id_of:
            self.already.append(article.article_id)
        elif article.article_id in self.sha_of:
            problem = f"the study has an article '{article.article_id}' with other text, and its cut is frozen"
            self.uncut.append(Fault(drafted.place, f"{problem}; give this one another id, or use `ids=content`"))
        elif not sentences:
            self.uncut.append(Fault(drafted.place, "there is no sentence in it"))
        else:
            stays = self.skip_bad or not (self.unread or self.uncut)  # after a fault nothing will stay anyway
            return stays and not self._is_left_out_as_near(article)
        return False

    def _is_left_out_as_near(self, article: Article) -> bool:
        if self._earlier is None:
            return False
        near = self._earlier.like(article.article_id, article.text)
        if near is not None:
            self.near_duplicates.append(near)
            if self._leaves_out_near:
                return True
        self._earlier.keep(article.article_id, article.text)
        return False
