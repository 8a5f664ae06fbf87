"""What the code takes for granted about Label Studio: if a new release changes one of these, it says so here first."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.live.conftest import MakeAnnotator, MakeProject
from tests.live.server import CONFIG, LiveServer
from toolkit.errors import ServerRefused
from toolkit.labelstudio.accounts import make_account, personal_token, signed_in
from toolkit.labelstudio.connection import NotThere
from toolkit.labelstudio.records import MarkedProject, RawEntry, SentenceOnServer
from toolkit.labelstudio.session import LabelStudio, connect

pytestmark = pytest.mark.live

WRITER = {"from_name": "attribution", "to_name": "sentence", "type": "choices", "value": {"choices": ["writer"]}}


def sentences(lead: LabelStudio, project_id: int) -> list[SentenceOnServer]:
    return [each for page in lead.sentences_on_server(project_id) for each in page]


def entries(lead: LabelStudio, project_id: int, since: datetime | None = None) -> list[RawEntry]:
    return [entry for page in lead.pages_changed_since(project_id, since) for entry in page.entries]


def listed(server: LiveServer, project_id: int, query: dict[str, Any], **params: object) -> httpx.Response:
    asked = {"project": project_id, "page": 1, "page_size": 50, "query": json.dumps(query), **params}
    return server.raw("GET", "/api/tasks", params=asked)


def condition(field: str, kind: str, value: object, operator: str = "greater") -> dict[str, Any]:
    item = {"filter": f"filter:tasks:{field}", "operator": operator, "type": kind, "value": value}
    return {"filters": {"conjunction": "and", "items": [item]}, "ordering": ["tasks:id"]}


# ------------------------------------------------------------------ push


def test_the_same_sentence_sent_twice_is_there_twice(lead: LabelStudio, project: MakeProject) -> None:
    project_id = project()
    data = [{"sentence_id": "a:1", "sentence": "Once."}]
    lead.send_sentences(project_id, data)
    lead.send_sentences(project_id, data)
    assert lead.count(project_id) == 2


def test_ids_come_back_in_the_order_sent(lead: LabelStudio, project: MakeProject) -> None:
    project_id = project()
    sent = lead.send_sentences(project_id, [{"sentence_id": f"a:{n}", "sentence": "x"} for n in range(300)])
    there = {each.remote_id: each.data["sentence_id"] for each in sentences(lead, project_id)}
    assert [there[remote_id] for remote_id in sent] == [f"a:{n}" for n in range(300)]


def test_an_overlap_in_imported_sentences_is_ignored(
    server: LiveServer, lead: LabelStudio, project: MakeProject
) -> None:
    project_id = project(annotators=2)
    body = [{"data": {"sentence": "x"}, "overlap": 5}]
    assert server.raw("POST", f"/api/projects/{project_id}/import", json=body).status_code == 201
    assert [each.annotators_wanted for each in sentences(lead, project_id)] == [2]


def test_annotators_wanted_per_sentence_outlive_all_but_another_number_for_the_project(
    lead: LabelStudio, project: MakeProject
) -> None:
    project_id = project(2)
    lead.set_annotators_wanted(sentences(lead, project_id)[0].remote_id, 3)

    def wanted() -> list[int]:
        return [each.annotators_wanted for each in sentences(lead, project_id)]

    assert wanted() == [3, 1]
    lead.update_project(project_id, instructions_html="<p>Mended.</p>")
    lead.update_project(project_id, config_xml=CONFIG.replace("Attributed", "Attributed to a source"))
    lead.update_project(project_id, annotators_per_sentence=1)
    assert wanted() == [3, 1]
    lead.update_project(project_id, annotators_per_sentence=2)  # only where several were wanted before
    assert wanted() == [2, 1]
    lead.update_project(project_id, annotators_per_sentence=1)  # everywhere
    assert wanted() == [1, 1]
    lead.update_project(project_id, annotators_per_sentence=4)  # everywhere, since none wanted several
    assert wanted() == [4, 4]


def test_a_change_that_is_for_a_review_does_and_answers_the_same(
    server: LiveServer, lead: LabelStudio, project: MakeProject
) -> None:
    first, second = sentences(lead, project(2))
    changes = {"overlap": 3, "is_labeled": False}
    plain = server.raw("PATCH", f"/api/tasks/{first.remote_id}/", json=changes).json()
    light = server.raw("PATCH", f"/api/tasks/{second.remote_id}/?review=true", json=changes).json()
    differing = {name for name in plain if plain[name] != light[name]}
    assert plain.keys() == light.keys()
    assert differing == {"id", "inner_id", "data", "created_at", "updated_at"}
    assert light["overlap"] == 3


def test_several_sentences_cannot_be_changed_in_one_request(
    server: LiveServer, lead: LabelStudio, project: MakeProject
) -> None:
    project_id = project(2)
    body = [{"id": each.remote_id, "overlap": 3} for each in sentences(lead, project_id)]
    for method in ("PATCH", "PUT"):
        assert server.raw(method, f"/api/tasks/?project={project_id}", json=body).status_code == 405
    actions = server.raw("GET", "/api/dm/actions/", params={"project": project_id}).json()
    assert [each["id"] for each in actions if "overlap" in json.dumps(each).lower()] == []


def test_several_wanted_and_one_wanted_cannot_be_had_from_imports_alone(
    lead: LabelStudio, project: MakeProject
) -> None:
    """Imports take the project's number of that moment, but its way back to 1 takes all sentences along."""
    project_id = project(1, annotators=3)
    lead.update_project(project_id, annotators_per_sentence=1)
    lead.send_sentences(project_id, [{"sentence_id": "a:2", "sentence": "x"}])
    assert [each.annotators_wanted for each in sentences(lead, project_id)] == [1, 1]


