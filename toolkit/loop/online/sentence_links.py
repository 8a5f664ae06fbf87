"""Where a sentence is found in Label Studio: links, made from what the study knows without asking the server."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.loop.online.connection import EMBEDDED
from toolkit.study import rounds
from toolkit.study.database import Database
from toolkit.study.folder import Study


def sentence_links(study: Study, database: Database, round_name: str) -> Mapping[str, str]:
    """Return the address that opens a sentence of the round in Label Studio, by sentence; none for those not there.

    Its *Compare All* shows all codings of the sentence beside each other. Of the embedded server it is the address of
    its last start, which it keeps.
    """
    current = rounds.get(database, round_name)
    url = current.server_url
    if url == EMBEDDED:
        from toolkit.labelstudio.embedded.server import last_url

        url = last_url(study.server_folder)
    if url is None or current.project_id is None:
        return {}
    page = f"{url.rstrip('/')}/projects/{current.project_id}/data"
    return {
        entry.sentence_id: f"{page}?task={entry.remote_id}"
        for entry in rounds.ledger(database, round_name)
        if entry.remote_id is not None
    }
