"""The one place where the template engine is used: what is put into a page is escaped unless a page says otherwise."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_FOLDER = Path(__file__).parent


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def filled_in(template: str, **values: object) -> str:
    """Return a template of this folder with the values in it, each escaped as HTML."""
    return _environment().get_template(template).render(**values)


def as_it_is(made_here: str) -> str:
    """Return what was made here to stand in a page unescaped: never anything somebody else wrote."""
    return Markup(made_here)  # noqa: S704 - that is what it is for


def joined(pattern: str, *values: str) -> str:
    """Return a pattern of ours with the values in it, each escaped unless it is made here."""
    return Markup(pattern).format(*values)  # noqa: S704 - the pattern is ours
