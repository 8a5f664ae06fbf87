"""A codebook from its YAML text, or everything that is wrong with it, each at its line and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from toolkit.codebook.borrowed import with_borrowed_categories
from toolkit.codebook.document import Finding, Place, read_document
from toolkit.codebook.model import Codebook
from toolkit.codebook.model_faults import model_faults
from toolkit.codebook.question_node import question_nodes
from toolkit.codebook.rules_between_questions import structural_faults
from toolkit.errors import ContractViolated, Fault


def parse(text: str, *, source: str) -> Codebook:
    """Return the codebook written in ``text``; ``source`` is the name that places in messages begin with.

    Raise ContractViolated with every fault at once (``source:line:column``), in the order of the file.
    """
    codebook, findings = _read(text)
    if codebook is None:
        raise _violated(findings, source)
    return codebook


def hotkey_places(text: str) -> Mapping[tuple[str, str], Place]:
    """Return where each hotkey is written, by question and code, in the text of a valid codebook."""
    root, _ = read_document(text)
    return {
        (question.id, code): hotkey.place
        for question in (question_nodes(with_borrowed_categories(root)[0]) if root is not None else ())
        for code, category in question.by_code.items()
        if (hotkey := category.get("hotkey")) is not None
    }


# A command meets one text several times: in the folder, in the study, of each round. Reading takes a tenth of a second.
@lru_cache(maxsize=16)
def _read(text: str) -> tuple[Codebook | None, tuple[Finding, ...]]:
    root, findings = read_document(text)
    if root is None:
        return None, tuple(findings)
    if root.entries is None:
        what = "a list" if root.items is not None else "one value"
        no_map = Finding(root.place, f"a codebook is a map with name, version, language …; this is {what}")
        return None, (*findings, no_map)
    root, unborrowed = with_borrowed_categories(root)
    findings += unborrowed
    codebook, refused = model_faults(root)
    findings = [*findings, *refused, *structural_faults(root)]
    return None if findings else codebook, tuple(findings)


def _violated(findings: Iterable[Finding], source: str) -> ContractViolated:
    ordered = sorted(set(findings))
    faults = [Fault(f"{source}:{place.line}:{place.column}", message) for place, message in ordered]
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    return ContractViolated(
        f"{source} cannot be used as a codebook: {count}",
        todo="Mend the lines named, then run `intercoder codebook check` again.",
        faults=faults,
    )
