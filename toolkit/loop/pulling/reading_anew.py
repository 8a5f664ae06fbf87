"""Adopted rounds are read with the codebook the lead has mended: nothing on the server depends on it."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.codebook.parse import parse
from toolkit.errors import ContractViolated
from toolkit.labelstudio.stock.names import misfits, read_names
from toolkit.study import adoptions, rounds, settings
from toolkit.study.database import Database
from toolkit.study.folder import Study, read_codebook_text


@dataclass(frozen=True, slots=True)
class ReadAnew:
    """Whether ``codebook.yaml`` is now the codebook an adopted round is read with, or differs from it."""

    round: str
    taken_up: bool = False
    differs: bool = False


def read_anew(study: Study, database: Database, round_name: str, *, asked: bool) -> ReadAnew | None:
    """Have an adopted round read with ``codebook.yaml`` where that is asked and it has changed; None for a round that
    was pushed.

    Raise ``ContractViolated`` with everything in it that answers of the project cannot be read by.
    """
    adoption = adoptions.find(database, round_name)
    if adoption is None:
        return None
    if not asked:
        return ReadAnew(round_name, differs=_differs(study, database, round_name))
    text = read_codebook_text(study)
    codebook = parse(text, source=study.codebook_file.name)
    current = rounds.codebook_versions(database, round_name)[-1]
    if current.hash == codebook.hash:
        return ReadAnew(round_name)
    if faults := list(misfits(read_names(adoption.names), codebook)):
        raise ContractViolated(
            f"what round {round_name!r} holds cannot be read with {study.codebook_file.name}",
            faults=faults,
            todo="Levels, texts, titles and definitions may be mended, and questions left out; ids and codes stay.",
        )
    if current.version == codebook.version:
        raise ContractViolated(
            f"codebook.yaml is not what round {round_name!r} is read with, but says version {codebook.version} as well",
            todo="Raise its version, so that the two can be told apart in the data.",
        )
    rounds.replace_codebook(database, round_name, codebook, document=text)
    entry = {"codebook": {"version": codebook.version, "hash": codebook.hash[:12]}}
    settings.update(study.settings_file, {"rounds": {round_name: entry}})
    return ReadAnew(round_name, taken_up=True)


def _differs(study: Study, database: Database, round_name: str) -> bool:
    """Whether the codebook in the folder is another than the round's; one with faults is another."""
    try:
        codebook = parse(read_codebook_text(study), source=study.codebook_file.name)
    except ContractViolated:
        return True
    return codebook.hash != rounds.get(database, round_name).codebook_hash
