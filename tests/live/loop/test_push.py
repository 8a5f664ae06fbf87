from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from ruamel.yaml import YAML

from tests.live.loop.conftest import LiveStudy, LosesAnswers
from toolkit.errors import ContractViolated, ServerUnreachable, TransferIncomplete, UsageError
from toolkit.labelstudio.session import LabelStudio, connect
from toolkit.loop import push as module
from toolkit.loop.add import add
from toolkit.loop.push import push
from toolkit.loop.pushing import transfer
from toolkit.loop.pushing.design import Design
from toolkit.study import rounds

pytestmark = pytest.mark.live

TWO = Design(annotators_per_sentence=2)


def on_server(study: LiveStudy, lead: LabelStudio) -> Counter[str]:
    pages = lead.sentences_on_server(study.project_id())
    return Counter(str(item.data["sentence_id"]) for page in pages for item in page)


def sentence_ids(study: LiveStudy) -> Counter[str]:
    return Counter(study.texts().keys())


def through(transport: httpx.BaseTransport, study: LiveStudy) -> Callable[..., LabelStudio]:
    http = httpx.Client(transport=transport, timeout=60)
    return lambda *_, **__: connect(study.server.url, study.server.token, http=http, wait=lambda _: None)


def test_every_sentence_is_on_the_server_exactly_once(live_study: LiveStudy, lead: LabelStudio) -> None:
    result = push(live_study.study, design=TWO)
    assert result.n_sent == result.n_verified == 5
    assert on_server(live_study, lead) == sentence_ids(live_study)


def test_pushing_again_changes_nothing(live_study: LiveStudy, lead: LabelStudio) -> None:
    push(live_study.study, design=TWO)
    before = (
        live_study.study.settings_file.read_bytes(),
        live_study.ledger(),
        lead.newest_change(live_study.project_id()),
    )
    again = push(live_study.study)
    after = (
        live_study.study.settings_file.read_bytes(),
        live_study.ledger(),
        lead.newest_change(live_study.project_id()),
    )
    assert again.n_sent == again.n_overlaps_set == 0
    assert before[:2] == after[:2]
    assert before[2].newest_updated_at == after[2].newest_updated_at
    assert on_server(live_study, lead) == sentence_ids(live_study)


def test_what_travels_with_a_sentence(live_study: LiveStudy, lead: LabelStudio) -> None:
    push(live_study.study, design=TWO)
    items = [item.data for page in lead.sentences_on_server(live_study.project_id()) for item in page]
    first, second = items[:2]
    assert first["sentence"] == "The minister resigned."
    assert first["context"] == ""
    assert (second["article_id"], second["position"], second["n_sentences"]) == ("one", 2, 3)
    assert second["context"] == "The minister resigned."
    assert second["codebook_hash"] == live_study.codebook.hash


def test_a_dry_run_touches_neither_server_nor_study(live_study: LiveStudy, lead: LabelStudio) -> None:
    before = live_study.study.settings_file.read_bytes()
    result = push(live_study.study, design=TWO, dry_run=True)
    assert result.plan.n_new == 5
    assert live_study.study.settings_file.read_bytes() == before
    with live_study.study.database() as database:
        assert rounds.names(database) == ()
        assert lead.projects_with(f"intercoder:{database.meta('study_id')}:pilot") == ()


@pytest.mark.parametrize("delivered", [True, False], ids=["answer lost", "request lost"])
@pytest.mark.parametrize("lose", [{1}, {2}, {1, 2}], ids=str)
def test_what_the_network_loses_is_neither_lost_nor_doubled(
    live_study: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch, lose: set[int], delivered: bool
) -> None:
    network = LosesAnswers(lose=lose, delivered=delivered)
    monkeypatch.setattr(module, "open_server", through(network, live_study))
    monkeypatch.setattr(transfer, "BATCH", 2)
    push(live_study.study, design=TWO, sleep=lambda _: None)
    assert network.imports >= len(lose)
    assert on_server(live_study, lead) == sentence_ids(live_study)


