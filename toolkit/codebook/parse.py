"""A codebook from its YAML text, or everything that is wrong with it, each at its line and column."""

from __future__ import annotations

from toolkit.codebook.check import structural_faults
from toolkit.codebook.document import Finding, read_document
from toolkit.codebook.model import Codebook
from toolkit.codebook.model_faults import model_faults
from toolkit.errors import ContractViolated, Fault


def parse(text: str, *, source: str) -> Codebook:
    """The codebook written in ``text``; ``source`` is the name that places in messages begin with.

    Raises ContractViolated with every fault at once (``source:line:column``), in the order of the file.
    """
    root, findings = read_document(text)
    if root is None:
        raise _violated(findings, source)
    if root.entries is None:
        what = "a list" if root.items is not None else "one value"
        place = root.place
        raise _violated(
            [*findings, Finding(place, f"a codebook is a map with name, version, language …; this is {what}")], source
        )
    codebook, refused = model_faults(root)
    findings = [*findings, *refused, *structural_faults(root)]
    if findings or codebook is None:
        raise _violated(findings, source)
    return codebook


def _violated(findings: list[Finding], source: str) -> ContractViolated:
    ordered = sorted(set(findings))
    faults = [Fault(f"{source}:{place.line}:{place.column}", message) for place, message in ordered]
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    return ContractViolated(
        f"{source} is not a valid codebook: {count}",
        todo="Mend the lines named, then run `intercoder codebook check` again.",
        faults=faults,
    )
