"""A company with somebody of every role, and programs that call on their behalf."""

import json
import re
from functools import cache

import jsonschema_rs
import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from django_scopes import scope

from ifnotyou.api.root import document
from ifnotyou.models import Role, User, Workspace
from ifnotyou.services.tokens import make_token, scopes_of


def hold_to_document(answer):
    """Whatever an operation answers in any test is what the OpenAPI document says of it."""
    request = answer.wsgi_request
    match = resolve(request.path)
    if match.view_name == "" or not match.view_name.startswith("api:"):
        return
    route = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", match.route)
    operation = document()["paths"][route].get(request.method.lower())
    if operation is None:
        assert answer.status_code == 405
        return
    responses = {str(status): response for status, response in operation["responses"].items()}
    assert str(answer.status_code) in responses, (
        operation["operationId"],
        answer.status_code,
        answer.content,
    )
    response = responses[str(answer.status_code)]
    if "$ref" in response:
        response = document()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    kind = answer["Content-Type"].partition(";")[0] if answer.content else None
    assert kind in response.get("content", {None: {}}), (operation["operationId"], kind)
    if kind:
        wrong = list(checker(json.dumps(response["content"][kind]["schema"])).iter_errors(answer.json()))
        assert not wrong, (operation["operationId"], wrong, answer.content)


@cache
def checker(schema):
    whole = {**json.loads(schema), "components": document()["components"]}
    return jsonschema_rs.validator_for(whole, validate_formats=True)


class Program:
    """Calls /api/v1/ with a token, as `call(role)` makes it: program.get("/me"), program.post("/declines", {...})."""

    def __init__(self, user, secret):
        self.user = user
        self.secret = secret
        self.browser = Client()

    def get(self, path, **query):
        return self._send("GET", path, query=query)

    def post(self, path, body=None, *, key="", files=None, **query):
        return self._send("POST", path, body, key=key, files=files, query=query)

    def put(self, path, body=None, **query):
        return self._send("PUT", path, body, query=query)

    def delete(self, path, **query):
        return self._send("DELETE", path, query=query)

    def _send(self, *args, **kwargs):
        answer = self._sent(*args, **kwargs)
        hold_to_document(answer)
        return answer

    def _sent(self, method, path, body=None, *, key="", files=None, query=None):
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        if key:
            headers["Idempotency-Key"] = key
        if files is not None:  # {"file": ("name.csv", b"...")}
            data = {field: SimpleUploadedFile(name, octets) for field, (name, octets) in files.items()}
            return self.browser.post(f"/api/v1{path}", {**(body or {}), **data}, headers=headers)
        return self.browser.generic(
            method,
            f"/api/v1{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers=headers,
            query_params=query or None,
        )


@pytest.fixture(autouse=True)
def _fresh_counters():
    caches["process"].clear()


@pytest.fixture
def workspace(db):
    return Workspace.objects.create(name="Alder & Co")


@pytest.fixture
def people(workspace):
    """One user of each role, by role."""
    return {
        role: User.objects.create_user(
            f"{role}@example.com", name=role.title(), workspace=workspace, role=role
        )
        for role in Role
    }


@pytest.fixture
def call(db, request):
    """call(Role.RECRUITER) or call(user): a program with every scope of theirs, or only those that are named."""

    def program(who, scopes=None, days=3):
        user = who if isinstance(who, User) else request.getfixturevalue("people")[who]
        with scope(workspace=user.workspace_id):
            _, secret = make_token(
                user,
                name="a program",
                scopes=scopes_of(user) if scopes is None else scopes,
                days=days,
                now=timezone.now(),
            )
        return Program(user, secret)

    return program


@pytest.fixture
def nobody():
    """A program without a token."""
    return Program(None, "")
