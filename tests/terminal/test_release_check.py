"""What the gate finds of a release of Label Studio, as the lead reads it."""

from __future__ import annotations

from tests.terminal.printed import words
from toolkit.loop.online.gate_trial import Trial
from toolkit.loop.release_check import ReleaseChecked
from toolkit.terminal.release_check import release_text

NEW = ReleaseChecked(
    release="1.24.0",
    known=False,
    serves=False,
    n_routes=1200,
    n_open=48,
    gone=("GET ^api/ml/",),
    trial=Trial("annotator-1", ("everybody's answers, as an export", "the link that invites"), ()),
)


def test_a_new_release_is_closed_and_says_how_it_is_opened() -> None:
    said = words(release_text(NEW))
    assert "Label Studio 1.24.0 is not known to the gate: annotators are kept out." in said
    assert "`intercoder server check --let-in`" in said
    assert "1,200; 48 are open to annotators, every other one is refused" in said
    assert "1 of those that are open: the labelling page may lack something GET ^api/ml/" in said
    assert "as annotator-1, who was refused: everybody's answers, as an export the link that invites" in said


def test_a_release_the_gate_was_made_for_needs_nothing() -> None:
    known = ReleaseChecked(release="1.23.2", known=True, serves=True, n_routes=1157, n_open=49, gone=(), trial=None)
    said = words(release_text(known))
    assert said.startswith("Label Studio 1.23.2 is known to the gate: annotators are let in.")
    assert "--let-in" not in said
    assert "not yet: no registered annotator has an account and a round here" in said
