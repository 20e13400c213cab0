"""What went wrong, as problem details (RFC 9457): the one form of every answer below /api/ that is no success.

`code` is for programs, `detail` is a sentence for people that says how to mend it. `type` stays "about:blank": a
problem has no address of its own, docs/api.md tells of all codes at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from pydantic import BaseModel, Field

from ifnotyou.connectors.base import ConnectorError, Uncertain
from ifnotyou.playbook.errors import PlaybookError, Refusal

PROBLEM_JSON = "application/problem+json"

BELOW = "/api/"
"""Where programs call."""


class WrongField(BaseModel):
    """One thing that is wrong with what was sent: where, and what."""

    pointer: str = Field(
        description="Where: a JSON pointer into the body, or the name of a parameter after its place, as in "
        '"query/limit".'
    )
    detail: str = Field(description="What is wrong with it.")


class ProblemOut(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(description='Always "about:blank": `code` says which problem it is.')
    title: str = Field(description="The status in words.")
    status: int = Field(description="The status, once more.")
    code: str = Field(description="For programs: which problem it is. It does not change.")
    detail: str = Field(description="For people: what is wrong, and how to mend it.")
    errors: list[WrongField] | None = Field(None, description="With 422: each thing that is wrong.")


class Problem(Exception):  # noqa: N818 - it is the answer, not always an error
    """Ends a call with problem details."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: list[WrongField] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Keep what is answered."""
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})

    def answer(self) -> HttpResponse:
        """The answer."""
        body = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = [error.model_dump() for error in self.errors]
        return HttpResponse(
            json.dumps(body), status=self.status, content_type=PROBLEM_JSON, headers=self.headers
        )


def wrong_field(pointer: str, detail: str) -> Problem:
    """One field that cannot be used, where only the operation itself could tell."""
    return Problem(
        422,
        "invalid",
        "Something in this call cannot be used; `errors` says what.",
        errors=[WrongField(pointer=pointer, detail=detail)],
    )


def not_found() -> Problem:
    """There is no such thing, or not for them: both look alike."""
    return Problem(404, "not_found", "There is nothing here, or nothing that you may see.")


def unreadable() -> Problem:
    """A body that cannot be read at all."""
    return Problem(
        400, "malformed", "The body is no JSON in UTF-8, or has a character in it that no text has (U+0000)."
    )


def too_large() -> Problem:
    """More than an operation takes."""
    return Problem(413, "too_large", "This is too large.")


def problem_of(error: Exception) -> Problem | None:
    """What an error of ours says to a program; None where it is a bug."""
    match error:
        case Problem():
            return error
        case Refusal():
            return Problem(409, error.code, error.text)
        case PlaybookError():
            return Problem(422, "invalid", str(error))
        case Uncertain():
            return Problem(502, str(error.reason_code), error.text)
        case ConnectorError():
            return Problem(502, str(error.reason_code), error.text)
        case Http404():
            return not_found()
        case ValidationError():
            return _invalid(error)
        case HttpError(status_code=400):
            return unreadable()
        case _:
            return None


def answer_with_problems(api: NinjaAPI) -> None:
    """What a person can mend is told; a bug goes on to Django, which logs it as it does for the pages."""

    def answer_error(_request: HttpRequest, error: Any) -> HttpResponse:
        problem = problem_of(error)
        if problem is None:
            raise error
        return problem.answer()

    for kind in (Exception, Http404, HttpError, ValidationError):  # ninja has handlers of its own for these
        api.add_exception_handler(kind, answer_error)


def _invalid(error: ValidationError) -> Problem:
    return Problem(
        422,
        "invalid",
        "Something in this call cannot be used; `errors` says what.",
        errors=[
            WrongField(pointer=_pointer(found["loc"]), detail=str(found["msg"])) for found in error.errors
        ],
    )


def _pointer(where: tuple[Any, ...]) -> str:
    """Of the body a JSON pointer; the name of our own argument, which pydantic tells, is nobody's business."""
    place, *steps = map(str, where)
    if place == "body":
        return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps[1:])
    if place == "file":
        return "/" + "/".join(steps)
    return "/".join([place, *steps])


EXAMPLES = {
    400: unreadable(),
    401: Problem(401, "no_token", "Prove yourself with a token: Authorization: Bearer ifny_…"),
    403: Problem(403, "scope_missing", 'This token lacks the scope "asks:send". Make one that has it.'),
    404: not_found(),
    409: Problem(409, "already_handed", "Somebody has the card already."),
    413: too_large(),
    415: Problem(415, "wrong_kind", "Send application/json."),
    422: wrong_field("/name", "Field required"),
    429: Problem(429, "too_often", "Too many calls. Try again in 17 seconds."),
    502: Problem(
        502, "unreachable", "The mail server could not be reached. Nothing was sent; try again later."
    ),
}
"""What an operation may answer besides success, each as an example."""


def told_responses() -> dict[str, Any]:
    """All of them as the OpenAPI document has them, by name."""
    return {
        response_name(status): {
            "description": HTTPStatus(status).phrase,
            "content": {
                PROBLEM_JSON: {
                    "schema": {"$ref": f"#/components/schemas/{ProblemOut.__name__}"},
                    "example": json.loads(problem.answer().content),
                }
            },
        }
        for status, problem in EXAMPLES.items()
    }


def response_name(status: int) -> str:
    """What an answer is called in the OpenAPI document."""
    return HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")


class Problems:
    """Sees to it that whatever is no success below /api/ is answered with problem details, whoever answered it.

    And that no cookie gets there: a program proves itself with a token, and no page of another site can borrow the
    power of somebody's browser.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next middleware."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let the request through without its cookies; put what Django itself refused into our form."""
        if not request.path_info.startswith(BELOW):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        if response.status_code < HTTPStatus.BAD_REQUEST or response["Content-Type"] == PROBLEM_JSON:
            return response
        return _in_our_form(response)


def _in_our_form(response: HttpResponseBase) -> HttpResponse:
    """What Django refused before any operation was there to answer."""
    allow = {"Allow": response["Allow"]} if response.has_header("Allow") else {}
    match response.status_code:
        case HTTPStatus.NOT_FOUND:
            return not_found().answer()
        case HTTPStatus.METHOD_NOT_ALLOWED:
            detail = f"This address takes {allow.get('Allow', 'nothing')} only."
            return Problem(405, "method_not_allowed", detail, headers=allow).answer()
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return too_large().answer()
        case status if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return Problem(status, "malformed", "This call cannot be understood.").answer()
    detail = "Something broke on our side. It is in the log; please tell whoever runs ifnotyou."
    return Problem(500, "our_fault", detail).answer()
