"""The interface for programs as a whole: /api/v1/ and its OpenAPI document."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI

from ifnotyou.api import asks, declines, imports, insights, letters, me, referrals, vips
from ifnotyou.api.errors import ProblemOut, answer_with_problems, not_found, told_responses
from ifnotyou.api.reading import StrictJson
from ifnotyou.services.tokens import SCOPES

DESCRIPTION = (
    "What the pages of ifnotyou do, for programs, by the same rules. A token speaks for its owner, within the scopes "
    "it was given; what goes wrong is told as problem details (RFC 9457). docs/api.md tells the rest."
)

api = NinjaAPI(
    title="ifnotyou",
    version="1",
    description=DESCRIPTION,
    servers=[{"url": "/"}],
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    auth=None,
    parser=StrictJson(),
)
for module in (me, declines, asks, referrals, vips, letters, imports, insights):
    api.add_router("", module.router)


answer_with_problems(api)


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document. It holds no data of anybody, so anybody may read it."""
    told: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
    components = told["components"]
    components["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token from /me/tokens/. Scopes: "
            + "; ".join(f"{name}: {scope.words}" for name, scope in SCOPES.items()),
        }
    }
    components["parameters"] = {
        "IdempotencyKey": {
            "in": "header",
            "name": "Idempotency-Key",
            "required": False,
            "description": "Of your choice, new for everything you want done: the same call with the same key is "
            "done once.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
            "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
        }
    }
    components["responses"] = told_responses()
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    components["schemas"] |= {**problem.pop("$defs"), ProblemOut.__name__: problem}
    return told


def show_document(_request: HttpRequest) -> HttpResponse:
    """/api/v1/openapi.json."""
    return JsonResponse(document())


@csrf_exempt
def nothing_here(_request: HttpRequest, rest: str = "") -> HttpResponse:  # noqa: ARG001 - the rest of the address
    """Whatever else is asked for below /api/."""
    return not_found().answer()


urlpatterns = [
    path("v1/openapi.json", show_document, name="openapi"),
    path("v1/", api.urls),
    path("", nothing_here),
    path("<path:rest>", nothing_here),
]
