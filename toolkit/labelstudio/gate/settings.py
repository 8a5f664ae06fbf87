"""Label Studio's settings, and the gate: name this module in ``DJANGO_SETTINGS_MODULE``."""

# mypy: ignore-errors
# Not `from … import *`: the settings import themselves by their own name while ours is still empty, and fail.
import os as _os
from importlib.util import find_spec as _find_spec
from pathlib import Path as _Path

_source = _Path(_find_spec("label_studio").origin).parent / "core" / "settings" / "label_studio.py"
exec(compile(_source.read_text(encoding="utf-8"), str(_source), "exec"))  # noqa: S102 - Label Studio's own settings

MIDDLEWARE.append("toolkit.labelstudio.gate.middleware.Gate")  # noqa: F821 - of the settings executed above

# Nobody signs up without the lead's link, and no other site's page reads answers.
DISABLE_SIGNUP_WITHOUT_LINK = True
CORS_ALLOW_ALL_ORIGINS = False
CORS_ALLOW_CREDENTIALS = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING.setdefault("filters", {})["without_addresses"] = {  # noqa: F821
    "()": "toolkit.labelstudio.gate.log.WithoutAddresses"
}
for _handler in LOGGING["handlers"].values():  # noqa: F821
    _handler.setdefault("filters", []).append("without_addresses")


def COLLECT_VERSIONS(result):  # noqa: N802 - a setting of Label Studio's
    """The release in place of the last commit of whatever repository the server was started in, which pages show."""
    return {"label-studio-os-backend": {"commit": result["release"]}}


INTERCODER_GATE_FOLDER = _os.environ.get("INTERCODER_GATE_FOLDER") or BASE_DATA_DIR  # noqa: F821
INTERCODER_LEADS = tuple(
    each.strip().lower() for each in _os.environ.get("INTERCODER_LEADS", "").split(",") if each.strip()
)
