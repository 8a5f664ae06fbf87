"""Where a case happens: a folder of its own, a study in it, and a Label Studio that stands in for a real one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.messages.label_studio import StandIn
from toolkit.study.folder import Study

Made = Callable[[Path], object]


@dataclass(slots=True)
class Work:
    """The folder somebody works in, and what can be done to their machine."""

    home: Path
    """The folder the study is in."""
    templates: Path
    """Where what is made once for many cases is kept."""
    patch: pytest.MonkeyPatch
    server: StandIn
    closing: list[Callable[[], object]] = field(default_factory=list)
    """What is to be done when the case is over."""

    @property
    def folder(self) -> Path:
        """The study's folder."""
        return self.home / "study"

    @property
    def study(self) -> Study:
        return Study(self.folder)

    @property
    def here(self) -> Path:
        """The folder the command is run in: the study, where there is one."""
        return self.folder if self.folder.is_dir() else self.home

    def copy_of(self, name: str, make: Made) -> None:
        """Put what ``make`` makes in a folder into the study's place; made once for all cases of this process."""
        template = self.templates / name
        if not template.exists():
            draft = self.templates / f"{name}.draft"
            make(draft / "study")
            draft.rename(template)
        shutil.copytree(template / "study", self.folder)
