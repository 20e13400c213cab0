"""The insights over HTTP: the figures of the page, and nothing that it keeps back."""

import csv
import io
import json
from typing import get_args

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ifnotyou.api.insights import Name
from ifnotyou.models import Decline, Job, Vip
from ifnotyou.queries.insight_tables import NAMES
from ifnotyou.services.people import ensure_user_for
from tests.asked import ask_around, fill_a_year, hire
from tests.company import clock, found, house  # noqa: F401 - two are fixtures


@pytest.fixture
def asked(house):  # noqa: F811
    ask_around(house)
    hire(house, Vip.objects.get(name="Kim Park"))
    return house


@pytest.fixture
def program(asked, call):
    return call(asked.recruiter)


def told(program, **query):
    answer = program.get("/insights", **query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def chart(program, name):
    [one] = told(program, chart=name)["charts"]
    return one


def as_file(table):
    """The table as the page's CSV has it."""
    share = [f"{table['share']}: at least", "at most"] if table["share"] else []
    rows = [[*(column["title"] for column in table["columns"]), *share]]
    for row in table["rows"]:
        rate = row["rate"]
        ends = [f"{100 * rate[end]:.1f} %" for end in ("low", "high")] if rate else []
        rows.append([row["label"], row["note"] or "", *map(str, row["numbers"]), *ends])
    return rows


def of_the_page(user, name):
    client = Client()
    client.force_login(user)
    rows = csv.reader(io.StringIO(client.get(f"/insights/{name}.csv").content.decode("utf-8-sig")))
    return list(rows)


def test_the_figures_are_those_of_the_pages_files(asked, program):
    fill_a_year(asked, 90)
    document = told(program)
    assert [one["name"] for one in document["charts"]] == list(NAMES) == list(get_args(Name))
    for table in document["charts"]:
        first, *rows = of_the_page(asked.recruiter, table["name"])
        mine, *others = as_file(table)
        assert mine == first[1:]
        assert [[cell for cell in row if cell] for row in others] == rows, table["name"]


def test_the_words_of_the_page_in_numbers(program):
    document = told(program)
    assert document["summary"] == {
        "declined": 10,
        "asked": 6,
        "missed": 1,
        "kept": 1,
        "broken": 0,
        "open": 2,
    }
    assert (document["first_month"], document["last_month"]) == ("2025-07-01", "2026-06-01")


def test_a_share_says_between_what_it_is_likely_and_that_it_is_of_few(program):
    row = chart(program, "funnel")["rows"][2]
    assert (row["group"], row["label"], row["numbers"]) == ("asked", "Asked", [6])
    assert row["rate"]["low"] < row["rate"]["middle"] < row["rate"]["high"]
    assert (row["rate"]["hits"], row["rate"]["of"], row["rate"]["few"]) == (6, 8, True)
    assert row["rate"]["words"] == "6 of 8: too few to tell"


def test_some_charts_only(program):
    document = told(program, chart=["role", "funnel"])
    assert [one["name"] for one in document["charts"]] == ["funnel", "role"]


def test_what_is_no_chart_is_told(program):
    answer = program.get("/insights", chart="salaries")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "query/chart/0"


def test_fewer_than_five_people_are_not_told(asked, program):
    Job.objects.update(hiring_manager_external_id="p0")
    hidden = "not shown: it would tell of fewer than five people"
    assert [
        (row["group"], row["numbers"], row["rate"], row["note"]) for row in chart(program, "relation")["rows"]
    ] == [
        ("peer", [], None, hidden),
        ("manager", [], None, hidden),
    ]


def test_no_colleague_and_nobody_named_is_told(asked, program):
    for employee in ("maya", "jon", "p0", "p5"):
        ensure_user_for(asked.employee(employee), by=asked.admin)
    said = json.dumps(told(program))
    for name in ("Asker", "Maya Chen", "Jon Park", "Candi", "Kim Park", "Lee Novak", "Ada Brandt"):
        assert name not in said


def test_an_empty_company_is_told_zeros(house, call):  # noqa: F811
    Decline.objects.all().delete()
    document = told(call(house.recruiter))
    assert document["charts"] == []
    assert set(document["summary"].values()) == {0}


def test_another_company_counts_for_itself(program):
    other = found("Other")
    assert other.workspace.pk
    assert told(program)["summary"]["declined"] == 10


@pytest.mark.parametrize("who", ["maya", "steward"])
def test_only_those_who_recruit(asked, call, who):
    assert call(getattr(asked, who)).get("/insights").status_code == 403
    assert call(asked.recruiter, scopes=["declines:read"]).get("/insights").status_code == 403


def test_the_same_number_of_queries_for_any_company(program):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            told(program)
        return len(seen)

    many = queries()
    Vip.objects.all().delete()
    Decline.objects.all().delete()
    assert queries() == many
