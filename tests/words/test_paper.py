"""The headline for a paper: LaTeX and Markdown read back by strict readers of what the two allow."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.terminal.agreement.made_up import ALPHA, report
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.reason import Reason
from toolkit.loop.agreement.report import AgreementReport
from toolkit.words.latex import latex_text
from toolkit.words.markdown import markdown_text
from toolkit.words.paper_table import PaperTable, paper_table

ODD = r"a_b & 100% of #1 {x} $y$ ^z~ \ |c| <d> `e` [f] *g*"
NAMES = [ODD, "[first]", "*starred*", "plain", "ends in \\\\", "line\nbreak"]

TOKEN = re.compile(
    r"(?P<command>\\[a-zA-Z]+)|(?P<end>\\\\)|(?P<escaped>\\[{}$&#%_])|(?P<open>\{)|(?P<close>\})|(?P<math>\$)|(?P<cell>&)"
    r"|(?P<wrong>[\\#%_^~<>|`])|(?P<text>[^\\#%_^~<>|`{}$&]+)"
)
PRINTED = {
    r"\textbackslash": "\\",
    r"\textasciicircum": "^",
    r"\textasciitilde": "~",
    r"\textless": "<",
    r"\textgreater": ">",
    r"\textbar": "|",
    r"\textasciigrave": "`",
    r"\ldots": "…",
    r"\times": "×",
}


def of_names(*names: str, like: Estimate = ALPHA) -> AgreementReport:
    found = []
    for name in names:
        alpha = replace(like, question=name)
        percent = replace(alpha, measure="percent_agreement", value=1.0, target=None, verdict=None)
        found += [alpha, percent, replace(percent, measure="gwet_ac1", value=-0.25)]
    return report(*found)


def told(name: str) -> str:
    return " ".join(name.split())


def cells_of(line: str) -> list[str]:
    """What a row prints, cell by cell, up to the one end of it; fails on anything LaTeX would take otherwise."""
    cells, depth, math = [""], 0, 0
    assert line.endswith(" " + 2 * "\\")
    tokens = list(TOKEN.finditer(line))
    assert "".join(token[0] for token in tokens) == line
    assert [token.lastgroup for token in tokens].count("end") == 1
    assert not line.startswith(("[", "*"))  # an argument of the end of the row before
    for token in tokens[:-1]:
        match token.lastgroup:
            case "open" | "close":
                depth += 1 if token.lastgroup == "open" else -1
                assert depth >= 0
            case "cell":
                assert depth == 0
                assert math % 2 == 0
                cells.append("")
            case "math":
                math += 1
            case "command":
                cells[-1] += PRINTED[token[0]]
            case "escaped":
                cells[-1] += token[0][1:]
            case "text":
                cells[-1] += token[0]
            case other:
                pytest.fail(f"{other}: {token[0]} in {line}")
    assert depth == 0
    assert math % 2 == 0
    return [cell.strip() for cell in cells]


def environments(text: str) -> list[str]:
    """The environments in the order they are opened; each is closed before the one around it."""
    opened, order = list[str](), list[str]()
    for which, name in re.findall(r"\\(begin|end)\{(\w+)\}", text):
        if which == "begin":
            opened.append(name)
            order.append(name)
        else:
            assert opened.pop() == name
    assert not opened
    return order


def rows_of_latex(text: str) -> list[list[str]]:
    body = text.partition("\\toprule\n")[2].partition("\n\\bottomrule")[0]
    head, rule, rows = body.partition("\n\\midrule\n")
    assert rule
    return [cells_of(line) for line in [head, *rows.splitlines()]]


def test_latex_is_balanced_and_every_row_has_a_cell_for_every_column() -> None:
    text = latex_text(paper_table(of_names(*NAMES)))
    assert environments(text) == ["table", "threeparttable", "tabular", "tablenotes"]
    alignment = re.search(r"\\begin\{tabular\}\{([lr]+)\}", text)
    assert alignment is not None
    rows = rows_of_latex(text)
    assert rows[0] == ["question", "level", "alpha", "95 % CI", "agree", "AC1", "n", "coders", "target", "verdict"]
    assert {len(row) for row in rows} == {len(alignment[1])}
    assert [row[0] for row in rows[1:]] == [told(name) for name in NAMES]
    assert rows[1][1:] == ["nominal", ".81", "[.70, .90]", "100%", "-.25", "240/300", "2.5/3", ".70", "reached"]
    for rule in ("toprule", "midrule", "bottomrule"):
        assert text.count(f"\\{rule}\n") == 1


def test_what_stands_around_the_rows_is_escaped_as_well() -> None:
    text = latex_text(PaperTable(caption=ODD, columns=("a",), n_names=1, rows=(), notes=(ODD, "[x] y", "b  why_not")))
    (caption,) = re.findall(r"^\\caption\{(.*)\}$", text, re.MULTILINE)
    first, second, third = re.findall(r"^\\item(.*)$", text, re.MULTILINE)
    for said in (caption, first):
        assert cells_of(said.strip() + r" \\") == [told(ODD)]
    assert second == " {}[x] y"  # not the label of the note
    assert third == r"[b] why\_not"


def test_notes_say_what_intervals_levels_n_and_coders_are() -> None:
    for text in (latex_text(paper_table(of_names("voice"))), markdown_text(paper_table(of_names("voice")))):
        for said in ("jackknife over 11 articles", "level: level of measurement", "nominal, two values are the same"):
            assert said in text
        assert (
            "n: sentences with two or more annotators / anybody answered. coders: annotators of a sentence / in all."
            in text
        )


@pytest.mark.parametrize("write", [latex_text, markdown_text])
def test_a_number_that_is_missing_leads_to_its_reason(write: object) -> None:
    nothing = replace(
        ALPHA, value=None, ci_low=None, ci_high=None, interval_method=None, undefined_because=Reason("no variation")
    )
    assert callable(write)
    text = write(paper_table(report(ALPHA, replace(nothing, question="gate"))))
    mark, note = (r"--\textsuperscript{a}", r"\item[a] no variation") if write is latex_text else (
        "–<sup>a</sup>", "<sup>a</sup> no variation"
    )  # fmt: skip
    assert text.count(mark) == 1
    assert note in text


def test_columns_nobody_has_a_number_for_are_left_out() -> None:
    table = paper_table(report(replace(ALPHA, target=None, verdict=None)))
    assert table.columns == ("question", "level", "alpha", "95 % CI", "n", "coders")


def test_mixed_codebooks_are_said_without_an_option() -> None:
    mixed = replace(report(ALPHA), codebooks={"1.0.0": 3, "1.1.0": 4})
    text = latex_text(paper_table(mixed))
    assert "Versions of the codebook are mixed: 3 1.0.0, 4 1.1.0." in text
    assert "by codebook" not in text


def cells_of_markdown(line: str) -> list[str]:
    """Between bars that no backslash takes back; what would be formatting must be taken back."""
    assert line.startswith("| ")
    assert line.endswith(" |")
    cells = re.split(r"(?<!\\)((?:\\\\)*)\|", line)
    joined = ["".join(pair) for pair in zip(cells[0::2], [*cells[1::2], ""], strict=True)][1:-1]
    for cell in joined:
        assert not re.search(r"(?<!\\)[`*_\[\]<>~#]", re.sub(r"\\\\", "", cell)), cell
    return [re.sub(r"\\(.)", r"\1", cell).strip() for cell in joined]


def test_markdown_has_a_cell_for_every_column_and_shows_names_as_they_are() -> None:
    text = markdown_text(paper_table(of_names(*NAMES)))
    caption, table, *notes = text.split("\n\n")
    assert caption == "**Agreement in pilot: Krippendorff's alpha**"
    head, ends, *rows = table.splitlines()
    assert len(cells_of_markdown(head)) == ends.count("---") == 10
    assert [len(cells_of_markdown(row)) for row in rows] == [10] * len(NAMES)
    assert [cells_of_markdown(row)[0] for row in rows] == [told(name) for name in NAMES]
    assert cells_of_markdown(rows[0])[2:6] == [".81", "[.70, .90]", "100%", "−.25"]
    assert notes
    assert not any(note.startswith("|") or "\n" in note for note in notes)
