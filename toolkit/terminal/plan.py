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
    if decision.share is not None:
        many = counted(plan.n_repeats, "sentence")
        facts.append(("repeats", f"{many} of round {decision.repeat_of}, hidden among the new ones"))
    if decision.reliability_share is not None:
        many = counted(plan.n_reliability_sentences, "sentence")
        share = f"{100 * decision.reliability_share:.3g} % of the articles, drawn at random"
        facts.append(("reliability", f"{many} by {decision.reliability_annotators} annotators ({share})"))
    if decision.gold is not None:
        besides = f", {plan.n_only_gold:,} of them in the round only for that" if plan.n_gold else ""
        facts.append(("gold", f"{counted(plan.n_gold, 'sentence')} for everybody registered{besides}"))
    if plan.earlier:
        facts += [("earlier rounds" if not n else "", line) for n, line in enumerate(_earlier(plan))]
    drawn = decision.sample in {"articles", "sentences"} or decision.share is not None or decision.gold is not None
    if drawn or decision.reliability_share is not None:
        facts.append(("seed", str(decision.seed)))
    facts.append(("to send", "nothing known to be missing" if not plan.n_new else counted(plan.n_new, "sentence")))
    return Group(Text("Plan", style="bold"), fact_table(facts))


def _earlier(plan: PushPlan) -> list[str]:
    """What of the round was in which earlier one."""
    return [
        f"{counted(one.n_sentences, 'sentence')} of {counted(one.n_articles, 'article')} in round {one.round}"
        for one in plan.earlier
        if one.n_sentences
    ] or ["none of its sentences was in one"]


def _sample(decision: Decision) -> str:
    of = f" of round {decision.repeat_of}" if decision.repeat_of is not None and decision.share is None else ""
    new = " of articles in no earlier round" if decision.fresh else ""
    if decision.sample == "listed":
        return "as listed"
    if decision.sample == "all":
        return f"all there are{of}{new}"
    if decision.fresh and decision.sample == "articles":
        return f"a random sample of {decision.sample_size} articles in no earlier round"
    return f"a random sample of {decision.sample_size} {decision.sample}{of}{new}"