def test_a_push_killed_between_two_batches_goes_on_where_it_was(
    live_study: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "BATCH", 2)

    def killed(what: str, done: int, total: int | None) -> None:
        if what == "sending sentences":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        push(live_study.study, design=TWO, progress=killed)
    assert on_server(live_study, lead).total() == 3  # the first by itself, and two that were on their way
    assert push(live_study.study).n_sent == 2
    assert on_server(live_study, lead) == sentence_ids(live_study)


def test_a_project_whose_number_was_never_recorded_is_found_again(
    live_study: LiveStudy, lead: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rounds, "set_project", killed)
        with pytest.raises(KeyboardInterrupt):
            push(live_study.study, design=TWO)
    with live_study.study.database() as database:
        (left_behind,) = lead.projects_with(f"intercoder:{database.meta('study_id')}:pilot")
    push(live_study.study)
    assert live_study.project_id() == left_behind.project_id


def test_a_sentence_that_is_there_twice_is_named(live_study: LiveStudy, lead: LabelStudio) -> None:
    push(live_study.study, design=TWO)
    page = next(lead.sentences_on_server(live_study.project_id()))
    lead.send_sentences(live_study.project_id(), [page[0].data])
    with pytest.raises(TransferIncomplete) as caught:
        push(live_study.study)
    assert [fault.place for fault in caught.value.faults] == [page[0].data["sentence_id"]]


def test_a_sentence_deleted_on_the_server_is_sent_again(live_study: LiveStudy, lead: LabelStudio) -> None:
    push(live_study.study, design=TWO)
    page = next(lead.sentences_on_server(live_study.project_id()))
    assert live_study.server.raw("DELETE", f"/api/tasks/{page[2].remote_id}/").status_code == 204
    assert push(live_study.study).n_sent == 1
    assert on_server(live_study, lead) == sentence_ids(live_study)


def test_a_reliability_sample_gets_its_overlap_on_the_server(live_study: LiveStudy, lead: LabelStudio) -> None:
    design = Design(annotators_per_sentence=1, reliability_sample=0.5, reliability_annotators=3, seed=7)
    result = push(live_study.study, design=design)
    planned = {entry.sentence_id: entry.annotators_wanted for entry in live_study.ledger()}
    there = {
        item.data["sentence_id"]: item.annotators_wanted
        for page in lead.sentences_on_server(live_study.project_id())
        for item in page
    }
    assert there == planned
    assert sorted(set(planned.values())) == [1, 3]
    # whole articles: one of the two
    by_article = {
        entry.article_id: {e.annotators_wanted for e in live_study.ledger() if e.article_id == entry.article_id}
        for entry in live_study.ledger()
    }
    assert sorted(by_article.values(), key=sorted) == [{1}, {3}]
    assert result.plan.n_reliability_sentences == sum(n == 3 for n in planned.values())


def test_a_round_keeps_its_design(live_study: LiveStudy) -> None:
    push(live_study.study, design=TWO)
    with pytest.raises(UsageError, match="keeps its design"):
        push(live_study.study, design=Design(annotators_per_sentence=3))


def test_articles_added_later_join_a_round_of_all_articles(
    live_study: LiveStudy, lead: LabelStudio, tmp_path: Path
) -> None:
    push(live_study.study, design=TWO)
    later = tmp_path / "later.txt"
    later.write_text("A third article came. It has two sentences.", encoding="utf-8")
    add(live_study.study, [str(later)])
    assert push(live_study.study).n_sent == 2
    assert on_server(live_study, lead) == sentence_ids(live_study)


def test_a_sample_of_sentences_is_exact_and_stays(live_study: LiveStudy, lead: LabelStudio) -> None:
    push(live_study.study, design=Design(annotators_per_sentence=1, sentences=3, seed=1))
    drawn = on_server(live_study, lead)
    assert drawn.total() == 3
    push(live_study.study)
    assert on_server(live_study, lead) == drawn


