"""``intercoder push``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.options import DryRunOption, MendPageOption, RemoveCopiesOption, StudyOption, chosen_study, share
from toolkit.cli.streams import progress_bar, stderr, tell


def push(
    round: Annotated[
        str, typer.Option("--round", metavar="NAME", help="The round: one pass of coding, one project.")
    ] = "pilot",
    annotators_per_sentence: Annotated[
        int | None, typer.Option(metavar="N", help="How many annotators code each sentence; by default all registered.")
    ] = None,
    reliability_sample: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Share of the articles coded by more annotators: 15%.")
    ] = None,
    reliability_annotators: Annotated[
        int | None, typer.Option(metavar="N", help="How many annotators code each sentence of that share.")
    ] = None,
    articles: Annotated[int | None, typer.Option(metavar="N", help="Draw N articles.")] = None,
    sentences: Annotated[
        int | None, typer.Option(metavar="N", help="Draw N sentences, in runs of whole articles.")
    ] = None,
    seed: Annotated[int | None, typer.Option(metavar="S", help="Seed of the samples; 0 if not said.")] = None,
    repeat_of: Annotated[
        str | None,
        typer.Option(metavar="ROUND", help="The sentences of an earlier round again; with --sentences a sample."),
    ] = None,
    repeat_share: Annotated[
        str | None,
        typer.Option(
            "--share", metavar="SHARE", help="With --repeat-of: hide so many repeats among new sentences: 10%."
        ),
    ] = None,
    gold: Annotated[
        str | None,
        typer.Option(metavar="SHARE", help="Hide sentences of gold.csv, for everybody: 5% of what each sees."),
    ] = None,
    ids: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Only what the file lists: a sentence or article id a line.")
    ] = None,
    *,
    fresh: Annotated[bool, typer.Option("--fresh", help="Only articles that were in no earlier round.")] = False,
    update_codebook: Annotated[
        bool, typer.Option("--update-codebook", help="Bring a mended codebook.yaml to the running round.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Make a round anew whose project is gone; what is coded is not sent again.")
    ] = False,
    remove_copies: RemoveCopiesOption = False,
    mend_page: MendPageOption = False,
    dry_run: DryRunOption = False,
    study: StudyOption = None,
) -> None:
    """Send the round's sentences to Label Studio, each exactly once. Pushing again sends only what is missing."""
    from toolkit.loop.push import push as send
    from toolkit.loop.pushing.design import Design, PushPlan
    from toolkit.terminal.parameters_as_options import in_options
    from toolkit.terminal.plan import plan_text

    def show_plan(plan: PushPlan) -> None:
        stderr().print(plan_text(plan))

    design = Design(
        annotators_per_sentence=annotators_per_sentence,
        reliability_sample=share(reliability_sample),
        reliability_annotators=reliability_annotators,
        articles=articles,
        sentences=sentences,
        seed=seed,
        fresh=fresh,
        repeat_of=repeat_of,
        share=share(repeat_share),
        gold=share(gold),
        ids=ids,
    )
    with progress_bar() as progress:
        result = send(
            chosen_study(study),
            round_name=round,
            design=design,
            update_codebook=update_codebook,
            again=again,
            remove_copies=remove_copies,
            mend_page=mend_page,
            dry_run=dry_run,
            progress=progress,
            show_plan=show_plan,
            tell=tell,
        )
    for copy in result.removed_copies:
        tell(f"Removed a copy nobody had worked on: {copy}")
    for note in result.notes:
        tell(f"Note: {in_options(note)}.")
    if result.dry_run:
        tell("Nothing was changed (--dry-run).")
        return
    if result.codebook_updated:
        tell(f"The labelling page now follows {result.plan.codebook}.")
    if result.n_coded_before:
        tell(f"{result.n_coded_before} sentences were coded as often as planned before, and are not sent again.")
    for difference in result.page_differences:
        tell(f"Page: {difference}.")
    if result.page_mended:
        tell("Somebody had edited the labelling page; it follows the codebook again.")
    elif result.page_differences:
        tell("Somebody edited the labelling page. Mend it with `intercoder push --mend-page`.")
    sent = f"Sent {result.n_sent} sentences" if result.n_sent else "Nothing to send"
    tell(f"{sent}; all {result.n_verified} are on the server exactly once.")
    tell(f"Annotators label at {result.link}")
