"""The map a lead writes of what became of categories: read, and held against the codebooks before and after."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from toolkit.codebook.document import Finding, Node, Place, read_document
from toolkit.codebook.migration.kept import changes_left
from toolkit.codebook.migration.translated import CodeMap, Step
from toolkit.codebook.model import Codebook, Question
from toolkit.codebook.rules_of_a_question import did_you_mean
from toolkit.errors import ContractViolated, Fault


def read_map(text: str, *, old: Codebook, new: Codebook, source: str) -> Step:
    """Return what became of each category, from the YAML text of a map; ``source`` is the name places begin with.

    The map says ``question: {code: other code}``, or a list of codes where one became several. Codes that it does not
    name stayed what they were. Raise ContractViolated with every fault: what the map names that is not there, what it
    leaves open, and what differs between the codebooks beside it so that answers would not stay valid.
    """
    root, findings = read_document(text) if text.strip() else (None, [Finding(Place(1, 1), _SHAPE)])
    codes: dict[str, dict[str, tuple[str, ...]]] = {}
    if root is not None and root.entries is None:
        findings = [*findings, Finding(root.place, _SHAPE)]
    elif root is not None:
        reader = _Reader(old, new)
        codes = reader.read(root)
        findings = [*findings, *reader.findings]
    step = Step(old, new, codes)
    faults = [Fault(f"{source}:{at.line}:{at.column}", message) for at, message in sorted(set(findings))]
    faults += [
        Fault(f"{new.name} {new.version}, {change.place}", f"{change.what}: {change.because}")
        for change in changes_left(step)
    ]
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise ContractViolated(
            f"{source} does not lead from {old.name} {old.version} to {new.name} {new.version}: {count}",
            todo="Mend the lines named, or the codebook. Nothing was changed.",
            faults=faults,
        )
    return step


def written_map(codes: CodeMap) -> str:
    """Return a map as it is stored."""
    plain = {question: {code: list(into) for code, into in of.items()} for question, of in codes.items()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def stored_map(text: str) -> CodeMap:
    """Return a map from what ``written_map`` wrote. Raise ValueError where it is none."""
    return {
        question: {code: tuple(map(str, into)) for code, into in of.items()}
        for question, of in json.loads(text).items()
    }


_SHAPE = "a map of categories is {question: {code: other code}}, with a list of codes where one became several"


class _Reader:
    """Reads a document, noting everything in it that cannot be."""

    def __init__(self, old: Codebook, new: Codebook) -> None:
        self._old, self._new = old, new
        self.findings: list[Finding] = []

    def read(self, root: Node) -> dict[str, dict[str, tuple[str, ...]]]:
        entries, codes = root.entries or {}, {}
        for name, node in entries.items():
            place = root.key_places[name]
            pair = self._questions(name, place)
            if pair is not None and node.entries is None:
                self._find(place, f"what became of {name!r} is a map: {{code: other code}}")
            elif pair is not None:
                codes[name] = dict(self._codes(node, *pair))
        for name, before in self._old.by_id.items():
            if (after := self._new.by_id.get(name)) is not None:
                open_ = _left_open(before, after, codes.get(name, {}), entries.get(name))
                place = root.key_places.get(name, root.place)
                self.findings += [Finding(place, f"question {name!r}: {message}") for message in open_]
        return codes

    def _questions(self, name: str, place: Place) -> tuple[Question, Question] | None:
        before, after = self._old.by_id.get(name), self._new.by_id.get(name)
        if before is None:
            hint = did_you_mean(name, self._old.by_id)
            self._find(place, f"{name!r} is no question of {self._old.name} {self._old.version}{hint}")
        elif after is None:
            self._find(
                place, f"question {name!r} is not in {self._new.name} {self._new.version}: only categories go over"
            )
        elif before.level != after.level:
            what = (
                f"question {name!r} was {before.level} and is {after.level}: no answer goes from one level to another"
            )
            self._find(place, what)
        elif not before.categories:
            self._find(place, f"question {name!r} ({before.level}) has no categories")
        else:
            return before, after
        return None

    def _codes(self, node: Node, before: Question, after: Question) -> Iterator[tuple[str, tuple[str, ...]]]:
        for code, into in (node.entries or {}).items():
            place = node.key_places[code]
            if code not in before.by_code:
                hint = did_you_mean(code, before.by_code)
                self._find(place, f"{code!r} is no category of question {before.id!r} in {self._old.version}{hint}")
                continue
            targets = into.items if into.items is not None else (into,)
            if into.entries is not None or not targets:
                self._find(place, f"{code!r} becomes a code, or a list of codes")
                continue
            found = [one.written for one in targets if self._is_target(one, code, before, after, place)]
            if len(found) == len(targets):
                yield code, tuple(found)

    def _is_target(self, one: Node, code: str, before: Question, after: Question, place: Place) -> bool:
        target = one.written
        if not one.is_scalar or one.scalar is None:
            self._find(place, f"{code!r} becomes a code, or a list of codes")
        elif target not in after.by_code:
            hint = did_you_mean(target, after.by_code)
            self._find(one.place, f"{target!r} is no category of question {after.id!r} in {self._new.version}{hint}")
        elif (code in before.parents) != (target in after.parents):
            which = (code, target) if code in before.parents else (target, code)
            self._find(
                one.place, f"{which[0]!r} only groups others and {which[1]!r} is chosen: neither becomes the other"
            )
        elif (code in before.missing_codes) != (target in after.missing_codes):
            which = (code, target) if code in before.missing_codes else (target, code)
            what = f"{which[0]!r} is outside the scale (missing) and {which[1]!r} is on it: neither becomes the other"
            self._find(one.place, what)
        else:
            return True
        return False

    def _find(self, place: Place, message: str) -> None:
        self.findings.append(Finding(place, message))


def _left_open(
    before: Question, after: Question, codes: Mapping[str, tuple[str, ...]], node: Node | None
) -> Iterator[str]:
    """What the map does not say, and what it says twice."""
    named = () if node is None or node.entries is None else tuple(node.entries)
    for code in before.by_code:
        if code not in named and code not in after.by_code:
            hint = did_you_mean(code, after.by_code)
            yield f"{code!r} is gone, and the map does not say what became of it{hint}"
    for code, into in codes.items():
        if len(set(into)) < len(into):
            yield f"{code!r} becomes the same category twice"
    yield from _apart(before, codes)


def _apart(before: Question, codes: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    """Steps of an order that became one, with another between them."""
    seen: list[str] = []
    for code in before.order:
        for target in codes.get(code, (code,)):
            if target in seen and seen[-1] != target:
                between = seen[seen.index(target) + 1 :]
                yield f"steps that become {target!r} have {', '.join(map(repr, between))} between them"
            elif target not in seen:
                seen.append(target)
