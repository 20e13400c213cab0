"""A real browser before the real server, both of this process: the clock that a test sets is the server's clock too."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django_scopes import scope
from playwright.sync_api import BrowserContext, ConsoleMessage, Response, expect, sync_playwright

from tests.company import clock, found  # noqa: F401 - clock is a fixture
from tests.connectors.mailserver import mail_server  # noqa: F401 - a fixture
from tests.journeys import chromium

PATIENCE = 60_000  # milliseconds; a busy machine is not a wrong page
REPORT_CSP = """document.addEventListener("securitypolicyviolation",
  (report) => console.error(`CSP: ${report.violatedDirective} ${report.blockedURI} in ${report.sourceFile}`))"""


@pytest.fixture(scope="module")
def browser():
    """Chromium. Not for the whole session: as long as it runs, no other test of this process could use asyncio."""
    path = chromium.find()
    if path is None:
        pytest.skip(chromium.NOT_FOUND)
    expect.set_options(timeout=PATIENCE)
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop in this very thread
        opened = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield opened
        opened.close()


class Watch:
    """Notes whatever a page should not do: say something on the console, break the policy, ask another host."""

    def __init__(self, own_address: str) -> None:
        self.seen: list[str] = []
        self._own_address = own_address
        self._refused_pages: set[str] = set()

    def over(self, context: BrowserContext) -> None:
        context.add_init_script(REPORT_CSP)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.seen.append(f"script: {error.error}"))
        context.on("request", lambda request: self._request(request.url))
        context.on("response", self._response)

    def _request(self, url: str) -> None:
        if not url.startswith((f"{self._own_address}/", "data:")):
            self.seen.append(f"request to another host: {url}")

    def _response(self, response: Response) -> None:
        # A page that says no kindly is a page; only Chromium also calls it a failed resource.
        if response.request.is_navigation_request() and response.status in {
            400,
            403,
            404,
            409,
            410,
            422,
            429,
            500,
        }:
            self._refused_pages.add(response.url)

    def _console(self, message: ConsoleMessage) -> None:
        kindly = message.location["url"] in self._refused_pages and "Failed to load resource" in message.text
        if not kindly:
            self.seen.append(f"console {message.type} on {message.location['url']}: {message.text}")


@pytest.fixture
def database(transactional_db, live_server, settings):
    """The database that the server sees too, empty; and links in mails lead to the server."""
    settings.PUBLIC_URL = live_server.url
    cache.clear()  # rate limits count in the database's cache, which is not emptied after a test
    yield
    _let_the_book_be_emptied()


@pytest.fixture
def house(database, clock):  # noqa: F811 - the fixture
    """The company, with its workspace open."""
    made = found()
    with scope(workspace=made.workspace.pk):
        yield made


@pytest.fixture
def watch(live_server):
    return Watch(live_server.url)


@pytest.fixture
def page_of(browser, live_server, database, watch):
    """A browser in which a user is signed in, or nobody is: page_of(user, width=360, ...) gives its page.

    Whatever the test is about, its pages stay quiet: see Watch.
    """
    contexts = []

    def open_page(user=None, *, width=1280, height=800, **options):
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        watch.over(context)
        if user is not None:
            context.add_cookies([{"name": "ifnotyou", "value": _session_of(user), "url": live_server.url}])
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert watch.seen == []


def _session_of(user) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["ifnotyou"].value


def _let_the_book_be_emptied() -> None:
    """SQLite's guard of the audit book would refuse Django's clean-up (on PostgreSQL that is a TRUNCATE)."""
    if connection.vendor != "sqlite":
        return
    guard = "audit_never_shrinks"
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [guard])
        (written,) = cursor.fetchone()
        cursor.execute(f"DROP TRIGGER {guard}")
        cursor.execute("DELETE FROM ifnotyou_auditevent")
        cursor.execute(written)
