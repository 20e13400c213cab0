"""Takes the pictures of the pages in docs/: the sample company in a browser. Run by `./run docs`.

Always on the same day, so that a picture changes only where a page did. Needs the system's Chromium.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from playwright.sync_api import Browser, Page, sync_playwright

NOW = datetime(2026, 1, 30, 10, tzinfo=UTC)  # a Friday morning
HERE = Path(__file__).resolve().parent
WIDE = {"width": 1080, "height": 830}
CARD = {"width": 660, "height": 800}  # and as high as it is
PHONE = {"width": 360, "height": 780}
PAGE = {"width": 360, "height": 1190}  # as far as the four ways to answer
BOARD = {"width": 1280, "height": 900}
HOST = {"width": 660, "height": 1000}
VIP = {"width": 360, "height": 1000}
NUMBERS = {"width": 660, "height": 1000}
DOOR = {"width": 760, "height": 900}
DOORS = {
    "gmail": "/settings/mail/gmail/",
    "slack": "/settings/chat/slack/",
    "single-sign-on": "/settings/sign-in/",
    "tokens": "/me/tokens/",
    "webhooks": "/settings/webhooks/",
}
"""Pages of one door each, for docs/doors/."""


def main() -> None:
    """Load the company into a database that is thrown away, serve it, and look at some of its pages."""
    sys.path.insert(0, str(HERE.parent))  # for tests/
    from tests.journeys import chromium  # noqa: PLC0415 - found only now

    path = chromium.find()
    if path is None:
        sys.exit(chromium.NOT_FOUND)
    with _company() as (address, sessions), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        _take(browser, address, sessions)
        browser.close()


def _take(browser: Browser, address: str, sessions: dict[str, str]) -> None:
    def page_of(role: str, size: dict[str, int], scale: float) -> Page:
        context = browser.new_context(
            base_url=address, viewport=size, device_scale_factor=scale, color_scheme="light"
        )
        context.add_cookies([{"name": "ifnotyou", "value": sessions[role], "url": address}])
        return context.new_page()

    inbox = page_of("recruiter", WIDE, 1)
    inbox.goto("/declines/")
    inbox.screenshot(path=HERE / "inbox.png")

    card = page_of("member", CARD, 1)
    card.goto("/cards/")
    with card.expect_navigation():
        card.locator("main li a").first.click()
    card.screenshot(path=HERE / "card.png", full_page=True)

    phone = page_of("member", PHONE, 1.5)
    phone.goto(card.url)
    with phone.expect_navigation():
        phone.get_by_role("button", name="I’ll ask in conversation").click()
    phone.get_by_role("region", name="What to say").wait_for()
    phone.screenshot(path=HERE / "doorway.png")

    board = page_of("recruiter", BOARD, 1)
    board.goto("/board/")
    board.screenshot(path=HERE / "board.png")

    host = page_of("member", HOST, 1)
    host.goto("/board/")
    with host.expect_navigation():
        host.locator("#talking li a").first.click()
    host.screenshot(path=HERE / "host.png")

    vip = browser.new_page(base_url=address, viewport=VIP, device_scale_factor=1.5, color_scheme="light")
    vip.goto(_the_page_of_somebody_named())
    vip.screenshot(path=HERE / "vip.png")

    numbers = page_of("recruiter", NUMBERS, 1)
    numbers.goto("/insights/")
    numbers.screenshot(path=HERE / "insights.png")

    connected = page_of("recruiter", CARD, 1)
    with _a_tracking_system():
        connected.goto("/connections/greenhouse/")
        connected.screenshot(path=HERE / "connections.png")

    _open_doors()
    doors = page_of("admin", WIDE, 1)
    doors.goto("/settings/doors/")
    doors.screenshot(path=HERE / "doors.png", full_page=True)
    doors.set_viewport_size(DOOR)
    for name, path in DOORS.items():
        doors.goto(path)
        doors.screenshot(path=HERE / "doors" / f"{name}.png")
    sign_in = browser.new_page(base_url=address, viewport=DOOR, color_scheme="light")
    sign_in.goto("/sign-in/")
    sign_in.screenshot(path=HERE / "doors" / "sign-in.png")

    outside = browser.new_page(base_url=address, viewport=PAGE, device_scale_factor=1.5, color_scheme="light")
    outside.goto(_a_personal_page())
    outside.screenshot(path=HERE / "page.png")


@contextmanager
def _a_tracking_system() -> Iterator[None]:
    """A made-up Greenhouse, connected and read."""
    from django.conf import settings  # noqa: PLC0415 - Django is set up only now
    from django_scopes import scope  # noqa: PLC0415

    from ifnotyou.models import Connection, Role, User  # noqa: PLC0415
    from ifnotyou.sample.ats.greenhouse import StandIn  # noqa: PLC0415
    from ifnotyou.sample.ats.today import these_weeks  # noqa: PLC0415
    from ifnotyou.services import syncing  # noqa: PLC0415
    from ifnotyou.services.demo.ats import connect_stand_in  # noqa: PLC0415

    company = {"seed": 1, "declines": 300, "employees": 120, "now": NOW}
    recruiter = User.objects.filter(role=Role.RECRUITER).latest("pk")
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8",)
    with StandIn(these_weeks(**company)) as there, scope(workspace=recruiter.workspace_id):
        connect_stand_in(recruiter, system=there.slug, url=there.url, **company)
        syncing.sync(Connection.objects.get(), now=NOW)
        yield


def _open_doors() -> None:
    """What an admin would have set up, and who uses it; nobody is at the other end."""
    from django_scopes import scope  # noqa: PLC0415 - Django is set up only now

    from ifnotyou.models import (  # noqa: PLC0415
        Chat,
        Listener,
        MailApp,
        Mailbox,
        Role,
        SignInProvider,
        User,
        Workspace,
    )
    from ifnotyou.services.tokens import make_token  # noqa: PLC0415

    company = Workspace.objects.get()
    admin = User.objects.filter(role=Role.ADMIN).latest("pk")
    with scope(workspace=company.pk):
        Workspace.objects.update(smtp_host="mail.example.com")
        MailApp.objects.create(workspace=company, provider="gmail", client_id="1234", client_secret="kept")
        for user in User.objects.filter(mailbox=None).exclude(employee=None)[:4]:
            Mailbox.objects.create(workspace=company, user=user, kind="gmail", address=user.email)
        Chat.objects.create(workspace=company, system="slack", secrets="{}", team="T024BE7LD", checked_at=NOW)
        SignInProvider.objects.create(
            workspace=company,
            slug="google",
            label="Google",
            issuer="https://accounts.google.com",
            client_id="1234",
            client_secret="kept",
        )
        Listener.objects.create(
            workspace=company,
            url="https://hr.example.com/told",
            host="hr.example.com",
            secret="kept",
            by=admin,
        )
        token, _ = make_token(admin, name="Our people dashboard", scopes=["insights:read"], days=90, now=NOW)
        token.hint = "ifny_4nTq"  # made by chance, and every picture would be another one
        token.save(update_fields=["hint"])


def _a_personal_page() -> str:
    """The address of the page of somebody who was asked lately."""
    from django_scopes import scopes_disabled  # noqa: PLC0415 - Django is set up only now

    from ifnotyou.models import Ask  # noqa: PLC0415
    from ifnotyou.playbook.asking import AskState  # noqa: PLC0415

    with scopes_disabled():
        ask = Ask.objects.filter(state=AskState.ASKED, decline__job__status="open").latest("asked_at")
    return f"/r/{ask.page_token}"


def _the_page_of_somebody_named() -> str:
    """The address of the page of somebody whom a host has written to."""
    from django_scopes import scopes_disabled  # noqa: PLC0415 - Django is set up only now

    from ifnotyou.models import Vip  # noqa: PLC0415
    from ifnotyou.playbook.hosting import VipStage  # noqa: PLC0415

    with scopes_disabled():
        return f"/v/{Vip.objects.filter(stage=VipStage.CONTACTED).latest('contacted_at').forget_token}"


@contextmanager
def _company() -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a server with the sample company, and the session of somebody for each role."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"sqlite:///{folder}/pictures.sqlite3",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright runs a loop in this very thread
        }
        import django  # noqa: PLC0415 - it reads the environment

        django.setup()
        with mock.patch("django.utils.timezone.now", return_value=NOW):
            yield from _served()


def _served() -> Iterator[tuple[str, dict[str, str]]]:
    from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: PLC0415 - Django is set up only now
    from django.db import connections  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.testcases import LiveServerThread  # noqa: PLC0415

    from ifnotyou.services import demo  # noqa: PLC0415
    from ifnotyou.tables import make_tables  # noqa: PLC0415

    make_tables()
    users = demo.load(seed=1, declines=300, employees=120, now=NOW, watch=lambda _done, _total, _name: None)
    sessions = {}
    for role, user in users.items():
        client = Client()
        client.force_login(user)
        sessions[role.value] = client.cookies["ifnotyou"].value
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.start()
    server.is_ready.wait()
    try:
        yield f"http://127.0.0.1:{server.port}", sessions
    finally:
        server.terminate()
        connections.close_all()


if __name__ == "__main__":
    main()
