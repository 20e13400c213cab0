"""What the browsers of bench/web.py ask for, and what the right answer shows."""

import re
from http.client import HTTPConnection

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope

from bench import company
from bench.client import CONNECTIONS, HOST, Wanted, get, post
from bench.pages import ANONYMOUS, BARE, BOARD, CARD, CLAIM, FLOOR, FRAMED, INBOX, PERSONAL
from bench.urls import EMPTY
from ifnotyou.models import Ask, Claim, Decline, Workspace
from ifnotyou.playbook.asking import AskState, Stage
from ifnotyou.services import asks as asks_service

VIPS = 5_000
"""People on the board, in either size of the company."""

HOLDERS = 32
"""People who were sent the link of the same role's page."""


class Visits:
    """A company of this size with browsers signed in: recruiters at the inbox, colleagues at their cards."""

    def __init__(self, declines, cards):
        self._workspace = Workspace.objects.create(name="Bench")
        with self._scope():
            company.fill(self._workspace, declines)
            assert Decline.objects.count() == declines
            asks = company.hand_out(self._workspace, cards + HOLDERS)
            self._asks, self._given = asks[:cards], asks[cards:]
            self._anonymous = company.let_answer(self._given).token
            self._recruiters = company.sign_in(company.recruiters(self._workspace, CONNECTIONS))
            users = company.askers(self._workspace, self._asks)
            signed_in = dict(zip(users, company.sign_in(users.values()), strict=True))
            self._asker = {ask.pk: signed_in[ask.asker_id] for ask in self._asks}
            newest = Decline.objects.filter(stage=Stage.TO_ASK).order_by("-sorted_at", "-id")[:25]
            self._last_on_page = newest[24].pk
            self._last_on_board = company.fill_board(self._workspace, VIPS)
        self._tokens = {}

    def _scope(self):
        return scope(workspace=self._workspace.pk)

    def of(self, page):
        """The requests for this page, each with the answer that is right."""
        if page == BARE:
            return [Wanted(get("/bench/bare/"), 200, EMPTY.encode())] * CONNECTIONS
        if page == FLOOR:
            return [Wanted(get("/bench/empty/", _cookie(r)), 200, EMPTY.encode()) for r in self._recruiters]
        if page == FRAMED:
            shows = b'<main id="main"'
            return [Wanted(get("/bench/framed/", _cookie(r)), 200, shows) for r in self._recruiters]
        if page == BOARD:
            shows = f'id="card-{self._last_on_board}"'.encode()
            return [Wanted(get("/board/", _cookie(r)), 200, shows) for r in self._recruiters]
        if page == INBOX:
            shows = f'<a href="/declines/{self._last_on_page}/">'.encode()
            return [Wanted(get("/declines/", _cookie(r)), 200, shows) for r in self._recruiters]
        if page == CARD:
            return [
                Wanted(
                    get(_path(ask.pk), _cookie(self._asker[ask.pk])),
                    200,
                    f'action="{_path(ask.pk)}talk/"'.encode(),
                )
                for ask in self._asks
            ]
        if page == PERSONAL:
            shows = b'<button name="do" value="nobody">'
            return [Wanted(get(f"/r/{ask.page_token}"), 200, shows) for ask in self._given]
        if page == ANONYMOUS:
            return [Wanted(get(f"/d/{self._anonymous}"), 200, b'name="receipt"')] * CONNECTIONS
        assert page == CLAIM, page
        return [self._claim(ask) for ask in self._asks]

    def _claim(self, ask):
        cookie, token = self._tokens[self._asker[ask.pk].session]
        return Wanted(
            post(f"{_path(ask.pk)}talk/", cookie, token), 302, f"location: {_path(ask.pk)}".encode()
        )

    def fetch_tokens(self, port):
        """Each colleague opens a card once and finds the token there, as a browser does before it can post."""
        cards = {asker.session: (asker, ask) for ask, asker in self._asker.items()}
        for session, (asker, ask) in cards.items():
            browser = HTTPConnection(HOST, port)
            browser.request("GET", _path(ask), headers={"Cookie": _cookie(asker)})
            answer = browser.getresponse()
            page = answer.read().decode()
            cookie = re.search(r"csrftoken=\w+", answer.headers["Set-Cookie"])[0]
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
            self._tokens[session] = (f"{_cookie(asker)}; {cookie}", token)
            browser.close()

    def check_claims_and_free_them(self, failed):
        """Every card but the failed ones is claimed; then all wait again, so that the next round finds fresh ones."""
        with self._scope():
            asks = Ask.objects.filter(pk__in=[ask.pk for ask in self._asks])
            talking = [ask for ask in asks if ask.state == AskState.TALKING]
            assert len(talking) == len(self._asks) - failed, f"{len(talking)} claimed, {failed} failed"
            claimed = set(Claim.objects.values_list("ask_id", flat=True))
            assert claimed == {ask.pk for ask in talking}, "a card without a claim, or a claim without a card"
            for ask in talking:
                asks_service.say_not_asked(ask, by=self._asker[ask.pk].user, now=timezone.now())
            assert not Claim.objects.exists()

    def queries(self):
        """How many queries each page makes, in this process."""
        recruiter, ask = self._recruiters[0].user, self._asks[0]
        asker = self._asker[ask.pk].user
        counts = {
            FLOOR: self._count(recruiter, "/bench/empty/"),
            INBOX: self._count(recruiter, "/declines/"),
            BOARD: self._count(recruiter, "/board/"),
            CARD: self._count(asker, _path(ask.pk)),
            PERSONAL: self._count(None, f"/r/{self._given[0].page_token}"),
            ANONYMOUS: self._count(None, f"/d/{self._anonymous}"),
            CLAIM: self._count(asker, f"{_path(ask.pk)}talk/", method="post", status=302),
        }
        with self._scope():
            asks_service.say_not_asked(ask, by=asker, now=timezone.now())
        return counts

    def _count(self, user, path, *, method="get", status=200):
        browser = Client(SERVER_NAME=HOST)
        if user is not None:
            browser.force_login(user, backend="ifnotyou.web.signing_in.Backend")
        with CaptureQueriesContext(connection) as queries:
            answer = getattr(browser, method)(path)
        assert answer.status_code == status, (path, answer.status_code)
        return len(queries)


def _cookie(signed_in):
    return f"{settings.SESSION_COOKIE_NAME}={signed_in.session}"


def _path(ask_id):
    return f"/cards/{ask_id}/"