def test_a_finished_sentence_opens_again_only_if_told_so(
    server: LiveServer, lead: LabelStudio, project: MakeProject
) -> None:
    project_id = project(1)
    (before,) = sentences(lead, project_id)
    lead.submit(before.remote_id, [WRITER], seconds=1)
    server.raw("PATCH", f"/api/tasks/{before.remote_id}", json={"overlap": 2})
    (patched,) = sentences(lead, project_id)
    lead.set_annotators_wanted(before.remote_id, 2, n_annotations=1)
    (reopened,) = sentences(lead, project_id)
    assert (patched.annotators_wanted, patched.is_done) == (2, True)
    assert (reopened.annotators_wanted, reopened.is_done) == (2, False)


def test_a_control_in_use_cannot_be_renamed_but_a_choice_can_be_removed(
    lead: LabelStudio, project: MakeProject
) -> None:
    project_id = project(1)
    lead.submit(sentences(lead, project_id)[0].remote_id, [WRITER], seconds=1)
    with pytest.raises(ServerRefused):
        lead.update_project(project_id, config_xml=CONFIG.replace('"attribution"', '"renamed"'))
    lead.update_project(project_id, config_xml=CONFIG.replace('<Choice value="Writer" alias="writer"/>', ""))


def test_what_a_project_is_made_with_is_what_it_has(lead: LabelStudio, project: MakeProject) -> None:
    state = lead.project(project(3, annotators=2))
    assert (state.config_xml, state.instructions_html) == (CONFIG, "<p>Read.</p>")
    assert (state.description, state.annotators_per_sentence, state.n_sentences) == ("made by a test", 2, 3)


def test_a_project_is_found_by_its_mark_past_the_first_page(
    server: LiveServer, lead: LabelStudio, project: MakeProject
) -> None:
    project_id = project()
    mark = f"mark-{project_id}-"
    assert lead.projects_with(mark) == ()
    server.raw("PATCH", f"/api/projects/{project_id}/", json={"description": f"Round. [{mark}]"})
    assert lead.projects_with(mark) == (MarkedProject(project_id, 0),)
    twin = project(2)
    server.raw("PATCH", f"/api/projects/{twin}/", json={"description": f"Copy. [{mark}]"})
    other = project()
    server.raw("PATCH", f"/api/projects/{other}/", json={"description": f"Another's. [{mark}2]"})
    assert lead.projects_with(mark) == (MarkedProject(project_id, 0), MarkedProject(twin, 2))
    lead.delete_project(twin)
    assert lead.projects_with(mark) == (MarkedProject(project_id, 0),)


