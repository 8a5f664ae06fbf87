"""What the lead says of annotators: one attribute at a time, or a file of all of them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import BadInput, Fault, UsageError
from toolkit.files.csv_records import broken_record, csv_records
from toolkit.files.text_lines import undecodable_lines, unreadable
from toolkit.loop.agreement.study import DIVISIONS
from toolkit.study import annotators
from toolkit.study.annotator_attributes import name_fault, set_attributes, value_fault
from toolkit.study.folder import Study

EMAIL = "email"
_HIDDEN = "is called by an address: is the line of names missing?"
"""In place of a name that is somebody's address, which no message repeats."""
_TAKEN = frozenset({*DIVISIONS, EMAIL, "annotator", "attributes", "removed", "rounds"})
"""Names that mean something else where annotators are divided or listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedAttributes:
    """What a file said of the annotators of a study."""

    attributes: tuple[str, ...]
    """As they stand in its header."""
    n_annotators: int
    """Annotators it names."""
    n_changed: int
    """Those of whom something is known now that was not, or otherwise, before."""


def attributes_said(said: Sequence[str]) -> Mapping[str, str]:
    """Return attributes from ``NAME=VALUE``; an empty value takes the attribute away.

    Raise ``UsageError`` listing all that cannot be one.

    >>> attributes_said(["leaning=left", "training = two days"])
    {'leaning': 'left', 'training': 'two days'}
    """
    found: dict[str, str] = {}
    faults = []
    for one in said:
        name, equals, value = (part.strip() for part in one.partition("="))
        if not equals:
            faults.append(Fault(repr(one), "says no value, as in `set=leaning=left`"))
        elif name in found:
            faults.append(Fault(repr(one), f"{name} is said twice"))
        else:
            found[name] = value
    return checked_attributes(found, faults)


def checked_attributes(said: Mapping[str, str], faults: Sequence[Fault] = ()) -> Mapping[str, str]:
    """Return the attributes if they can be kept. Raise ``UsageError`` listing those that cannot, and the ``faults``."""
    found = [*faults]
    for name, value in said.items():
        if why := _name_fault(name) or value_fault(value):
            found.append(Fault(repr(f"{name}={value}"), why))
    if found:
        raise UsageError(
            "what is said of annotators cannot be kept", faults=found, todo="Mend what is listed; nothing was recorded."
        )
    return said


def import_attributes(study: Study, path: Path) -> ImportedAttributes:
    """Record what a CSV file says of registered annotators: a column ``email``, and one for each attribute.

    An empty field says nothing, and what is known stays. Reading the same file again changes nothing. Raise
    ``BadInput`` listing every fault by its line; then nothing was recorded.
    """
    with study.locked(), study.database() as database:
        registered = {person.email for person in annotators.registered(database)}
        header, said = read_attributes(path, registered)
        n_changed = set_attributes(database, said)
    return ImportedAttributes(attributes=tuple(header), n_annotators=len(said), n_changed=n_changed)


def read_attributes(path: Path, registered: AbstractSet[str]) -> tuple[list[str], Mapping[str, Mapping[str, str]]]:
    """Return the attributes in the header of a CSV file, and what is said of whom, by address.

    Raise ``BadInput`` listing every fault by its line; only those ``registered`` can be named.
    """
    faults: list[Fault] = []
    records: list[tuple[int, list[str]]] = []
    try:
        for line, fields in csv_records(path):
            records.append((line, [field.strip() for field in fields]))
    except OSError as why:
        raise unreadable(path, why) from why
    except csv.Error as problem:
        faults.append(broken_record(problem))
    (first, header), rows = (records[0], records[1:]) if records else ((1, []), [])
    faults = [*undecodable_lines(path), *_of_header(first, header), *faults]
    if EMAIL not in header:
        faults.insert(0, Fault(f"line {first}", f"there is no column {EMAIL!r}"))
        _refuse(path, faults)
    said: dict[str, dict[str, str]] = {}
    line_of: dict[str, int] = {}
    for line, fields in rows:
        place = f"line {line}"
        if len(fields) != len(header):
            faults.append(Fault(place, f"has {len(fields)} fields; the header has {len(header)}"))
            continue
        row = dict(zip(header, fields, strict=True))
        address = row.pop(EMAIL).casefold()
        if not address:
            faults.append(Fault(place, "names nobody"))
        elif address not in registered:
            faults.append(Fault(place, "whoever it names is not registered"))
        elif address in said:
            faults.append(Fault(place, f"whoever it names stands in line {line_of[address]} already"))
        faults += [
            Fault(place, f"{name} {fault}") for name, value in row.items() if (fault := value_fault(value)) is not None
        ]
        line_of.setdefault(address, line)
        said.setdefault(address, {name: value for name, value in row.items() if value})
    _refuse(path, faults)
    return [name for name in header if name != EMAIL], said


def _of_header(line: int, header: Sequence[str]) -> list[Fault]:
    place = f"line {line}"
    found = [
        Fault(place, f"column {n} {_HIDDEN}" if "@" in name else f"column {name!r} {why}")
        for n, name in enumerate(dict.fromkeys(header), start=1)
        if name != EMAIL and (why := _name_fault(name)) is not None
    ]
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    found += [Fault(place, f"there are several columns {name!r}") for name in twice]
    if EMAIL in header and len(header) == 1:
        found.append(Fault(place, "there is no column beside the addresses"))
    return found


def _name_fault(name: str) -> str | None:
    taken = next((each for each in sorted(_TAKEN) if each.casefold() == name.casefold()), None)
    return name_fault(name) if taken is None else f"cannot be an attribute of annotators: {taken} means something else"


def _refuse(path: Path, faults: Sequence[Fault]) -> None:
    if faults:
        raise BadInput(
            f"{path.name} cannot be read as attributes of annotators; nothing was recorded.",
            faults=faults,
            todo=f"A column {EMAIL!r} names those who are registered, any other column is an attribute. "
            "`add_annotators(EMAIL…)` registers somebody.",
        )
