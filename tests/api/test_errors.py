"""Whatever is no success below /api/ is problem details, whoever answered it."""

import json

import pytest
from django.test import Client
from django.urls import include, path
from ninja import NinjaAPI, Router

from ifnotyou.api import errors, operations
from ifnotyou.api.auth import Call
from ifnotyou.api.errors import Problem, answer_with_problems
from ifnotyou.api.operations import get
from ifnotyou.connectors.base import NotSent, Trouble, Uncertain
from ifnotyou.models import Role
from ifnotyou.playbook.errors import Refusal
from tests.api.told import refused, told


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v2/me", "/api/v1/me/", "/api/v1/declines/-1"]
)
def test_what_is_not_there(db, path):
    for method in ("GET", "POST", "DELETE"):
        refused(Client().generic(method, path), 404, "not_found")


def test_a_method_that_is_not_taken(call):
    program = call(Role.MEMBER)
    answer = program.delete("/me")
    refused(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET"


def test_what_is_not_theirs_looks_as_if_it_were_not_there(call):
    program = call(Role.MEMBER)
    assert refused(program.get("/asks/1"), 404)["detail"] == refused(program.get("/nothing"), 404)["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b'{"candidate": NaN}',
        b'{"candidate": "\\u0000"}',
        b'{"candidate": "\\ud800"}',
        b"[" * 100_000,
    ],
    ids=["torn", "no utf-8", "no number", "no character", "half a character", "too deep"],
)
def test_a_body_that_cannot_be_read(call, body):
    refused(sent(call(Role.RECRUITER), body), 400, "malformed")


def sent(program, body, content_type="application/json"):
    headers = {"Authorization": f"Bearer {program.secret}"}
    return Client().generic("POST", "/api/v1/declines", body, content_type=content_type, headers=headers)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_a_body_of_another_kind(call, kind):
    answer = sent(call(Role.RECRUITER), b"{}", kind)
    refused(answer, 415, "wrong_kind")
    assert answer["Accept"] == "application/json"


def test_a_body_that_is_too_large(call, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    refused(sent(call(Role.RECRUITER), json.dumps({"candidate": "x" * 2000}).encode()), 413, "too_large")


def test_each_thing_that_is_wrong_is_told_with_its_place(call):
    problem = refused(call(Role.RECRUITER).post("/declines", {"candidate": 7, "surprise": 1}), 422, "invalid")
    assert {"/candidate", "/surprise", "/declined_on"} <= {error["pointer"] for error in problem["errors"]}


def test_what_is_wrong_with_all_of_it_is_told_of_the_whole(call):
    """RFC 6901: the whole document is the empty pointer."""
    program = call(Role.RECRUITER)
    whole = refused(sent(program, b"[]"), 422, "invalid")
    missing = refused(program.post("/imports", files={}), 422, "invalid")
    assert [error["pointer"] for error in (*whole["errors"], *missing["errors"])] == ["", "/file"]


def test_a_parameter_that_is_wrong(call):
    program = call(Role.RECRUITER)
    for query, pointer in (
        ({"limit": "0"}, "query/limit"),
        ({"limit": "x"}, "query/limit"),
        ({"cursor": "\0"}, "query/cursor"),
        ({"limt": "5"}, "query/limt"),
    ):
        problem = refused(program.get("/declines", **query), 422, "invalid")
        assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_another_host_is_told_in_our_form(db):
    refused(Client().get("/api/v1/me", headers={"Host": "elsewhere.example"}), 400, "malformed")


def test_the_document_is_for_everybody(db):
    answer = Client().get("/api/v1/openapi.json")
    assert told(answer)["openapi"] == "3.1.0"
    assert answer["Content-Type"] == "application/json"


RAISED = {
    "refusal": (Refusal("too_late", "It is too late."), 409, "too_late"),
    "not_sent": (NotSent(Trouble.UNREACHABLE, "Nobody is there.", permanent=False), 502, "unreachable"),
    "uncertain": (Uncertain("It may have left."), 502, "uncertain"),
    "problem": (Problem(503, "try_later", "Later."), 503, "try_later"),
    "bug": (RuntimeError("a secret of ours"), 500, "our_fault"),
}


@pytest.fixture
def raising(monkeypatch, settings):
    """An interface whose only operation raises what it is told to."""
    monkeypatch.setattr(operations, "OPERATIONS", {})
    router, raised = Router(), []

    @get(router, "/me", None)
    def get_me(call: Call) -> None:
        """Raises."""
        raise raised.pop()

    api = NinjaAPI(urls_namespace="raising", docs_url=None, openapi_url=None)
    api.add_router("", router)
    answer_with_problems(api)
    settings.ROOT_URLCONF = type(
        "Urls", (), {"urlpatterns": [path("api/v1/", api.urls), path("", include("ifnotyou.web.urls"))]}
    )
    for name in ("handler400", "handler403", "handler404", "handler500"):
        setattr(settings.ROOT_URLCONF, name, "ifnotyou.web.errors.our_fault")
    return raised


@pytest.mark.parametrize("name", RAISED)
def test_what_an_operation_raises(call, raising, name):
    error, status, code = RAISED[name]
    raising.append(error)
    program = call(Role.MEMBER)
    program.browser.raise_request_exception = False
    answer = program._sent("GET", "/me")
    problem = refused(answer, status, code)
    assert "secret" not in answer.content.decode()
    if status != 500:
        assert problem["detail"]


def test_the_examples_are_what_is_answered():
    for status, problem in errors.EXAMPLES.items():
        assert problem.answer().status_code == status
