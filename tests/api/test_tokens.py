"""A token proves who calls, until it is over; nothing else does."""

import logging
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from ifnotyou.models import ApiToken, AuditEvent, Role
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import tokens
from tests.api.told import refused, told


def test_a_token_tells_whose_it_is_and_what_it_may(call):
    program = call(Role.MEMBER, ["asks:read"])
    me = told(program.get("/me"))
    assert (me["name"], me["role"], me["scopes"]) == ("Member", "member", ["asks:read"])
    assert me["expires_at"] > timezone.now().isoformat()


def test_it_is_nowhere_but_with_its_owner(call):
    program = call(Role.MEMBER)
    with scopes_disabled():
        token = ApiToken.objects.get()
    assert program.secret.startswith("ifny_")
    assert len(program.secret) == len("ifny_") + 43
    assert program.secret.startswith(token.hint)
    assert program.secret not in str({name: getattr(token, name) for name in vars(token)})
    assert len(token.hint) < 10


def test_the_book_tells_of_making_and_revoking_it(call):
    program = call(Role.MEMBER, ["asks:read"])
    with scope(workspace=program.user.workspace_id):
        token = ApiToken.objects.get()
        tokens.revoke_token(token, by=program.user, now=timezone.now())
        tokens.revoke_token(token, by=program.user, now=timezone.now())
        lines = list(AuditEvent.objects.order_by("pk").values_list("verb", "detail"))
    assert lines == [("made_token", {"scopes": ["asks:read"], "days": 3}), ("revoked_token", {})]


def expired(token):
    token.expires_at = timezone.now()
    token.save()


def revoked(token):
    tokens.revoke_token(token, by=token.user, now=timezone.now())


def owner_off(token):
    token.user.is_active = False
    token.user.save()


@pytest.mark.parametrize("over", [expired, revoked, owner_off])
def test_a_token_that_is_over_opens_nothing(call, over):
    program = call(Role.MEMBER)
    told(program.get("/me"))
    with scope(workspace=program.user.workspace_id):
        over(ApiToken.objects.get())
    answer = program.get("/me")
    refused(answer, 401, "no_such_token")
    assert answer["WWW-Authenticate"] == 'Bearer realm="ifnotyou", error="invalid_token"'


def test_another_role_bounds_a_token_at_once(call):
    program = call(Role.RECRUITER)
    told(program.get("/declines"))
    program.user.role = Role.MEMBER
    program.user.save()
    refused(program.get("/declines"), 403, "not_your_role")


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer ifny_", "Basic aTpu", "ifny_" + "a" * 43, "Bearer ifny_" + "ä" * 43],
)
def test_what_is_no_token_opens_nothing(call, header):
    call(Role.MEMBER)
    refused(Client().get("/api/v1/me", headers={"Authorization": header.encode().decode("latin1")}), 401)


def test_without_a_token_the_answer_says_how(nobody):
    answer = nobody.get("/me")
    refused(answer, 401, "no_token")
    assert answer["WWW-Authenticate"] == 'Bearer realm="ifnotyou"'


def test_a_browser_that_is_signed_in_opens_nothing(people):
    browser = Client()
    browser.force_login(people[Role.ADMIN])
    answer = browser.get("/api/v1/me")
    refused(answer, 401, "no_token")
    assert not answer.cookies


def test_a_call_begins_no_session(call):
    answer = call(Role.MEMBER).get("/me")
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert not Session.objects.exists()


def test_no_token_lands_in_a_log(call, caplog):
    program = call(Role.MEMBER)
    with caplog.at_level(logging.DEBUG):
        program.get("/me")
        program.get("/nothing")
        Client().get("/api/v1/me", headers={"Authorization": f"Bearer {program.secret}x"})
    assert program.secret not in caplog.text


def test_nobody_gives_more_than_they_may(people):
    for scopes, days, code in (
        (["declines:read"], 3, "not_your_scope"),
        ([], 0, "bad_days"),
        ([], 367, "bad_days"),
    ):
        with scope(workspace=people[Role.MEMBER].workspace_id), pytest.raises(Refusal) as refusal:
            tokens.make_token(people[Role.MEMBER], name="x", scopes=scopes, days=days, now=timezone.now())
        assert refusal.value.code == code


def test_there_is_an_end_to_how_many(people, monkeypatch):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 2)
    user = people[Role.MEMBER]
    with scope(workspace=user.workspace_id):
        for number in range(2):
            tokens.make_token(user, name=str(number), scopes=[], days=1, now=timezone.now())
        with pytest.raises(Refusal):
            tokens.make_token(user, name="one more", scopes=[], days=1, now=timezone.now())


def test_old_ones_are_forgotten(call):
    program = call(Role.MEMBER)
    call(Role.ADMIN)
    now = timezone.now()
    with scope(workspace=program.user.workspace_id):
        ApiToken.objects.filter(user=program.user).update(revoked_at=now - timedelta(days=31))
        tokens.sweep(now)
        assert [token.user.role for token in ApiToken.objects.all()] == [Role.ADMIN]
