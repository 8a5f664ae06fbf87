"""What the server told us, in this project's words: small records that leave ``labelstudio/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ServerVersion:
    """Edition (``Community``, ``Enterprise``) and release of a Label Studio."""

    edition: str
    release: str


@dataclass(frozen=True, slots=True)
class Person:
    """An account on the server. The e-mail stays with the lead: it never enters an export."""

    user_id: int
    email: str


@dataclass(frozen=True, slots=True)
class ProjectState:
    """A round's project as the server has it now."""

    project_id: int
    title: str
    description: str
    config_xml: str
    instructions_html: str
    annotators_per_sentence: int
    n_sentences: int


@dataclass(frozen=True, slots=True)
class SentenceOnServer:
    """A sentence as it stands on the server: what was sent with it, and how far along it is."""

    remote_id: int
    data: Mapping[str, object]
    annotators_wanted: int
    n_annotations: int
    n_skips: int
    is_done: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NewestChange:
    """The newest change in a project (None while it is empty), the server's clock then, and what it announces there.

    Times are UTC; the clock has whole seconds. ``n_annotations`` is without skips; None where the server does not say.
    """

    newest_updated_at: datetime | None
    server_now: datetime
    n_sentences: int
    n_annotations: int | None


@dataclass(frozen=True, slots=True)
class SentenceState:
    """When a sentence on the server last changed, and how many annotations and skips it carries."""

    remote_id: int
    updated_at: datetime
    n_annotations: int
    n_skips: int


@dataclass(frozen=True, slots=True)
class MarkedProject:
    """A project that carries a round's mark, and how many sentences it holds."""

    project_id: int
    n_sentences: int


@dataclass(frozen=True, slots=True)
class RawEntry:
    """A sentence on the server with every annotation it carries, as raw JSON free of names and e-mails."""

    remote_id: int
    data: Mapping[str, object]
    updated_at: datetime
    annotations: tuple[Mapping[str, object], ...]

    @property
    def sentence_id(self) -> str | None:
        """The ``sentence_id`` that was sent with it; None if somebody added it by hand."""
        value = self.data.get("sentence_id")
        return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """One complete page of a sweep: entries in ascending ``remote_id``, and how many the sweep has left after it."""

    entries: tuple[RawEntry, ...]
    n_left: int


@dataclass(frozen=True, slots=True)
class ExportFile:
    """What a Label Studio JSON export holds: the entries a pull would have given, and the accounts it names."""

    entries: tuple[RawEntry, ...]
    people: tuple[Person, ...]
    n_drafts: int = 0
    """Answers somebody began and did not submit."""
    n_predictions: int = 0
    """Answers of a machine."""


@dataclass(frozen=True, slots=True)
class InProgress:
    """A sentence somebody has opened and begun, but not submitted."""

    remote_id: int
    user_id: int | None
    updated_at: datetime
