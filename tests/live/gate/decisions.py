"""What the gate decides on every route of the server, for a stranger, an annotator, an adjudicator and the lead.

Run inside Label Studio's own environment by ``test_routes.py``: the table is the server's, the gate decides on real
accounts and answers, and no view is asked.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def told(world: Mapping[str, Any]) -> Iterator[str]:
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory
    from django.urls import ResolverMatch

    from toolkit.labelstudio.gate import release
    from toolkit.labelstudio.gate.middleware import Gate

    gate = Gate(lambda _request: None)
    people = {name: get_user_model().objects.get(email=email) for name, email in world["people"].items()}
    callers = {"stranger": AnonymousUser(), **people}

    def decided(pattern: str, method: str, query: str, caller: str) -> str:
        ids = world["ids"][caller if caller in world["ids"] else "annotator"]
        kwargs = {name: _value(pattern, name, ids) for name in re.findall(r"<(?:\w+:)?(\w+)>", pattern)}
        body: dict[str, Any] = {} if method in {"GET", "DELETE"} else {"data": "{}", "content_type": "application/json"}
        request = getattr(RequestFactory(), method.lower())(f"/?project={ids['project']}{query}", **body)
        request.user, request.session = callers[caller], {}
        request.resolver_match = ResolverMatch(lambda: None, (), kwargs, route=pattern)
        answer = gate.process_view(request, None, (), kwargs)
        return (
            "yes" if answer is None else "ours" if answer.status_code in {200, 302} and caller != "stranger" else "no"
        )

    settings.INTERCODER_LEADS = ()
    for pattern, method in release.routes():
        queries = {"": ""}
        if pattern == "^api/dm/actions/" and method == "POST":
            queries = {f"?id={action}": f"&id={action}" for action in sorted(settings.DATA_MANAGER_ACTIONS)}
        for shown, query in queries.items():
            cells = [
                decided(pattern, method, query, caller) for caller in ("stranger", "annotator", "adjudicator", "lead")
            ]
            yield f"{method:<6} {' '.join(f'{cell:<4}' for cell in cells)} {pattern}{shown}"


def _value(pattern: str, name: str, ids: Mapping[str, int]) -> int:
    """A number of theirs for a part of an address, so that what is refused is refused for what it is."""
    if pattern == "^api/tasks/<int:pk>/annotations/":
        return ids["unanswered"]
    if name == "annotation_id" or re.match(r"\^api/annotations/", pattern):
        return ids["annotation"]
    if re.match(r"\^api/drafts/", pattern):
        return ids["draft"]
    return ids["task"] if re.match(r"\^(api/)?tasks/", pattern) else ids["project"]


if __name__ == "__main__":
    import label_studio

    sys.path.insert(0, str(Path(label_studio.__file__).parent))
    os.environ["DJANGO_SETTINGS_MODULE"] = "toolkit.labelstudio.gate.settings"
    import django

    django.setup()
    sys.stdout.write("\n".join(told(json.loads(sys.argv[1]))) + "\n")
