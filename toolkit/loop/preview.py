"""Preview: the labelling page of a codebook, in a browser, on a server of its own; no round is made."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from toolkit.codebook.model import Codebook
from toolkit.labelstudio.embedded import server as embedded
from toolkit.loop.codebook import check
from toolkit.loop.pushing.task_data import OfRound, task_data
from toolkit.study import articles
from toolkit.study.folder import Study

MARK = "intercoder:preview"
"""The word by which projects of earlier previews are found, and removed."""

_HOST = "localhost"
"""Not 127.0.0.1: a browser keeps its sessions by host, and would forget the one it has on a study's own server."""

_SENTENCES = 5
_EXAMPLE = (
    "The ministry confirmed the talks on Monday.",
    "“We were never asked,” said a spokesman for the union.",
    "An analyst at a think tank called the plan reckless.",
)


@contextmanager
def preview(
    codebook: str, *, study: Study | None = None, progress: Callable[[str], None] = lambda _: None
) -> Iterator[str]:
    """Yield a link that opens the labelling page of a codebook (a file or a shipped name) in a browser of this machine.

    It is served by a Label Studio of its own, which is stopped in the end with what was entered; its sentences are the
    first of ``study``, else made up. The first preview on a machine takes half a minute to start, later ones seconds.
    Raise ``ContractViolated`` for a codebook with faults, ``UsageError`` where no Label Studio is installed.
    """
    book = check(codebook)
    from toolkit.labelstudio.embedded.entry import entry_link
    from toolkit.labelstudio.page.config import instructions_html, labelling_config
    from toolkit.labelstudio.session import connect

    folder = server_folder()
    ran = embedded.state(folder) is not None
    running = embedded.start(folder, host=_HOST, progress=progress)
    try:
        lead = embedded.credentials(folder)
        with connect(running.url, lead.token) as server:
            for left in server.projects_with(MARK):
                server.delete_project(left.project_id)
            project = server.create_project(
                title=f"Preview of {book.name}"[:50],
                description=f"Nothing entered here is kept. {MARK}",
                config_xml=labelling_config(book),
                instructions_html=instructions_html(book),
                annotators_per_sentence=1,
            )
            server.send_sentences(project, _shown(study, book))
        path = f"/user/login/?next={quote(f'/projects/{project}/data?labeling=1', safe='')}"
        with entry_link(running.url, lead, path=path) as link:
            yield link
    finally:
        if not ran:
            embedded.stop(folder)


def server_folder() -> Path:
    """Return where the data of the preview's server are, in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME", "").strip()
    return (Path(cache) if cache else Path.home() / ".cache") / "intercoder" / "preview"


def _shown(study: Study | None, book: Codebook) -> Sequence[Mapping[str, object]]:
    """What the page shows: the first sentences of the study's first article, or made-up ones."""
    if study is not None:
        with study.database() as database:
            for frozen in islice(articles.articles(database), 1):
                _, every = articles.one(database, frozen.article.article_id)
                sentences = every[:_SENTENCES]
                of = OfRound("preview", book.hash, book.show, "", len(sentences))
                return [
                    task_data(frozen, sentence, of, place=place) for place, sentence in enumerate(sentences, start=1)
                ]
    return [
        {
            "sentence": sentence,
            "context": " ".join(_EXAMPLE[:number]),
            "article_title": "An example",
            "position": number + 1,
            "n_sentences": len(_EXAMPLE),
            "round_position": number + 1,
            "n_in_round": len(_EXAMPLE),
        }
        for number, sentence in enumerate(_EXAMPLE)
    ]