# ------------------------------------------------------------------ pull


def test_a_sentence_changes_when_an_annotation_is_made_edited_or_deleted_but_not_by_a_draft(
    server: LiveServer, lead: LabelStudio, project: MakeProject
) -> None:
    project_id = project(1)

    def updated() -> datetime:
        return sentences(lead, project_id)[0].updated_at

    remote_id, moments = sentences(lead, project_id)[0].remote_id, [updated()]
    server.raw("POST", f"/api/tasks/{remote_id}/drafts", json={"result": [WRITER], "lead_time": 1})
    assert updated() == moments[0]
    made = lead.submit(remote_id, [WRITER], seconds=1)
    moments.append(updated())
    assert server.raw("PATCH", f"/api/annotations/{made}/", json={"result": []}).status_code == 200
    moments.append(updated())
    assert server.raw("DELETE", f"/api/annotations/{made}/").status_code == 204
    moments.append(updated())
    assert moments == sorted(set(moments))


def test_the_filter_by_change_is_strict_to_the_microsecond(lead: LabelStudio, project: MakeProject) -> None:
    project_id = project(3)
    moments = sorted(each.updated_at for each in sentences(lead, project_id))
    newest = lead.newest_change(project_id)
    assert newest.newest_updated_at == moments[-1]
    assert newest.n_sentences == 3
    assert entries(lead, project_id, moments[-1]) == []
    just_before = moments[-1] - timedelta(microseconds=1)
    assert [entry.updated_at for entry in entries(lead, project_id, just_before)] == [moments[-1]]


def test_the_filter_by_change_knows_time_zones_only_as_utc_with_microseconds(
    server: LiveServer, lead: LabelStudio, project: MakeProject
) -> None:
    project_id = project(1)
    moment = sentences(lead, project_id)[0].updated_at
    for form in (moment.isoformat(), moment.strftime("%Y-%m-%dT%H:%M:%SZ")):
        assert listed(server, project_id, condition("updated_at", "Datetime", form)).status_code == 500
    elsewhere = moment.astimezone(datetime.strptime("+0530", "%z").tzinfo)
    assert entries(lead, project_id, elsewhere) == []


def test_the_server_says_what_time_it_has(lead: LabelStudio, project: MakeProject) -> None:
    skew = datetime.now(UTC) - lead.newest_change(project()).server_now
    assert abs(skew) < timedelta(seconds=5)


def test_total_counts_what_remains_from_an_id_on(server: LiveServer, lead: LabelStudio, project: MakeProject) -> None:
    project_id = project(5)
    ids = [each.remote_id for each in sentences(lead, project_id)]
    body = listed(server, project_id, condition("id", "Number", ids[1]), page_size=2).json()
    assert body["total"] == 3
    assert [task["id"] for task in body["tasks"]] == ids[2:4]


def test_asking_for_fields_reaches_into_annotations(
    server: LiveServer, lead: LabelStudio, project: MakeProject
) -> None:
    project_id = project(1)
    lead.submit(sentences(lead, project_id)[0].remote_id, [WRITER], seconds=1)
    everything = condition("id", "Number", 0)
    bare = listed(server, project_id, everything, fields="all", include="id,annotations").json()
    full = listed(server, project_id, everything, fields="all", include="id,annotations,result").json()
    assert set(bare["tasks"][0]["annotations"][0]) == {"id"}
    assert full["tasks"][0]["annotations"][0]["result"] == [WRITER]


def test_pages_bring_every_sentence_once(lead: LabelStudio, project: MakeProject) -> None:
    project_id = project(23)
    pages = list(lead.pages_changed_since(project_id, None, page_size=5))
    assert [len(page.entries) for page in pages] == [5, 5, 5, 5, 3]
    assert [page.n_left for page in pages] == [18, 13, 8, 3, 0]
    assert [entry.sentence_id for page in pages for entry in page.entries] == [f"a:{n}" for n in range(1, 24)]


