"""A request of somebody who leads nothing, held against the rules: let through, answered by us, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict

from toolkit.labelstudio.gate import asked, rules
from toolkit.labelstudio.gate import body as body_of
from toolkit.labelstudio.gate.asked import Refusal
from toolkit.labelstudio.gate.caller import Caller
from toolkit.labelstudio.gate.own import Eyes
from toolkit.labelstudio.gate.places import Place, has_answered, is_answer_of, place_of, sentences_of
from toolkit.labelstudio.gate.register import Round
from toolkit.labelstudio.gate.rules import Rule

_ALWAYS: Final = frozenset({"project", "interaction"})
"""Parameters the page adds to every request."""


@dataclass(frozen=True, slots=True)
class Let:
    """A request that was let through, and who is to see what of its answer."""

    rule: Rule
    eyes: Eyes
    is_labelling_page: bool

    @property
    def writes(self) -> bool:
        """Whether it saves an answer."""
        return self.rule.body == "answer"


def held(
    request: HttpRequest, route: rules.Route, kwargs: Mapping[str, Any], caller: Caller, rounds: Mapping[int, Round]
) -> Let | HttpResponse:
    """Return what was let through, or our own answer. Raise ``Refusal`` for what is not to be had."""
    if route == rules.TO_LABELLING:
        return _to_labelling(kwargs)
    rule = rules.SIGNED_IN.get(route)
    if rule is None:
        raise Refusal(rules.asked_for(route[0]))
    where = place_of(rule.scope, kwargs, request.GET)
    body = _body(request, rule)
    if rule.scope != "nothing":
        _check_place(where, caller, rounds)
        asked.same_place(body, where.numbers)
        if route != rules.LABELLING:
            asked.same_place(request.GET, where.numbers)
    body = _wished(request, rule, where, body, caller)
    if route == rules.LABELLING and not _shows_a_sentence(request, where):
        return _to_labelling(kwargs)
    if rule.instead is not None or rule.listed:
        if set(request.GET) - rule.parameters - _ALWAYS:
            raise Refusal("answers")
        instead = sentences_of(caller.user_id, where.numbers["project"], request.GET) if rule.listed else rule.instead
        return JsonResponse(instead, safe=False)
    _keep_parameters(request, rule)
    _hand_on(request, body)
    return Let(rule, Eyes(caller.user_id, where.predictions), is_labelling_page=route == rules.LABELLING)


def _to_labelling(kwargs: Mapping[str, Any]) -> HttpResponse:
    return HttpResponseRedirect(f"/projects/{kwargs['pk']}/data/?labeling=1")


def _check_place(where: Place, caller: Caller, rounds: Mapping[int, Round]) -> None:
    """Raise ``Refusal`` where a place is not theirs: another's answer, a project they are not registered for."""
    if where.owner not in {None, caller.user_id}:
        raise Refusal("answers")
    found = rounds.get(where.numbers.get("project", 0))
    if found is None:
        raise Refusal("round")
    if not found.is_open:
        raise Refusal("closed")


def _wished(
    request: HttpRequest, rule: Rule, where: Place, body: Mapping[str, Any], caller: Caller
) -> Mapping[str, Any]:
    """Return what of a body is handed on. Raise ``Refusal`` where what is to be done goes beyond coding the next
    sentence, or one's own answer.
    """
    if rule.skips_only and not where.is_skip:
        raise Refusal("deleting")
    if rule.body == "next":
        if request.GET.getlist("id") != ["next_task"]:
            raise Refusal("lead")
        asked.next_sentence(body)
    elif rule.body == "answer":
        _check_answer(rule, where, body, caller)
        return asked.answer(body, caller.user_id)
    return body


def _check_answer(rule: Rule, where: Place, body: Mapping[str, Any], caller: Caller) -> None:
    """Raise ``Refusal`` where a sentence would have two answers of one person, who would take another's place, or where
    an answer is said to come from one that is not theirs.
    """
    is_second = rule.answers or body.get("was_cancelled") is False
    task, own = where.numbers.get("task"), where.numbers.get("annotation")
    if is_second and task is not None and has_answered(caller.user_id, task, besides=own):
        raise Refusal("twice")
    parent = body.get("parent_annotation")
    if parent is not None and not is_answer_of(caller.user_id, asked.number(parent)):
        raise Refusal("answers")


def _body(request: HttpRequest, rule: Rule) -> Mapping[str, Any]:
    """What a request carries; a GET may not carry anything, for views read that as well."""
    if not request.body:
        return {}
    if rule.body == "none" or request.content_type != "application/json":
        raise Refusal("form")
    return body_of.read(request.body, request.content_params or {})


def _hand_on(request: HttpRequest, body: Mapping[str, Any]) -> None:
    """Have the view read what was read here."""
    if request.body:
        request._body = body_of.written(body)
        request.META["CONTENT_TYPE"], request.META["CONTENT_LENGTH"] = "application/json", str(len(request._body))


def _shows_a_sentence(request: HttpRequest, where: Place) -> bool:
    """Whether the labelling page would show a sentence of the round, and not the list of all."""
    task = request.GET.get("task")
    if task is None:
        return "labeling" in request.GET
    found = place_of("task", {"pk": asked.number(task) or 0}, QueryDict())
    return found.numbers["project"] == where.numbers["project"]


def _keep_parameters(request: HttpRequest, rule: Rule) -> None:
    """Pass on what a rule knows of a query, and nothing else: what a view would make of the rest is its own affair."""
    kept = QueryDict(mutable=True)
    for name in sorted(rule.parameters | _ALWAYS):
        if name in request.GET:
            kept[name] = request.GET[name]
    request.GET = QueryDict(kept.urlencode())
    request.META["QUERY_STRING"] = kept.urlencode()
