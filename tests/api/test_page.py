"""Lists a page at a time: nothing is skipped or told twice, whatever is added meanwhile."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import urlencode
from django_scopes import scope

from ifnotyou.models import Role
from ifnotyou.services.declines import HandWritten, record_by_hand
from tests.api.told import refused, told


@pytest.fixture
def declines(people):
    """Seven, several of a day."""
    today = timezone.now().date()
    for number in range(7):
        record(people[Role.RECRUITER], f"Candidate {number}", today - timedelta(days=number // 3))


def record(by, name, day):
    with scope(workspace=by.workspace_id):
        told_of = HandWritten(
            name=name,
            job_title="Engineer",
            declined_on=day,
            email="",
            notes="",
            talked_with=None,
            minutes=None,
        )
        record_by_hand(told_of, by=by, today=timezone.now().date())


def every_page(program, **query):
    """All items, and how many pages it took."""
    items, pages = [], 0
    while True:
        page = told(program.get("/declines", **query))
        items += page["items"]
        pages += 1
        if page["next"] is None:
            return [item["id"] for item in items], pages
        query["cursor"] = page["next"]


def test_pages_put_together_are_the_whole_list(call, declines):
    program = call(Role.RECRUITER)
    whole, _ = every_page(program)
    assert len(whole) == 7
    for limit, pages in ((1, 7), (2, 4), (3, 3), (7, 1), (100, 1)):
        assert every_page(program, limit=limit) == (whole, pages)


def test_what_is_added_meanwhile_moves_nothing(call, declines, people):
    program = call(Role.RECRUITER)
    whole, _ = every_page(program)
    first = told(program.get("/declines", limit=3))
    record(people[Role.RECRUITER], "Somebody new", timezone.now().date())
    rest, _ = every_page(program, limit=3, cursor=first["next"])
    assert [item["id"] for item in first["items"]] + rest == whole


def test_the_link_leads_to_the_next_page(call, declines):
    program = call(Role.RECRUITER)
    answer = program.get("/declines", limit=3, q="Candidate")
    query = urlencode({"limit": 3, "q": "Candidate", "cursor": told(answer)["next"]})
    assert answer["Link"] == f'<http://testserver/api/v1/declines?{query}>; rel="next"'
    assert "Link" not in program.get("/declines")


def test_a_cursor_that_is_none_is_refused(call, declines):
    program, other = call(Role.RECRUITER), call(Role.ADMIN)
    cursor = told(program.get("/declines", limit=1))["next"]
    for wrong in ("x", cursor[:-1], cursor + "x", "W10:1:x"):
        assert refused(program.get("/declines", cursor=wrong), 422)["errors"][0]["pointer"] == "query/cursor"
    refused(other.get("/declines", cursor=cursor), 422)
    refused(program.get("/imports", cursor=cursor), 422)


def test_many_rows_cost_as_many_queries_as_few(call, declines):
    program = call(Role.RECRUITER)
    counts = set()
    for limit in (1, 7):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            told(program.get("/declines", limit=limit))
        counts.add(len(queries))
    assert len(counts) == 1
