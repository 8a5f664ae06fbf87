"""Every reason the numbers can give has words a lead understands; found by reading the code that gives them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import toolkit.agreement
from toolkit.agreement.reason import Reason
from toolkit.words.reasons import OF_STUDY, OF_TABLE, sentence_of

FOLDER = Path(toolkit.agreement.__file__).parent
NOT_ABOUT_NUMBERS = {"confirmation.py"}
"""A second opinion that fails is reported beside the estimate, and no estimate carries such a reason."""


def reasons() -> dict[str, str]:
    """Reason → file, of everything given as a reason: returned by what answers ``str | None``, or passed as one."""
    found: dict[str, str] = {}
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(FOLDER.rglob("*.py"))}
    constants = {
        target.id: node.value.value
        for tree in trees.values()
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id.isupper() and target.id != "ID"
    }
    for path, tree in trees.items():
        if NOT_ABOUT_NUMBERS.isdisjoint(path.relative_to(FOLDER).parts):
            for expression in _given_as_reasons(tree):
                for text in _texts(expression, constants):
                    found[text] = path.name
    return found


def _given_as_reasons(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() if _says_why(node):
                yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value)
                yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Assign))
            case ast.keyword(arg=str(name), value=value) if name.endswith("because"):
                yield value
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name.endswith(("because", "reason")):
                yield value
            case ast.Call(func=ast.Name(id="Uncertainty" | "Whole"), args=args):
                yield from args
            case ast.List(elts=[ast.Name() as constant]):
                yield constant  # what stands in for a measure's cuts where there are none


def _says_why(function: ast.FunctionDef) -> bool:
    answers = "" if function.returns is None else ast.unparse(function.returns)
    return ("str | None" in answers or "| Reason" in answers) and "sentence" not in function.name


def _texts(expression: ast.expr, constants: dict[str, str]) -> Iterator[str]:
    match expression:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Name(id=name) if name in constants:
            yield constants[name]
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body, constants)
            yield from _texts(orelse, constants)
        case ast.BoolOp(values=values):
            for value in values:
                yield from _texts(value, constants)
        case ast.Call(func=ast.Name(id="Reason"), args=[ast.Constant(value=str(code)), *given]):
            yield from _filled(code, [ast.unparse(each) for each in given])


_FIGURES = {"why": "no variation"}


def _filled(code: str, given: list[str]) -> Iterator[Reason]:
    """A reason as it may come out: numbers as 40, what is drawn as article and as unit."""
    for drawn in ("article", "unit"):
        yield Reason(code, *(_FIGURES.get(name, drawn if name.endswith("cluster") else 40) for name in given))


def test_the_collection_finds_those_that_are_known() -> None:
    """The test below would pass if nothing were collected."""
    known = {
        "no variation",
        "no overlap",
        "one article",
        "one unit",
        "one category",
        "no spans",
        "no distance",
        "nothing answered",
        "leaves one category",
        "no annotation answers both questions",
        "not resampled",
        "labels overlap",
        "annotators differ between units",
        "fewer than two annotators",
        "needs ordered categories or numbers",
        "40 replicates are too few",
        "no variation in 40 of 40 replicates",
        "no variation without one article",
        "not drawn in 40 of 40 replicates",
        "more than 40 articles",
    }
    assert known - set(reasons()) == set()


@pytest.mark.parametrize("reason", sorted(reasons()))
def test_no_reason_is_printed_as_the_code_has_it(reason: str) -> None:
    said = sentence_of(reason)
    assert said != reason, f"{reasons()[reason]} gives a reason that has no sentence"
    assert len(said) > len(reason) or len(said.split()) > 4
    assert "{" not in said


@pytest.mark.parametrize("reason", sorted(reasons()))
def test_a_table_has_no_articles_and_no_sentences(reason: str) -> None:
    assert "article" not in sentence_of(reason, OF_TABLE)
    assert "sentence" not in sentence_of(reason, OF_TABLE)


def test_a_sentence_nobody_foresaw_is_printed_as_it_is() -> None:
    assert sentence_of("the moon was full", OF_STUDY) == "the moon was full"
    assert sentence_of("the {moon} was full", OF_STUDY) == "the {moon} was full"
