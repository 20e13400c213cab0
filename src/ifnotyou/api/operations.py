"""How an operation of the interface is declared. Everything around it happens here, the same for all of them.

    router = Router(tags=["Declines"])

    class DecisionIn(In):                         # a body: strict, and nothing else may be in it
        yes: bool
        reason: str = Field("", max_length=2000)
        on: Day                                   # a date; Moment is a date with a time and a zone

    class DeclineOut(Out):
        id: int
        stage: str

    @get(router, "/declines", Page[DeclineOut])
    def list_declines(call: Call, paging: Paged, q: str = "") -> Page[DeclineOut]:
        "Declines, the newest first."
        return page_of(call, declines_visible_to(call.user), paging, by="-declined_on", show=decline_out)

    @post(router, "/declines/{int:decline_id}/decision", DeclineOut, example={"yes": True, "reason": ""})
    def decide_decline(call: Call, decline_id: int, body: DecisionIn) -> DeclineOut:
        "A person's yes or no."
        decide(found(call, decline_id), yes=body.yes, reason=body.reason, by=call.user, today=call.today)
        ...

The name of the function is the operationId and the key in RULES; its docstring's first line is the summary. Role,
scope and rate limit come before anything else is looked at; the workspace's scope is open, `call` says who and when.
`get_object_or_404` of what queries/ lets them see answers 404; a Refusal answers 409 by itself, a ConnectorError 502,
`raise wrong_field("/email", "...")` 422, `raise Problem(status, code, detail)` anything else. `status=201` for what is
made (put its address into call.headers["Location"]); answer None goes with 204. What an operation may answer besides is
told with `also=(409, 502)`: a GET that may be refused, a call that asks another system. `example` is of the body.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Annotated, Any, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_scopes import scope
from ninja import Router
from ninja.decorators import decorate_view
from ninja.signature import ViewSignature
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ifnotyou.api.access import RULES, Rule
from ifnotyou.api.auth import Call, call_of, token_of
from ifnotyou.api.errors import Problem, response_name, too_large, wrong_field
from ifnotyou.api.once import once
from ifnotyou.services.uploads import MOST_MEGABYTES

F = TypeVar("F", bound=Callable[..., Any])

MOST_UPLOADED = (MOST_MEGABYTES + 1) * 1_000_000
"""Octets of a call with files, with what stands around them."""


class In(BaseModel):
    """What a program sends: no number in quotes, and nothing that we would not look at."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Out(BaseModel):
    """What a program is told."""


Day = Annotated[date, Field(strict=False)]
"""A date in what a program sends; JSON knows only text."""

Moment = Annotated[AwareDatetime, Field(strict=False)]
"""A date with a time and a zone in what a program sends."""


@dataclass(frozen=True)
class Operation:
    """One operation as it was declared."""

    name: str
    method: str
    path: str
    rule: Rule
    function: Callable[..., Any]


OPERATIONS: dict[str, Operation] = {}
"""All that were declared, by name."""


@dataclass(frozen=True)
class Taken:
    """What an operation takes: out of which parts of a call, and which parameters after the question mark."""

    parts: frozenset[str]
    parameters: frozenset[str]

    @property
    def has_body(self) -> bool:
        """Whether anything is read but the address."""
        return bool(self.parts & {"body", "form", "file"})


def get(router: Router, path: str, answer: Any, *, also: Iterable[int] = ()) -> Callable[[F], F]:
    """Declare an operation that reads."""
    return _operation("GET", router, path, answer, 200, also, None)


def post(
    router: Router,
    path: str,
    answer: Any,
    *,
    status: int = 200,
    also: Iterable[int] = (),
    example: dict[str, Any] | None = None,
) -> Callable[[F], F]:
    """Declare an operation that does something."""
    return _operation("POST", router, path, answer, status, also, example)


def put(
    router: Router,
    path: str,
    answer: Any,
    *,
    also: Iterable[int] = (),
    example: dict[str, Any] | None = None,
) -> Callable[[F], F]:
    """Declare an operation that puts something in the place of what is there."""
    return _operation("PUT", router, path, answer, 200, also, example)


