"""From an empty database to a colleague who has come in."""

import re

from playwright.sync_api import expect

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Role, User

PASSWORD = "seven herons on the quay"


def test_the_first_visitor_makes_the_workspace_and_invites_somebody(page_of, mailoutbox):
    page = page_of()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")
    page.get_by_label("Your company").fill("Alder & Co")
    page.get_by_label("Your name").fill("Ana Lund")
    page.get_by_label("Your address").fill("ana@example.org")
    page.get_by_label("A password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()

    page.get_by_role("link", name="People").click()
    page.get_by_label("Name").fill("Ben Okoro")
    page.get_by_label("Address").fill("ben@example.org")
    page.get_by_label("Role").select_option(label="Recruiter: sees the declines and hands cards over")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("status")).to_be_visible()

    run_due_jobs()
    (mail,) = mailoutbox
    assert mail.to == ["ben@example.org"]
    invited = page_of()
    invited.goto(re.search(r"http://\S+", mail.body)[0])
    expect(invited.get_by_role("heading", level=1)).to_have_text("Alder & Co invites you")
    invited.get_by_role("button", name="Come in").click()
    expect(invited.get_by_role("heading", level=1)).to_have_text("Declines")
    expect(invited.get_by_role("link", name="Ben Okoro")).to_be_visible()
    assert User.objects.get(email="ben@example.org").role == Role.RECRUITER

    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Your address").fill("ana@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="Ana Lund")).to_be_visible()