def test_a_skip_is_an_empty_annotation_marked_as_cancelled(
    lead: LabelStudio, project: MakeProject, annotator: MakeAnnotator
) -> None:
    project_id, anna = project(2), annotator()
    first, _ = sentences(lead, project_id)
    anna.skip(first.remote_id, seconds=2.5)
    skipped, untouched = entries(lead, project_id)
    (raw,) = skipped.annotations
    assert (raw["was_cancelled"], raw["result"], raw["lead_time"]) == (True, [], 2.5)
    assert (raw["completed_by"], untouched.annotations) == (anna.me().user_id, ())
    assert [each.n_skips for each in sentences(lead, project_id)] == [1, 0]
    assert lead.done_by(project_id, anna.me().user_id) == {first.remote_id}


def test_the_same_person_can_annotate_twice(lead: LabelStudio, project: MakeProject) -> None:
    project_id = project(1)
    remote_id = sentences(lead, project_id)[0].remote_id
    made = {lead.submit(remote_id, [WRITER], seconds=1), lead.submit(remote_id, [WRITER], seconds=1)}
    (entry,) = entries(lead, project_id)
    assert {raw["id"] for raw in entry.annotations} == made
    assert lead.done_by(project_id, lead.me().user_id) == {remote_id}


def test_anybody_can_read_and_edit_and_the_first_author_stays(bare_server: LiveServer) -> None:
    people = []
    with bare_server.as_lead() as lead:
        project_id = lead.create_project(
            title="Open to all", description="", config_xml=CONFIG, instructions_html="", annotators_per_sentence=1
        )
        (remote_id,) = lead.send_sentences(project_id, [{"sentence_id": "a:1", "sentence": "Sentence 1."}])
        for email in ("anna@bare.example", "ben@bare.example"):
            make_account(lead.invite_link(), email=email, password="a-long-passphrase")
            people.append(personal_token(bare_server.url, email=email, password="a-long-passphrase"))
        with connect(bare_server.url, people[0]) as anna, connect(bare_server.url, people[1]) as ben:
            made = anna.submit(remote_id, [WRITER], seconds=1)
            (seen,) = entries(ben, project_id)
            assert seen.annotations[0]["result"] == [WRITER]
            answer = bare_server.raw("PATCH", f"/api/annotations/{made}/", token=people[1], json={"result": []})
            assert answer.status_code == 200
            (raw,) = entries(lead, project_id)[0].annotations
            assert (raw["completed_by"], raw["updated_by"]) == (anna.me().user_id, ben.me().user_id)
            assert lead.gate.state() is None


def test_who_submits_saves_and_of_what_is_imported_nobody_does(
    server: LiveServer, lead: LabelStudio, project: MakeProject, annotator: MakeAnnotator
) -> None:
    """Also a skip is saved by whoever skips; what the lead enters in somebody's name is saved by the lead."""
    project_id, anna = project(2), annotator()
    first, second = (each.remote_id for each in sentences(lead, project_id))
    whose = anna.me().user_id
    anna.submit(first, [WRITER], seconds=1)
    skip = {"result": [], "was_cancelled": True}
    path = f"/api/tasks/{second}/annotations/"
    assert server.raw("POST", path, token=anna._client._token, json=skip).status_code == 201
    in_her_name = {"result": [WRITER], "completed_by": whose}
    assert server.raw("POST", path, json=in_her_name).status_code == 201
    imported = [{"data": {"sentence": "x"}, "annotations": [{"result": [WRITER], "completed_by": whose}]}]
    assert server.raw("POST", f"/api/projects/{project_id}/import", json=imported).status_code == 201
    said = [[(raw["completed_by"], raw["updated_by"]) for raw in one.annotations] for one in entries(lead, project_id)]
    assert [sorted(each, key=str) for each in said] == [
        [(whose, whose)],
        sorted([(whose, whose), (whose, lead.me().user_id)], key=str),
        [(whose, None)],
    ]