def _operation(
    method: str,
    router: Router,
    path: str,
    answer: Any,
    status: int,
    also: Iterable[int],
    example: dict[str, Any] | None,
) -> Callable[[F], F]:
    def declare(function: F) -> F:
        name = function.__name__
        rule = RULES.get(name)
        if rule is None:
            raise ImproperlyConfigured(f'The operation "{name}" is not in the table of api/access.py.')
        if name in OPERATIONS:
            raise ImproperlyConfigured(f'There are two operations "{name}".')
        OPERATIONS[name] = Operation(name, method, path, rule, function)
        view = _view(function)
        taken = _taken(path, view)
        router.api_operation(
            [method],
            path,
            auth=None,
            response={status: answer},
            operation_id=name,
            url_name=name,
            summary=(function.__doc__ or name).strip().splitlines()[0].rstrip("."),
            openapi_extra=_told(method, path, rule, taken, also, example),
        )(decorate_view(_at_the_door(name, rule, taken))(view))
        return function

    return declare


def _view(function: Callable[..., Any]) -> Callable[..., Any]:
    """What ninja calls: it hands over a request where the operation wants to know who calls."""

    @wraps(function)
    def view(request: HttpRequest, **values: Any) -> Any:
        return function(request.call, **values)  # type: ignore[attr-defined]  # put there at the door

    signature = inspect.signature(function, eval_str=True)
    _, *others = signature.parameters.values()
    asked = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)
    view.__signature__ = signature.replace(parameters=[asked, *others])  # type: ignore[attr-defined]
    return view


def _taken(path: str, view: Callable[..., Any]) -> Taken:
    models = {str(model.__ninja_param_source__): model for model in ViewSignature(path, view).models}
    query = models.get("query")
    return Taken(frozenset(models), frozenset(query.__ninja_flatten_map__ if query else ()))


def _at_the_door(
    name: str, rule: Rule, taken: Taken
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Before ninja looks at what was sent: who is it, may they, is it small enough and of the right kind."""

    def guard(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(run)
        def answer(request: HttpRequest, **path: Any) -> HttpResponse:
            now = timezone.now()
            try:
                token = token_of(request, now)
                with scope(workspace=token.workspace_id):
                    call = call_of(request, name, rule, token, now)
                    response = _answered(call, request, path)
            except Problem as problem:
                return problem.answer()
            for header, value in call.headers.items():
                response.headers.setdefault(header, value)
            return response

        def _answered(call: Call, request: HttpRequest, path: dict[str, Any]) -> HttpResponse:
            request.call = call  # type: ignore[attr-defined]
            try:
                _hold_to_what_is_taken(request, taken)
                return once(call, rule, request, lambda: run(request, **path))
            except Problem as problem:
                return problem.answer()

        return answer

    return guard


def _hold_to_what_is_taken(request: HttpRequest, taken: Taken) -> None:
    """What could not be read at all, before it is read; and parameters that nobody would look at.

    PostgreSQL does not keep U+0000: it is refused wherever it comes.
    """
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    has_files = "file" in taken.parts
    if length > (MOST_UPLOADED if has_files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
        raise too_large()
    wanted = "multipart/form-data" if has_files else "application/json"
    if taken.has_body and request.content_type != wanted:
        raise Problem(415, "wrong_kind", f"Send {wanted}.", headers={"Accept": wanted})
    for key in request.GET:
        if key not in taken.parameters:
            raise wrong_field(f"query/{key}", "There is no such parameter.")
        if any("\0" in value for value in request.GET.getlist(key)):
            raise wrong_field(f"query/{key}", "There is a character in it that no text has (U+0000).")


def _told(
    method: str,
    path: str,
    rule: Rule,
    taken: Taken,
    also: Iterable[int],
    example: dict[str, Any] | None,
) -> dict[str, Any]:
    """What the OpenAPI document says of it besides: who may, and everything it may answer."""
    statuses = {401, 403, 422, 429, *also}
    if "{" in path:
        statuses.add(404)
    if method != "GET":
        statuses.add(409)
    if method == "POST":
        statuses.add(400)  # its Idempotency-Key
    if taken.has_body:
        statuses |= {400, 413, 415}
    if rule.sends:
        statuses.add(502)
    told: dict[str, Any] = {
        "security": [{"token": [rule.scope] if rule.scope else []}],
        "x-scope": rule.scope or None,
        "x-roles": sorted(rule.roles),
        "x-sends": rule.sends,
        "responses": {
            status: {"$ref": f"#/components/responses/{response_name(status)}"} for status in sorted(statuses)
        },
    }
    if method == "POST":
        told["parameters"] = [{"$ref": "#/components/parameters/IdempotencyKey"}]
    if example is not None:
        told["requestBody"] = {"content": {"application/json": {"example": example}}}
    return told
