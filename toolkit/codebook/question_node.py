"""A question as far as a document gives one: what the structural checks read, faulty or not."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.codebook.document import Node, Place


@dataclass(frozen=True, slots=True)
class QuestionNode:
    """One question of a document: its codes in the order written, and which of them are groups or missing."""

    node: Node
    id: str
    level: str
    categories: tuple[Node, ...]
    by_code: dict[str, Node]
    groups: frozenset[str]
    missing: frozenset[str]

    @property
    def choosable(self) -> tuple[str, ...]:
        """Codes an annotator could choose."""
        return tuple(code for code in self.by_code if code not in self.groups)

    @property
    def on_scale(self) -> tuple[str, ...]:
        """Codes an annotator could choose that are not 'cannot be judged'."""
        return tuple(code for code in self.choosable if code not in self.missing)

    @property
    def name(self) -> str:
        """How messages call this question."""
        return f"question {self.id!r}" if self.id else "a question without id"

    def place(self, field: str) -> Place:
        """Return where a field is written; the question itself where the field is absent."""
        node = self.node.get(field)
        return self.node.place if node is None else node.place

    def path(self, code: str) -> tuple[str, ...]:
        """Return codes from ``code`` up to its root; ends where a parent is unknown or comes round again."""
        steps: list[str] = []
        current: str | None = code
        while current in self.by_code and current not in steps:
            steps.append(current)
            current = self.by_code[current].text("parent")
        return tuple(steps)


def question_nodes(root: Node) -> tuple[QuestionNode, ...]:
    """Return the questions of a document, in order."""
    return tuple(_question_node(node) for node in root.listed("questions") if node.entries is not None)


def _question_node(node: Node) -> QuestionNode:
    categories = tuple(category for category in node.listed("categories") if category.entries is not None)
    by_code: dict[str, Node] = {}
    for category in categories:
        code = category.text("code")
        if code is not None:
            by_code.setdefault(code, category)
    parents = (category.text("parent") for category in categories)
    return QuestionNode(
        node=node,
        id=node.text("id") or "",
        level=node.text("level") or "",
        categories=categories,
        by_code=by_code,
        groups=frozenset(parent for parent in parents if parent is not None),
        missing=frozenset(code for code, category in by_code.items() if is_missing(category)),
    )


def is_missing(category: Node) -> bool:
    """Return whether a category is marked as an answer outside the scale."""
    flag = category.get("missing")
    return flag is not None and flag.scalar is True