@pytest.mark.parametrize(
    "result",
    [
        [{**WRITER, "value": {"choices": ["no_such_choice"]}}],
        [{**WRITER, "value": {"choices": ["writer", "attributed"]}}],
        [WRITER, WRITER],
        [{**WRITER, "type": "labels", "from_name": "spans",
          "value": {"start": 0, "end": 9999, "text": "x", "labels": ["source"]}}],
    ],
    ids=["unknown choice", "two of a single choice", "two answers", "span beyond the text"],
)  # fmt: skip
def test_nonsense_is_accepted_without_a_word(
    lead: LabelStudio, project: MakeProject, result: list[dict[str, object]]
) -> None:
    project_id = project(1)
    lead.submit(sentences(lead, project_id)[0].remote_id, result, seconds=1)
    assert entries(lead, project_id)[0].annotations[0]["result"] == result


def test_drafts_are_seen_with_their_author(
    server: LiveServer, lead: LabelStudio, project: MakeProject, annotator: MakeAnnotator
) -> None:
    project_id, anna = project(2), annotator()
    assert lead.in_progress(project_id) == ()
    remote_id = sentences(lead, project_id)[1].remote_id
    token = anna._client._token
    server.raw("POST", f"/api/tasks/{remote_id}/drafts", token=token, json={"result": [WRITER], "lead_time": 1})
    (begun,) = lead.in_progress(project_id)
    assert (begun.remote_id, begun.user_id) == (remote_id, anna.me().user_id)


def test_deleted_sentences_vanish_without_a_trace(server: LiveServer, lead: LabelStudio, project: MakeProject) -> None:
    project_id = project(2)
    before = lead.newest_change(project_id)
    newest = before.newest_updated_at
    assert newest is not None
    server.raw("DELETE", f"/api/tasks/{sentences(lead, project_id)[0].remote_id}")
    assert lead.count(project_id) == 1
    assert entries(lead, project_id, newest) == []


def test_totals_and_states_tell_what_a_project_holds_skips_counted_in_the_states_only(
    lead: LabelStudio, project: MakeProject, annotator: MakeAnnotator
) -> None:
    """What reconciling rests on: two numbers of a project; of a sentence when it changed and what it carries."""
    project_id = project(3)
    first, second, _ = (each.remote_id for each in sentences(lead, project_id))
    lead.submit(first, [WRITER], seconds=1)
    annotator().submit(first, [WRITER], seconds=1)
    lead.skip(second, seconds=1)
    announced = lead.newest_change(project_id)
    assert (announced.n_sentences, announced.n_annotations) == (3, 2)
    (states,) = lead.states(project_id)
    assert [(each.n_annotations, each.n_skips) for each in states] == [(2, 0), (0, 1), (0, 0)]
    (page,) = lead.pages_changed_since(project_id, None)
    assert [each.updated_at for each in states] == [entry.updated_at for entry in page.entries]
    assert announced.newest_updated_at == max(each.updated_at for each in states)


def test_sentences_can_be_asked_for_by_their_ids(lead: LabelStudio, project: MakeProject) -> None:
    project_id = project(4)
    ids = [each.remote_id for each in sentences(lead, project_id)]
    lead.delete_sentence(ids[2])
    pages = list(lead.pages_of(project_id, [ids[3], ids[2], ids[0]], page_size=1))
    assert [entry.remote_id for page in pages for entry in page.entries] == [ids[0], ids[3]]
    with pytest.raises(NotThere):
        lead.delete_sentence(ids[2])
    lead.delete_project(project_id)
    with pytest.raises(NotThere):
        lead.newest_change(project_id)


def test_no_names_come_with_what_is_pulled(lead: LabelStudio, project: MakeProject, annotator: MakeAnnotator) -> None:
    project_id, anna = project(1), annotator()
    anna.submit(sentences(lead, project_id)[0].remote_id, [WRITER], seconds=1)
    (entry,) = entries(lead, project_id)
    assert "@" not in json.dumps(entry.annotations)
    assert entry.annotations[0]["completed_by"] == anna.me().user_id


# ------------------------------------------------------------------ accounts and tokens


