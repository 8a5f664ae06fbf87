"""Page drift: whether annotators see what the round's codebook gives; anybody with a token can edit the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.errors import BadInput, Fault, ServerRefused
from toolkit.labelstudio.stock.config import controls_of
from toolkit.labelstudio.stock.names import Names, not_known, read_names
from toolkit.study import adoptions, rounds
from toolkit.study.database import Database

if TYPE_CHECKING:
    from toolkit.labelstudio.session import LabelStudio


def page_drift(server: LabelStudio, database: Database, round_name: str, project_id: int) -> tuple[str, ...]:
    """Say in what the round's page and instructions differ from the codebook it runs with, in plain words."""
    adoption = adoptions.find(database, round_name)
    if adoption is not None:
        return _asked_since(server, read_names(adoption.names), project_id)
    return _differences(server, _codebook(database, round_name), project_id)


def _asked_since(server: LabelStudio, names: Names, project_id: int) -> tuple[str, ...]:
    """What an adopted project asks that it did not ask when it was adopted; its page may look as it likes."""
    try:
        return not_known(names, controls_of(server.project(project_id).config_xml, name="its configuration"))
    except BadInput as fault:
        return (fault.what,)


def drift_met(
    server: LabelStudio, database: Database, round_name: str, project_id: int, *, mend: bool
) -> tuple[str, ...]:
    """Return the same; with ``mend`` page and instructions are written again, and looked at again.

    Raise ``ServerRefused`` if they differ even then.
    """
    from toolkit.labelstudio.page.config import instructions_html, labelling_config, says_how_far

    codebook = _codebook(database, round_name)
    found = _differences(server, codebook, project_id)
    if found and mend:
        in_round = says_how_far(server.project(project_id).config_xml)
        server.update_project(
            project_id,
            config_xml=labelling_config(codebook, in_round=in_round),
            instructions_html=instructions_html(codebook),
        )
        left = _differences(server, codebook, project_id)
        if left:
            raise ServerRefused(
                f"the page of round {round_name!r} was written again, and still differs from its codebook",
                faults=[Fault("", what) for what in left],
                todo="Is somebody editing the project in Label Studio?",
            )
    return found


def _codebook(database: Database, round_name: str) -> Codebook:
    version = rounds.codebook_versions(database, round_name)[-1]
    return parse(version.document, source=f"codebook {version.version}")


def _differences(server: LabelStudio, codebook: Codebook, project_id: int) -> tuple[str, ...]:
    from toolkit.labelstudio.page.differences import page_differences

    state = server.project(project_id)
    return page_differences(codebook, config_xml=state.config_xml, instructions=state.instructions_html)
