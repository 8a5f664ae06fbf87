"""What a study says of itself to those who get its data: licence, who made it, who paid, whom to ask, sources."""

from __future__ import annotations

import re
from typing import Annotated, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, model_validator

_STRICT = ConfigDict(extra="forbid", frozen=True)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*( (AND|OR|WITH) [A-Za-z0-9][A-Za-z0-9.+-]*)*")
SPDX_PAGE: Final = "https://spdx.org/licenses/{}.html"

Said = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Contributor(BaseModel):
    """Somebody who made the data; only what is said here is passed on."""

    model_config = _STRICT

    name: Said
    role: Said | None = None
    organization: Said | None = None
    url: Said | None = None


class DataSource(BaseModel):
    """Where the articles are from."""

    model_config = _STRICT

    title: Said
    url: Said | None = None


class About(BaseModel):
    """What is said; nothing where nothing is. ``licence`` is an SPDX expression or an address."""

    model_config = _STRICT

    licence: Said | None = None
    contributors: tuple[Contributor, ...] = ()
    funder: Annotated[tuple[Said, ...], BeforeValidator(lambda one: (one,) if isinstance(one, str) else one)] = ()
    contact: Said | None = None
    sources: tuple[DataSource, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.licence is not None and not (_ADDRESS.fullmatch(self.licence) or _SPDX.fullmatch(self.licence)):
            raise ValueError("licence is neither an SPDX identifier, as CC-BY-4.0, nor an address")
        for url in (*(one.url for one in self.contributors), *(one.url for one in self.sources)):
            if url is not None and not _ADDRESS.fullmatch(url):
                raise ValueError(f"url {url!r} is no address: it begins with https://")
        return self

    @property
    def licence_page(self) -> str | None:
        """The address of the licence; None where none is stated, or an expression of several."""
        if self.licence is None or _ADDRESS.fullmatch(self.licence):
            return self.licence
        is_listed = " " not in self.licence and not self.licence.startswith("LicenseRef-")
        return SPDX_PAGE.format(self.licence) if is_listed else None
