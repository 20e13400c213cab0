"""The insights as those who recruit see them: sentences, pictures, tables and files."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
import resvg_py
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ifnotyou.models import Decline, Job, Vip
from ifnotyou.services.people import ensure_user_for
from ifnotyou.web import charts
from tests.asked import ask_around, fill_a_year, hire
from tests.company import NOW, clock, house  # noqa: F401 - fixtures

SVG = "{http://www.w3.org/2000/svg}"
NAMES = "funnel month role relation channel delay reason disclosure promises first-contact".split()


@pytest.fixture
def asked(house):  # noqa: F811
    ask_around(house)
    hire(house, Vip.objects.get(name="Kim Park"))
    return house


def browser(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def recruiter(asked):
    return browser(asked.recruiter)


def text_of(client):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get("/insights/").content.decode()))


def table(client, name):
    """The file of a chart, as a spreadsheet reads it."""
    answer = client.get(f"/insights/{name}.csv")
    assert answer.status_code == 200, name
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_missed_ones_are_told_in_words_with_the_way_to_them(recruiter):
    page = recruiter.get("/insights/").content.decode()
    assert "10 people said no in the last twelve months; 6 were asked; " in page
    assert '<a href="/declines/?stage=missed">1 could have been</a>' in page
    assert "1 of 1 people named heard from us in time. For 2 there is time still." in text_of(recruiter)


def test_every_chart_is_there_with_its_picture_table_and_files(recruiter):
    page = recruiter.get("/insights/").content.decode()
    assert re.findall(r'<h2 id="([a-z-]+)">', page) == [*NAMES, "how"]
    for name in NAMES:
        drawn = ET.fromstring(recruiter.get(f"/insights/{name}.svg").content)  # noqa: S314 - ours
        assert drawn.get("role") == "img"
        title, told = drawn.find(f"{SVG}title"), drawn.find(f"{SVG}desc")
        assert drawn.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
        assert title.text
        assert told.text
        assert f'<title id="{name}-title">' in page
        assert recruiter.get(f"/insights/{name}.png").content.startswith(b"\x89PNG")
        assert len(table(recruiter, name)) > 1


def test_no_picture_brings_a_style_or_a_script(recruiter):
    page = recruiter.get("/insights/").content.decode()
    drawn = "".join(re.findall(r"<svg.*?</svg>", page, re.DOTALL))
    assert drawn.count("<svg") == len(NAMES)
    assert not re.search(r"style=|<style|<script|\son\w+=|href", drawn)


@pytest.mark.parametrize(
    "address", ["nothing.csv", "nothing.svg", "nothing.png", "funnel.gif", "Funnel.svg", "funnel"]
)
def test_what_is_no_chart_is_not_found(recruiter, address):
    assert recruiter.get(f"/insights/{address}").status_code == 404


def test_an_empty_company_reads_kind_words_and_sees_no_picture(house):  # noqa: F811
    Decline.objects.all().delete()
    client = browser(house.recruiter)
    page = client.get("/insights/").content.decode()
    assert "Nothing to count yet." in page
    assert "<svg" not in page
    assert client.get("/insights/funnel.svg").status_code == 404


def test_only_those_who_recruit_see_it(asked):
    for user, status in ((asked.maya, 403), (asked.steward, 403), (asked.recruiter, 200), (asked.admin, 200)):
        for address in ("/insights/", "/insights/funnel.csv", "/insights/funnel.svg", "/insights/funnel.png"):
            assert browser(user).get(address).status_code == status, (user, address)


def test_the_file_holds_the_funnel_in_numbers(recruiter):
    rows = table(recruiter, "funnel")
    assert rows[0] == ["How far", "Number", "Share of the line before: at least", "at most"]
    assert [row[:2] for row in rows[1:]] == [
        ["Declined", "10"],
        ["Could be asked", "8"],
        ["Asked", "6"],
        ["Answered", "4"],
        ["People named", "4"],
        ["In touch", "1"],
        ["Talking", "1"],
        ["In process", "1"],
        ["Hired", "1"],
    ]


def test_a_cell_never_becomes_a_formula(recruiter):
    Job.objects.update(title="=HYPERLINK(1)")
    assert table(recruiter, "role")[1][0] == "'=HYPERLINK(1)"
    Job.objects.update(title=" @SUM(1)")
    assert table(recruiter, "role")[1][0] == "' @SUM(1)"


def test_fewer_than_five_people_are_not_shown(asked, recruiter):
    Job.objects.update(hiring_manager_external_id="p0")
    for shown in (text_of(recruiter), repr(table(recruiter, "relation"))):
        assert "Hiring managers" in shown
        assert "not shown: it would tell of fewer than five people" in shown
    # Five peers are left, of whom nothing is told: else the one manager's figures would be what is missing.
    hidden = "not shown: it would tell of fewer than five people"
    assert table(recruiter, "relation")[1:] == [["Peers", hidden], ["Hiring managers", hidden]]


def test_small_numbers_are_told_as_small(recruiter):
    assert "2 of 6: too few to tell" in text_of(recruiter)
    assert [row[0] for row in table(recruiter, "relation")] == ["Who asked", "Peers"]


def test_no_colleague_and_nobody_named_stands_on_the_page(asked, recruiter):
    for employee in ("maya", "jon", "p0", "p5"):
        ensure_user_for(asked.employee(employee), by=asked.admin)
    told = "".join([text_of(recruiter), *(repr(table(recruiter, name)) for name in NAMES)])
    told = told.replace(asked.recruiter.name, "")
    for name in ("Asker", "Maya Chen", "Jon Park", "Candi", "Kim Park", "Lee Novak", "Ada Brandt"):
        assert name not in told


def test_a_long_role_is_cut_in_the_picture_and_whole_in_the_table(recruiter):
    title = "Maximiliane" * 18
    Job.objects.update(title=title)
    drawn = recruiter.get("/insights/role.svg").content.decode()
    told = re.sub(r"<desc.*?</desc>", "", drawn)
    assert title not in told
    assert "Maximiliane" in told
    assert "…" in told
    assert table(recruiter, "role")[1][0] == title


def test_of_many_roles_the_picture_puts_the_last_together(asked, recruiter):
    fill_a_year(asked, 60)
    Vip.objects.filter(name__startswith="Named").delete()
    rows = {"workspace": asked.workspace}
    jobs = [Job.objects.create(**rows, external_id=f"x{n}", title=f"Role {n:02}") for n in range(14)]
    for number, decline in enumerate(
        Decline.objects.filter(offer__external_id__startswith="y").order_by("pk")
    ):
        decline.job = jobs[number % 14]
        decline.save()

    # Data Engineer with its ten declines, and fourteen others with four or five each.
    assert [row[0] for row in table(recruiter, "role")[1:4]] == ["Data Engineer", "Role 00", "Role 01"]
    assert len(table(recruiter, "role")) == 1 + 15
    told = recruiter.get("/insights/role.svg").content.decode()
    assert "3 other roles: 2 of 4: too few to tell." in told
    assert "Role 10" in told
    assert "Role 11" not in told


def test_a_role_may_be_called_anything(recruiter):
    Job.objects.update(title='<b>R&D</b> "lead"')
    page = recruiter.get("/insights/").content.decode()
    assert "<b>R&amp;D" not in page
    assert "&lt;b&gt;R&amp;D" in page
    ET.fromstring(recruiter.get("/insights/role.svg").content)  # noqa: S314 - ours
    assert recruiter.get("/insights/role.png").status_code == 200


def test_a_picture_has_its_words_where_the_machine_has_no_fonts(recruiter):
    drawn = recruiter.get("/insights/funnel.svg").content.decode()

    def dots(svg, **fonts):
        return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, **fonts))

    bare = dots(re.sub(r"<text.*?</text>", "", drawn))
    assert dots(drawn) == bare  # without any font no words at all
    assert dots(drawn, font_files=[str(charts.FONT)]) != bare


def test_the_page_takes_the_same_number_of_queries_for_any_company(house, asked, recruiter):  # noqa: F811
    def queries():
        recruiter.get("/insights/")
        with CaptureQueriesContext(connection) as caught:
            recruiter.get("/insights/")
        return len(caught)

    many = queries()
    Vip.objects.all().delete()
    Decline.objects.all().delete()
    assert queries() == many


def test_days_long_ago_are_not_counted(asked, clock):  # noqa: F811
    clock(NOW + timedelta(days=400))
    assert "Nothing to count yet." in browser(asked.recruiter).get("/insights/").content.decode()
