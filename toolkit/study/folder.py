"""A study: the folder that holds its settings, its codebook, its database and its exports."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import BadInput, UsageError
from toolkit.files.text_lines import unreadable
from toolkit.study import settings
from toolkit.study.database import Database, open_database
from toolkit.study.database import create as create_database

_GITIGNORE = "study.db*\ncredentials.json\nserver/\n.lock\nexports/\ngold.csv\n"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,39}")


class StudyInUse(UsageError):  # noqa: N818  (named after what is the matter)
    """Another command holds the study: what was asked for is right, and goes once that one has ended."""


@dataclass(frozen=True, slots=True)
class Study:
    """Where a study keeps what."""

    folder: Path

    @property
    def settings_file(self) -> Path:
        """``study.yaml``: name, server, exports, and what was decided for each round."""
        return self.folder / "study.yaml"

    @property
    def codebook_file(self) -> Path:
        """``codebook.yaml``: the copy of the codebook that the lead edits."""
        return self.folder / "codebook.yaml"

    @property
    def database_file(self) -> Path:
        """``study.db``: everything frozen or pulled."""
        return self.folder / "study.db"

    @property
    def credentials_file(self) -> Path:
        """``credentials.json``: the token of a connected server, owner-readable only."""
        return self.folder / "credentials.json"

    @property
    def server_folder(self) -> Path:
        """``server/``: data of the embedded Label Studio."""
        return self.folder / "server"

    @property
    def feedback_folder(self) -> Path:
        """``feedback/``: letters to coders, owner-readable only."""
        return self.folder / "feedback"

    def database(self, *, checked: bool = True) -> Database:
        """Return the study's database; close it by leaving the ``with`` block. ``BadInput`` where it is damaged."""
        return open_database(self.database_file, checked=checked)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the study for one writing command; a second one is told so (``StudyInUse``) instead of waiting."""
        with self._held(
            self.folder / ".lock", taken=f"another intercoder command is working on the study {self.folder.name}"
        ):
            yield

    @contextmanager
    def replay_locked(self, *, email: str, round_name: str) -> Iterator[None]:
        """Hold one account's work in one round for one replay; other accounts and other commands go on.

        Two replays at once would each see what is not entered yet, and enter it.
        """
        who = hashlib.sha256(f"{round_name}\n{email.casefold()}".encode()).hexdigest()[:12]
        with self._held(
            self.server_folder / f"replay-{who}.lock",
            taken=f"another replay is at work for this annotator in round {round_name!r}",
        ):
            yield

    @contextmanager
    def _held(self, lock: Path, *, taken: str) -> Iterator[None]:
        try:
            handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as fault:
            raise BadInput(
                f"{self.folder} cannot be written to: {os.strerror(fault.errno or 0)}",
                todo="Is the study's folder yours to write to?",
            ) from None
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StudyInUse(taken, todo="Wait for it to finish, then run this again.") from None
            yield
        finally:
            os.close(handle)


def create(
    folder: Path,
    *,
    codebook_text: str,
    exports: str | None = None,
    fill: Callable[[Study], None] = lambda _: None,
) -> Study:
    """Return a new study in ``folder``, made whole or not at all; ``fill`` puts in it what it begins with."""
    name = folder.name
    if not _NAME.fullmatch(name.lstrip(".")):
        raise UsageError(
            f"{name!r} cannot be the name of a study",
            todo="Use up to 40 letters, digits, spaces, '.', '_' or '-', beginning with a letter or digit.",
        )
    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        raise UsageError(f"{folder} exists already", todo="Choose another name, or remove it first.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=folder.parent))
    except OSError as fault:
        todo = "Choose another place, or have the folder it is to be in made yours."
        raise BadInput(f"{folder} cannot be made: {os.strerror(fault.errno or 0)}", todo=todo) from None
    try:
        study = Study(draft)
        create_database(study.database_file)
        study.codebook_file.write_text(codebook_text, encoding="utf-8")
        study.settings_file.write_text(
            settings.initial(name.lstrip("."), exports=exports or "exports"), encoding="utf-8"
        )
        (draft / ".gitignore").write_text(_GITIGNORE, encoding="utf-8")
        (draft / "exports").mkdir()
        fill(study)
        draft.chmod(0o755)
        draft.rename(folder)  # takes the place of an empty folder in one step
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return Study(folder)


def is_study(folder: Path) -> bool:
    """Return whether the folder is a study."""
    return Study(folder).settings_file.is_file()


def find(start: Path, *, chosen: Path | None = None) -> Study:
    """Return the study named with ``--study``, or the nearest one at or above ``start``."""
    if chosen is not None:
        if not is_study(chosen):
            raise UsageError(
                f"{chosen} is not a study (it has no study.yaml)",
                todo="Make one with `intercoder init NAME`.",
            )
        return Study(chosen.resolve())
    for folder in (start, *start.parents):
        if (folder / "study.yaml").is_file() and (folder / "study.db").is_file():
            return Study(folder)
    for folder in (start, *start.parents):
        if (folder / "study.yaml").is_file():
            raise UsageError(
                f"there is no study in {start} or above it: {folder} has a study.yaml, but no study.db",
                todo="Put back a copy of study.db, or make another study with `intercoder init NAME`.",
            )
    raise UsageError(
        f"there is no study in {start} or above it",
        todo="Make one with `intercoder init NAME`, go into its folder, or name it with `--study DIR`.",
    )


def read_codebook_text(study: Study) -> str:
    """Return the text of the study's ``codebook.yaml``."""
    return read_text(study.codebook_file)


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file a person named."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        raise BadInput(f"{path} is not UTF-8 (byte {fault.start})", todo="Save it as UTF-8.") from None
    except OSError as fault:
        raise unreadable(path, fault) from None
