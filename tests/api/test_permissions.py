"""The table of the program, the operations there are, docs/api.md and the OpenAPI document say the same; and each
operation keeps to it: every role, with the scope and without."""

import re
from pathlib import Path

import pytest

from ifnotyou.api.access import RULES
from ifnotyou.api.operations import OPERATIONS
from ifnotyou.api.root import document
from ifnotyou.models import Role
from ifnotyou.services.tokens import SCOPES
from tests.api.told import refused

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"
ROLES = (Role.MEMBER, Role.RECRUITER, Role.STEWARD, Role.ADMIN)

TOLD = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
}


def line(name):
    """The line that docs/api.md should have for an operation."""
    method, path, operation = TOLD[name]
    rule = RULES[name]
    marks = ["yes" if role in rule.roles else "" for role in ROLES]
    scope = f"`{rule.scope}`" if rule.scope else ""
    return f"| `{name}` | `{method} {path}` | {scope} | " + " | ".join(marks) + f" | {operation['summary']} |"


def test_every_operation_has_a_rule_and_every_rule_an_operation():
    assert set(TOLD) == set(OPERATIONS) == set(RULES)


def test_the_document_tells_scope_roles_and_sending_of_each():
    wrong = [
        name
        for name, (_, _, operation) in TOLD.items()
        if operation["security"] != [{"token": [RULES[name].scope] if RULES[name].scope else []}]
        or operation["x-scope"] != (RULES[name].scope or None)
        or operation["x-roles"] != sorted(RULES[name].roles)
        or operation["x-sends"] != RULES[name].sends
    ]
    assert wrong == []


def test_docs_tell_the_same_table():
    there = [
        text
        for text in DOCUMENT.read_text(encoding="utf-8").splitlines()
        if re.match(r"\| `\w+` \| `[A-Z]+ /", text)
    ]
    assert there == [line(name) for name in RULES], "docs/api.md should have these lines:\n" + "\n".join(
        map(line, RULES)
    )


def test_docs_tell_every_scope():
    text = DOCUMENT.read_text(encoding="utf-8")
    missing = [name for name, scope in SCOPES.items() if f"| `{name}` | {scope.words} |" not in text]
    assert missing == []


def test_a_scope_is_offered_to_whoever_can_use_it():
    used = {
        scope: frozenset().union(*(rule.roles for rule in RULES.values() if rule.scope == scope))
        for scope in {rule.scope for rule in RULES.values()} - {""}
    }
    assert used == {name: scope.roles for name, scope in SCOPES.items()}


def asked(program, name):
    """The operation called with nothing there: what the door says does not hang on it."""
    method, path, _ = TOLD[name]
    path = path.removeprefix("/api/v1").replace("{kind}", "first")
    path = re.sub(r"{\w+}", "999999", path)
    return program._send(method, path, {} if method in {"POST", "PUT"} else None)


@pytest.mark.parametrize("name", RULES)
def test_every_role_with_the_scope_and_without(call, nobody, name):
    rule = RULES[name]
    for role in Role:
        mine = [rule.scope] if rule.scope and role in SCOPES[rule.scope].roles else []
        for scopes in {(), tuple(mine)}:
            answer = asked(call(role, list(scopes)), name)
            if role not in rule.roles:
                refused(answer, 403, "not_your_role")
            elif rule.scope and rule.scope not in scopes:
                refused(answer, 403, "scope_missing")
                assert f'scope="{rule.scope}"' in answer["WWW-Authenticate"]
            else:
                assert answer.status_code not in {401, 403}, (role, answer.content)
    refused(asked(nobody, name), 401, "no_token")
