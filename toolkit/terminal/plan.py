"""What a push is about to do, as the lead reads it before it happens."""

from __future__ import annotations

from rich.console import Group
from rich.text import Text

from toolkit.files.wording import counted
from toolkit.loop.pushing.design import PushPlan
from toolkit.study.rounds import Decision
from toolkit.terminal.lines import fact_table


def plan_text(plan: PushPlan) -> Group:
    """Return the plan as aligned facts."""
    decision = plan.decision
    facts = [
        ("round", f"{plan.round}{' (new)' if plan.new_round else ''}"),
        ("codebook", plan.codebook),
        ("sentences", f"{plan.n_sentences:,} of {counted(plan.n_articles, 'article')}, {_sample(decision)}"),
        ("annotators", f"{decision.annotators_per_sentence} per sentence"),
    ]
    if decision.reliability_share is not None:
        many = counted(plan.n_reliability_sentences, "sentence")
        share = f"{100 * decision.reliability_share:.3g} % of the articles, drawn at random"
        facts.append(("reliability", f"{many} by {decision.reliability_annotators} annotators ({share})"))
    if decision.sample != "all" or decision.reliability_share is not None:
        facts.append(("seed", str(decision.seed)))
    facts.append(("to send", "nothing known to be missing" if not plan.n_new else counted(plan.n_new, "sentence")))
    return Group(Text("Plan", style="bold"), fact_table(facts))


def _sample(decision: Decision) -> str:
    if decision.sample == "all":
        return "all there are"
    return f"a random sample of {decision.sample_size} {decision.sample}"
