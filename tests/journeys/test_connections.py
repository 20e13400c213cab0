"""Connecting a system for applicants in a real browser, with scripts or without."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from ifnotyou.connectors.ats.contract import Choice, Question
from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Connection, Delivery
from tests.atsfake import broken, fake_ats  # noqa: F401 - a fixture
from tests.company import NOW
from tests.journeys.test_accessibility import ALL_LOOKS, AXE, findings
from tests.web.test_connections import decline_over_there

LONG = "Maximiliane" * 18
FAKE = "/connections/fake/"
QUESTIONS = (
    Question(
        "who",
        f"“{LONG}”: who ended it?",
        (Choice("candidate", "the candidate"), Choice("company", "we did")),
        "candidate",
    ),
    Question("stages", "Which stages?", tuple(Choice(one, f"{one} {LONG}") for one in "abc"), many=True),
)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_recruiter_connects_and_finds_the_declines_in_the_inbox(
    house,
    page_of,
    fake_ats,  # noqa: F811
    scripts,
):
    fake_ats.world.now = NOW - timedelta(days=200)
    decline_over_there(fake_ats.world, "Kim")
    fake_ats.world.now = NOW - timedelta(days=4)
    decline_over_there(fake_ats.world, "Lee")
    page = page_of(house.recruiter, java_script_enabled=scripts)
    page.goto("/")
    page.get_by_role("link", name="Connections").click()
    page.get_by_role("link", name="Connect Fake ATS").click()
    page.get_by_label("Key").fill("kestrel")
    page.get_by_role("button", name="Connect and try").click()
    expect(page.get_by_role("status").first).to_contain_text("It works: nothing is missing.")

    run_due_jobs()
    if not scripts:
        page.get_by_role("link", name="Look again").click()
    expect(page.locator(".tag").first).to_have_text("Connected")
    page.get_by_role("term").filter(has_text="Missed declines").wait_for()
    page.get_by_role("link", name="1", exact=True).click()
    expect(page.locator("#found li strong")).to_have_text(["Kim Roe"])
    page.get_by_role("link", name="Declines").first.click()
    expect(page.locator("#found li strong").filter(has_text="Lee Roe")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_everything_else_on_the_page_is_a_form(house, page_of, fake_ats, monkeypatch, scripts):  # noqa: F811
    monkeypatch.setattr(fake_ats.connector, "questions", lambda _: [QUESTIONS[1]], raising=False)
    past = NOW - timedelta(minutes=3)
    fake_ats.connect(house.workspace, synced_at=past, read_at=past, checked_at=past, hook_secret="")
    page = page_of(house.recruiter, java_script_enabled=scripts)
    said = page.get_by_role("status").first
    page.goto(FAKE)
    page.get_by_role("button", name="Pause").click()
    expect(said).to_contain_text("Paused.")
    page.get_by_role("button", name="Go on").click()
    expect(said).to_contain_text("It goes on.")
    with page.expect_navigation():
        page.get_by_role("button", name="Make the secret").click()
    expect(page.get_by_text(Connection.objects.get().hook_secret)).to_be_visible()
    page.get_by_role("button", name="Switch it on").click()
    page.get_by_role("link", name="Choose it").click()
    page.get_by_role("group", name="Which stages?").get_by_label("b Max").check()
    page.get_by_role("button", name="Keep").click()
    expect(said).to_contain_text("Everything is read once more")
    assert Connection.objects.get().answers == {"stages": "b", "source": "3"}
    page.get_by_text("Remove the connection").click()
    page.get_by_role("button", name="Yes, remove Fake ATS").click()
    expect(said).to_contain_text("What was read stays.")
    expect(page.get_by_text("Not connected").first).to_be_visible()


def test_axe_finds_nothing_on_these_pages(house, page_of, fake_ats, monkeypatch):  # noqa: F811
    page = page_of(house.recruiter)
    page.add_init_script(path=AXE)
    found = []

    def look(name, address=FAKE):
        if address:
            page.goto(address)
        for fold in page.locator("details").all():
            fold.locator("summary").click()
        found.extend(findings(page, name, ALL_LOOKS))

    look("no connection", "/connections/")
    look("to be connected")
    connection = fake_ats.connect(house.workspace, missing=[f"read: {LONG}", "more"], checked_at=NOW)
    look("something is missing")
    Connection.objects.update(missing=[], trouble=f"Fake ATS says {LONG}.", trouble_since=NOW, refused=3)
    Connection.objects.update(refused_at=NOW, read_at=NOW, writes_back=True, hidden=2)
    for state in ("waiting", "reading", "done", "of_no_interest", "unreadable"):
        rows = {"workspace": house.workspace, "connection": connection, "received_at": NOW}
        Delivery.objects.create(**rows, key=state, state=state, event=LONG[:80], problem=LONG)
    look("trouble")
    look("trouble in the list", "/connections/")
    Connection.objects.update(trouble="", progress={"read": 1250, "reached": NOW.isoformat()})
    look("reading")
    Connection.objects.update(synced_at=NOW)
    look("connected")
    with page.expect_navigation():
        page.get_by_role("button", name="Make a new secret").click()
    look("a secret is shown", "")
    monkeypatch.setattr(fake_ats.connector, "questions", lambda _: list(QUESTIONS), raising=False)
    look("questions", f"{FAKE}answers/")
    fake_ats.connector.fails[:] = [broken()]
    look("questions that cannot be asked for", f"{FAKE}answers/")
    assert not found, "\n".join(found)