def test_an_account_made_through_the_interface_cannot_sign_in(server: LiveServer) -> None:
    account = {"email": "api-made@example.org", "username": "api-made", "password": "a-long-passphrase"}
    assert server.raw("POST", "/api/users/", json=account).status_code == 201
    with (
        pytest.raises(ServerRefused),
        signed_in(server.url, email=account["email"], password=account["password"]),
    ):
        pass


def test_both_kinds_of_token_are_accepted(server: LiveServer, lead: LabelStudio, access_token: str) -> None:
    with connect(server.url, access_token) as personal:
        assert personal.me() == lead.me()
        assert personal.me().email == server.email


def test_a_wrong_token_is_refused(server: LiveServer) -> None:
    with connect(server.url, "0" * 40) as stranger, pytest.raises(ServerRefused, match="401"):
        stranger.me()


def test_edition_and_release_are_told(lead: LabelStudio) -> None:
    version = lead.version()
    assert version.edition == "Community"
    assert version.release.startswith("1.")


# ------------------------------------------------------------------ a block repeated for each entry of a list

REPEATED = """<View>
  <Text name="sentence" value="$sentence"/>
  <Repeater on="$asked" indexFlag="{{{{idx}}}}">
    <Choices name="{name}" toName="sentence"><Choice value="a"/><Choice value="b"/></Choices>
  </Repeater>{more}
</View>"""
USED = {"from_name": "q_0", "to_name": "sentence", "type": "choices", "value": {"choices": ["a"]}}


def test_two_controls_may_not_be_written_alike_but_may_become_alike(server: LiveServer) -> None:
    more = '<Choices name="{}" toName="sentence"><Choice value="-"/></Choices>'
    alike = {"title": "Alike", "label_config": REPEATED.format(name="q_0", more=more.format("q_0"))}
    refused = server.raw("POST", "/api/projects/", json=alike)
    assert refused.status_code == 400
    assert "non-unique names" in refused.text
    become = {"title": "Become", "label_config": REPEATED.format(name="q_0", more=more.format("q_{{idx}}"))}
    assert server.raw("POST", "/api/projects/", json=become).status_code == 201


def test_a_sentence_without_its_list_is_taken_without_a_word(server: LiveServer, project: MakeProject) -> None:
    project_id = project(config=REPEATED.format(name="q_0", more=""))
    body = [{"sentence": "x"}, {"sentence": "x", "asked": "no list"}, {"sentence": "x", "asked": []}]
    assert server.raw("POST", f"/api/projects/{project_id}/import", json=body).status_code == 201


def test_a_page_can_be_mended_once_used_only_where_the_names_of_controls_are_written_out(
    server: LiveServer, lead: LabelStudio, project: MakeProject
) -> None:
    for name, mended in (("q_0", True), ("q_{{idx}}", False)):
        page = REPEATED.format(name=name, more="")
        project_id = project(config=page)
        (remote_id,) = lead.send_sentences(project_id, [{"sentence": "x", "asked": [{}]}])
        lead.submit(remote_id, [USED], seconds=1.0)
        changed = page.replace('<Choice value="b"/>', '<Choice value="b" hint="Or this."/>')
        if mended:
            lead.update_project(project_id, config_xml=changed)
            assert lead.project(project_id).config_xml == changed
        else:
            with pytest.raises(ServerRefused, match="400"):
                lead.update_project(project_id, config_xml=changed)


def test_a_prefilling_has_to_be_there_before_the_project_is_told_to_use_it(
    server: LiveServer, lead: LabelStudio, project: MakeProject
) -> None:
    project_id = project(1)
    (remote_id,) = [each.remote_id for each in sentences(lead, project_id)]
    wanted = {"model_version": "majority", "show_collab_predictions": True}
    assert server.raw("PATCH", f"/api/projects/{project_id}/", json=wanted).status_code == 400
    answer = {"task": remote_id, "model_version": "majority", "result": [WRITER]}
    assert server.raw("POST", "/api/predictions/", json=answer).status_code == 201
    assert server.raw("PATCH", f"/api/projects/{project_id}/", json=wanted).status_code == 200