def test_decisions_are_written_to_the_settings(live_study: LiveStudy) -> None:
    push(live_study.study, design=Design(annotators_per_sentence=1, articles=1, seed=4))
    written = YAML(typ="safe").load(live_study.study.settings_file.read_text())["rounds"]["pilot"]
    assert written["annotators_per_sentence"] == 1
    assert written["sample"] == "1 articles"
    assert written["seed"] == 4
    assert written["project"] == live_study.project_id()
    assert live_study.codebook.hash.startswith(written["codebook"]["hash"])


class TestAChangedCodebook:
    def change(self, study: LiveStudy, old: str, new: str) -> None:
        file = study.study.codebook_file
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def test_is_refused_unless_asked_for(self, live_study: LiveStudy) -> None:
        push(live_study.study, design=TWO)
        self.change(live_study, "version: 1.1.2", "version: 1.1.3")
        self.change(live_study, 'title: "Both"', 'title: "Both of them"')
        with pytest.raises(ContractViolated, match="would stay valid") as caught:
            push(live_study.study)
        assert "`push(update_codebook=True)`" in caught.value.todo
        assert any("Both of them" in fault.message for fault in caught.value.faults)

    def test_reaches_the_page_and_is_recorded(self, live_study: LiveStudy, lead: LabelStudio) -> None:
        push(live_study.study, design=TWO)
        old = live_study.codebook
        self.change(live_study, "version: 1.1.2", "version: 1.1.3")
        self.change(live_study, 'title: "Both"', 'title: "Both of them"')
        result = push(live_study.study, update_codebook=True)
        assert result.codebook_updated
        assert result.n_sent == 0
        assert "Both of them" in lead.project(live_study.project_id()).config_xml
        with live_study.study.database() as database:
            versions = rounds.codebook_versions(database, "pilot")
        assert [version.hash for version in versions] == [old.hash, live_study.codebook.hash]

    def test_that_breaks_old_answers_is_refused_with_the_difference(
        self, live_study: LiveStudy, lead: LabelStudio
    ) -> None:
        push(live_study.study, design=TWO)
        config = lead.project(live_study.project_id()).config_xml
        self.change(live_study, "      - code: mixed\n", "      - code: both\n")
        self.change(live_study, "attribution: [attributed, carried, mixed]", "attribution: [attributed, carried, both]")
        with pytest.raises(ContractViolated, match="would not survive") as caught:
            push(live_study.study, update_codebook=True)
        assert any("mixed" in str(fault) for fault in caught.value.faults)
        assert lead.project(live_study.project_id()).config_xml == config

    def test_keeps_the_overlaps(self, live_study: LiveStudy, lead: LabelStudio) -> None:
        push(
            live_study.study,
            design=Design(annotators_per_sentence=1, reliability_sample=0.5, reliability_annotators=3),
        )
        self.change(live_study, "version: 1.1.2", "version: 1.1.3")
        self.change(live_study, 'title: "Both"', 'title: "Both of them"')
        push(live_study.study, update_codebook=True)
        there = {
            item.data["sentence_id"]: item.annotators_wanted
            for page in lead.sentences_on_server(live_study.project_id())
            for item in page
        }
        assert there == {entry.sentence_id: entry.annotators_wanted for entry in live_study.ledger()}


def test_a_server_that_is_away_leaves_the_study_as_it_was(
    live_study: LiveStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = httpx.MockTransport(lambda request: (_ for _ in ()).throw(httpx.ConnectError("refused", request=request)))
    monkeypatch.setattr(module, "open_server", through(away, live_study))
    before = live_study.study.settings_file.read_bytes()
    with pytest.raises(ServerUnreachable):
        push(live_study.study, design=TWO)
    assert live_study.study.settings_file.read_bytes() == before
    with live_study.study.database() as database:
        assert rounds.names(database) == ()
