"""Label Studio as a program of this machine: where it is, what it is told by its environment, a password set anew."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import toolkit
from toolkit.errors import ServerRefused, ServerUnreachable, UsageError
from toolkit.labelstudio.embedded.files import Credentials

_KEPT_ENVIRONMENT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "LD_LIBRARY_PATH")
GATE: Final = "toolkit.labelstudio.gate.settings"
"""Settings of Label Studio with the gate in them."""
_PATIENCE: Final = 240.0


def program() -> str:
    """Return where Label Studio is installed; ``UsageError`` if it is not."""
    program = Path(sys.executable).parent / "label-studio"
    if not program.exists():
        raise UsageError(
            "Label Studio is not installed beside intercoder.",
            todo='Install it with: pip install "intercoder[server]"; or connect to one: `intercoder connect URL`.',
        )
    return str(program)


def environment(folder: Path, lead: Credentials | None, *, blind: bool = False) -> dict[str, str]:
    """Return what Label Studio is told; with ``lead``, the account it is to make if there is none of that name.

    ``blind`` puts the gate in front of it, which keeps coders' answers apart.
    """
    # Not the caller's environment: Label Studio would take HOST, DEBUG, DJANGO_DB and the like from it.
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    account = (
        {}
        if lead is None
        else {
            "LABEL_STUDIO_USERNAME": lead.email,
            "LABEL_STUDIO_PASSWORD": lead.password,
            "LABEL_STUDIO_USER_TOKEN": lead.token,
        }
    )
    gate = {"DJANGO_SETTINGS_MODULE": GATE, "PYTHONPATH": str(Path(toolkit.__file__).parents[1])} if blind else {}
    return (
        kept
        | account
        | gate
        | {
            "LABEL_STUDIO_BASE_DATA_DIR": str(folder.resolve() / "data"),
            "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
            "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
            "COLLECT_ANALYTICS": "false",
            "LATEST_VERSION_CHECK": "false",
            "SENTRY_DSN": "",
            "FRONTEND_SENTRY_DSN": "",
            "PYTHONUNBUFFERED": "1",
        }
    )


def over_https(url: str) -> dict[str, str]:
    """Return what Label Studio is told besides where it is reached over https: no cookie leaves a browser without."""
    return {"SESSION_COOKIE_SECURE": "1", "CSRF_COOKIE_SECURE": "1", "CSRF_TRUSTED_ORIGINS": url}


def serving(host: str, port: int, pair: tuple[Path, Path] | None) -> list[str]:
    """Return the command that becomes the server; ``UsageError`` where what serves Label Studio is not installed."""
    if not all(map(find_spec, ("uvicorn", "a2wsgi"))):
        raise UsageError(
            "what serves Label Studio (uvicorn and a2wsgi) is not installed beside it.",
            todo='Install it with: pip install "intercoder[server]"',
        )
    # A file and not a module, and without its folder on the path: nothing of ours is imported, or taken for another.
    return [sys.executable, "-P", str(Path(__file__).with_name("serving.py")), host, str(port), *map(str, pair or ())]


def reset_password(folder: Path, *, email: str, password: str) -> None:
    """Give an account of the embedded server another password, whether the server runs or not (about 5 s).

    The data folder is ours, so no old password is asked for. Raise ``ServerRefused`` if there is no such account.
    """
    # By standard input, not as arguments: `ps` shows those. In a session of its own it finds no terminal to ask.
    try:
        ended = subprocess.run(  # noqa: S603 - a program of ours with a fixed argument
            [program(), "reset_password"],
            input=f"{email}\n{password}\n",
            env=environment(folder, None),
            cwd=folder,
            start_new_session=True,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise ServerUnreachable(
            "the embedded Label Studio took too long to set a password", todo="Run the command again."
        ) from None
    if "not found" in ended.stdout:
        raise ServerRefused(
            "the embedded Label Studio has no such account to give a password",
            todo=f"Is {folder / 'data'} the data folder it had? Put back a copy.",
        )
    if ended.returncode != 0 or not any(said in ended.stdout for said in ("successfully changed", "same as current")):
        raise ServerRefused(
            "the embedded Label Studio set no new password.", todo=f"Is {folder / 'data'} its data folder, and whole?"
        )
