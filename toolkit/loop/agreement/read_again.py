"""Annotations that are too many to be kept: read whenever they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from toolkit.study.records import Annotation


class ReadAgain(Collection[Annotation]):
    """Annotations of which none is kept; ``without_answers`` yields the same in a fraction of the time."""

    def __init__(
        self, read: Callable[[], Iterable[Annotation]], without_answers: Callable[[], Iterable[Annotation]], n: int
    ) -> None:
        self._read, self.without_answers, self._n = read, without_answers, n

    def __len__(self) -> int:
        return self._n

    def __iter__(self) -> Iterator[Annotation]:
        return iter(self._read())

    def __contains__(self, annotation: object) -> bool:
        return any(one == annotation for one in self)


def briefly(annotations: Collection[Annotation]) -> Iterable[Annotation]:
    """Return the annotations for whoever needs no answers: without them, where that is quicker."""
    return annotations.without_answers() if isinstance(annotations, ReadAgain) else annotations
