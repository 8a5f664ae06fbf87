"""The sample codebook after its categories were renamed, merged and split; and the map that says so."""

from __future__ import annotations

from tests.codebook.samples import FULL

AFTER = (
    FULL.replace("version: 1.0.0", "version: 2.0.0")
    # gate: ok → whole; and what depends on it
    .replace("- {code: ok,", "- {code: whole,")
    .replace("{gate: [ok]}", "{gate: [whole]}")
    # kind: the group STATE → PUBLIC; police and army → force; paper → daily, weekly
    .replace("- {code: STATE, title: State,", "- {code: PUBLIC, title: State,")
    .replace("{kind: [STATE]}", "{kind: [PUBLIC]}")
    .replace("      - {code: police, title: Police, definition: The police., parent: STATE}\n", "")
    .replace(
        "- {code: army, title: Army, definition: The army., parent: STATE}",
        "- {code: force, title: Force, definition: Police or army., parent: PUBLIC}",
    )
    .replace(
        "      - {code: paper, title: Paper, definition: A newspaper., parent: PRESS}\n",
        "      - {code: daily, title: Daily, definition: A daily., parent: PRESS}\n"
        "      - {code: weekly, title: Weekly, definition: A weekly., parent: PRESS}\n",
    )
    # rank: low and middle → lower
    .replace("order: [low, middle, high]", "order: [lower, high]")
    .replace("      - {code: middle, title: Middle, definition: Middle rank.}\n", "")
    .replace("- {code: low, title: Low, definition: Low rank.}", "- {code: lower, title: Lower, definition: Not high.}")
    # topics: war and trade → world; law → courts, rules
    .replace("      - {code: war, title: War, definition: Armed conflict.}\n", "")
    .replace("- {code: trade, title: Trade, definition: Buying and selling.}",
             "- {code: world, title: World, definition: War or trade.}")
    .replace("      - {code: law, title: Law, definition: Courts and rules.}\n",
             "      - {code: courts, title: Courts, definition: Courts.}\n"
             "      - {code: rules, title: Rules, definition: Rules.}\n")
    # words: Source and Cue → Credit
    .replace("    target: {Source: 0.75}\n", "")
    .replace("      - {code: Source, title: Source, definition: Who is credited.}\n", "")
    .replace("- {code: Cue, title: Cue, definition: How they are credited.}",
             "- {code: Credit, title: Credit, definition: Who is credited and how.}")
)  # fmt: skip

MAP = """\
gate: {ok: whole}
kind:
  STATE: PUBLIC
  police: force
  army: force
  paper: [daily, weekly]
rank: {low: lower, middle: lower}
topics: {war: world, trade: world, law: [courts, rules]}
words: {Source: Credit, Cue: Credit}
"""
