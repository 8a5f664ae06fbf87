"""Page drift: whether annotators see what the round's codebook gives; anybody with a token can edit the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.codebook.parse import parse
from toolkit.errors import BadInput, Fault, ServerRefused
from toolkit.labelstudio.stock.config import controls_of
from toolkit.labelstudio.stock.names import Names, not_known, read_names
from toolkit.loop.adjudication.task import adjudication_page
from toolkit.loop.online.round_project import RoundPage, coding_page
from toolkit.study import adjudications, adoptions, rounds
from toolkit.study.database import Database

if TYPE_CHECKING:
    from toolkit.labelstudio.session import LabelStudio


def page_drift(server: LabelStudio, database: Database, round_name: str, project_id: int) -> tuple[str, ...]:
    """Say in what the round's page and instructions differ from the codebook it runs with, in plain words."""
    adoption = adoptions.find(database, round_name)
    if adoption is not None:
        return _asked_since(server, read_names(adoption.names), project_id)
    return _differences(server, page_of(database, round_name), project_id)


def page_of(database: Database, round_name: str) -> RoundPage:
    """Return the page a round is to have: that of its codebook, or the one on which its disputes are decided."""
    version = rounds.codebook_versions(database, round_name)[-1]
    codebook = parse(version.document, source=f"codebook {version.version}")
    if adjudications.adjudicated_round(database, round_name) is not None:
        return adjudication_page(codebook, adjudications.design(database, round_name))
    return coding_page(codebook)


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
    wanted = page_of(database, round_name)
    found = _differences(server, wanted, project_id)
    if found and mend:
        write_page(server, wanted, project_id)
        left = _differences(server, wanted, project_id)
        if left:
            raise ServerRefused(
                f"the page of round {round_name!r} was written again, and still differs from its codebook",
                faults=[Fault("", what) for what in left],
                todo="Is somebody editing the project in Label Studio?",
            )
    return found


def write_page(server: LabelStudio, wanted: RoundPage, project_id: int) -> None:
    """Write a round's page and instructions anew; what somebody submitted is not touched."""
    from toolkit.labelstudio.page.config import says_how_far, without_how_far

    in_round = says_how_far(server.project(project_id).config_xml)
    config = wanted.config_xml if in_round else without_how_far(wanted.config_xml)
    server.update_project(project_id, config_xml=config, instructions_html=wanted.instructions_html)


def _differences(server: LabelStudio, wanted: RoundPage, project_id: int) -> tuple[str, ...]:
    from toolkit.labelstudio.page.differences import page_differences

    state = server.project(project_id)
    return page_differences(
        wanted.config_xml,
        wanted.instructions_html,
        config_xml=state.config_xml,
        instructions=state.instructions_html,
    )
