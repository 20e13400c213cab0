"""How often a token may call is counted for all processes, and told with every answer."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from ifnotyou.models import Role
from tests.api.told import refused, told


def test_every_answer_tells_what_is_left(call, settings):
    settings.API_PER_MINUTE = 10
    program = call(Role.MEMBER)
    first, second = program.get("/me"), program.get("/declines")
    assert first["RateLimit-Policy"] == second["RateLimit-Policy"] == '"minute";q=10;w=60'
    assert re.fullmatch(r'"minute";r=9;t=([1-9]|[1-5]\d|60)', first["RateLimit"])
    assert second["RateLimit"].startswith(('"minute";r=8;', '"minute";r=9;'))  # a new minute may have begun
    assert second.status_code == 403


def test_too_many_are_refused_until_the_next_minute(call, settings, monkeypatch):
    settings.API_PER_MINUTE = 2
    moments = fixed_minute(monkeypatch)
    program, other = call(Role.MEMBER), call(Role.MEMBER)
    told(program.get("/me"))
    told(program.get("/me"))
    answer = program.get("/me")
    refused(answer, 429, "too_often")
    assert answer["Retry-After"] == "60"
    assert answer["RateLimit"] == '"minute";r=0;t=60'
    told(other.get("/me"))
    moments.append(60)
    told(program.get("/me"))


def fixed_minute(monkeypatch):
    """A clock that stands still; what is put into the list moves it on."""
    began = timezone.now().replace(second=0, microsecond=0)
    moved = []
    monkeypatch.setattr(timezone, "now", lambda: began + timedelta(seconds=sum(moved)))
    return moved


def test_whoever_tries_many_tokens_is_stopped(nobody, call, settings):
    settings.API_FAILURES_PER_MINUTE = 3
    nobody.secret = "ifny_nothing"
    answers = [nobody.get("/me").status_code for _ in range(8)]
    assert answers[:3] == [401] * 3
    assert 429 in answers
    told(call(Role.MEMBER).get("/me"))


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_exactly(call, settings, monkeypatch):
    settings.API_PER_MINUTE = 5
    fixed_minute(monkeypatch)
    program, statuses = call(Role.MEMBER), []

    def calls():
        statuses.extend(type(program)(program.user, program.secret).get("/me").status_code for _ in range(3))
        connection.close()

    threads = [threading.Thread(target=calls) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 5 + [429] * 7
