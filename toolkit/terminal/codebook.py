"""A codebook, and what changed between two, laid out for reading in a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from toolkit.codebook.change import Change
from toolkit.codebook.diff import keeps_answers
from toolkit.codebook.explained import definition_lines
from toolkit.codebook.model import Category, Codebook, Question
from toolkit.files.wording import counted


def codebook_text(codebook: Codebook) -> RenderableType:
    """Return a codebook for reading: its decision rules, then every question with its categories."""
    questions = counted(len(codebook.questions), "question")
    heading = Text.assemble((codebook.name, "bold"), f" {codebook.version} · {codebook.language} · {questions}")
    parts: list[RenderableType] = [heading, Text(), Text("How to decide", style="bold"), _rules(codebook.instructions)]
    for number, question in enumerate(codebook.questions, start=1):
        parts += [Text(), _question(number, question)]
    return Group(*parts)


def changes_text(changes: Sequence[Change]) -> RenderableType:
    """Return what changed between two codebooks, whether each change keeps earlier answers valid, and why."""
    if not changes:
        return Text("No difference.")
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    table.add_row(Text("answers", style="bold"), Text("change", style="bold"))
    for change in changes:
        verdict = Text("stay valid") if change.keeps_answers else Text("INVALID", style="bold")
        what = Text.assemble((change.place, "bold"), "  ", change.what, "\n", (change.because, "dim"))
        table.add_row(verdict, what)
    return Group(table, Text(), _verdict(changes))


def _verdict(changes: Sequence[Change]) -> Text:
    if keeps_answers(changes):
        return Text("Answers given before these changes stay valid.", style="bold")
    breaking = sum(not change.keeps_answers for change in changes)
    do = "does" if breaking == 1 else "do"
    message = f"Answers given before do not stay valid: {breaking} of {len(changes)} changes {do} not keep them."
    return Text(message, style="bold")


def _rules(rules: Sequence[str]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", width=4, no_wrap=True)
    table.add_column(ratio=1)
    for number, rule in enumerate(rules, start=1):
        table.add_row(f"{number}.", Text(rule))
    return table


def _question(number: int, question: Question) -> Group:
    facts = Text.assemble(f"{number:>2}. ", (question.id, "bold"), f"   {_facts(question)}")
    lines: list[RenderableType] = [facts, _indented(Text(question.text, style="italic"))]
    lines += [_indented(Text(line)) for line in _conditions(question)]
    if question.categories:
        lines.append(_indented(_categories(question)))
    return Group(*lines)


def _indented(renderable: RenderableType) -> Padding:
    return Padding(renderable, (0, 0, 0, 4))


def _facts(question: Question) -> str:
    facts = [question.level, "required" if question.required else "optional"]
    if question.at_most is not None:
        facts.append(f"at most {question.at_most}")
    if not question.agreement:
        facts.append("not in the agreement table")
    return " · ".join(facts)


def _conditions(question: Question) -> list[str]:
    lines = [f"shown if {name} is {_any_of(codes)}" for name, codes in question.show_if.items()]
    lines[1:] = [f"     and {line.removeprefix('shown if ')}" for line in lines[1:]]
    if question.target is not None:
        because = "" if question.target_because is None else f": {question.target_because}"
        lines.append(f"agreement to reach: {_target(question)}{because}")
    if question.order:
        lines.append(f"from low to high: {', '.join(question.order)}")
    limits = [
        f"{word} {limit:g}"
        for word, limit in (("from", question.minimum), ("to", question.maximum))
        if limit is not None
    ]
    if limits:
        lines.append(f"numbers {' '.join(limits)}")
    if question.preselected is not None:
        lines.append(f"already chosen when the page opens: {question.preselected}")
    return lines


def _any_of(codes: Sequence[str]) -> str:
    return codes[0] if len(codes) == 1 else f"{', '.join(codes[:-1])} or {codes[-1]}"


def _target(question: Question) -> str:
    if isinstance(question.target, dict):
        of = "depth " if question.level == "taxonomy" else ""
        return ", ".join(f"{of}{name} {share:.2f}" for name, share in question.target.items())
    return f"{question.target:.2f}"


def _categories(question: Question) -> Table:
    """Key, code and meaning of each category; groups stand as headings over what they hold."""
    keyed = any(category.hotkey for category in question.categories)
    table = Table.grid(padding=(0, 2))
    if keyed:
        table.add_column(no_wrap=True)
    table.add_column(max_width=26, overflow="fold")
    table.add_column(ratio=1)
    header = [Text(word, style="dim") for word in (["key"] if keyed else []) + ["code", "meaning"]]
    table.add_row(*header)
    for category, depth in _in_tree_order(question):
        code = Text("  " * depth + category.code, style="bold" if category.code in question.parents else "")
        key = [Text(category.hotkey or "")] if keyed else []
        table.add_row(*key, code, _meaning(question, category))
    return table


def _in_tree_order(question: Question) -> list[tuple[Category, int]]:
    """Categories with their depth, each group followed by what it holds; otherwise as written."""

    def below(parent: str | None, depth: int) -> list[tuple[Category, int]]:
        rows: list[tuple[Category, int]] = []
        for category in question.categories:
            if category.parent == parent:
                rows += [(category, depth), *below(category.code, depth + 1)]
        return rows

    return below(None, 0)


def _meaning(question: Question, category: Category) -> Text:
    outside = "  (outside the scale)" if category.missing else ""
    lines = "\n".join(line.text for line in definition_lines(question, category))
    return Text.assemble((category.title, "bold"), outside, "\n", (lines, "dim"))
