"""A program that hears of what happens: a web server on loopback, and its row. For tests of several folders."""

import json
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Listener
from ifnotyou.services import listeners
from tests.connectors.webserver import Said, WebServer

PATH = "/heard/7c1e"


class Program:
    """The far side: answers as it is told to, and keeps what it hears."""

    def __init__(self, server: WebServer) -> None:
        self.answer: Said = Said(204)
        self.server = server
        server._answers = {f"POST {PATH}": lambda _: self.answer}

    @property
    def url(self) -> str:
        return f"{self.server.url}{PATH}"

    @property
    def calls(self):
        return self.server.requests

    def heard(self) -> list[tuple[str, dict]]:
        """What was told, without when: kind and ids."""
        told = [json.loads(call.body) for call in self.calls]
        return [(one["type"], one["data"]) for one in told]

    def forget(self) -> None:
        self.calls.clear()


def verified(call, secret: str) -> dict:
    """What a call says, verified by the official library as of the moment at which it was made."""
    headers = dict(call.headers)
    moment = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    whole = Webhook(secret)
    signed = whole.sign(headers["webhook-id"], moment, call.body.decode())
    assert signed in headers["webhook-signature"].split(" ")
    return json.loads(call.body)


@pytest.fixture
def program(settings):
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8",)
    with WebServer({}) as server:
        yield Program(server)


def listening(house, program, *kinds) -> tuple[Listener, str]:
    """A listener of these kinds, all where there is none; and its secret."""
    return listeners.add(program.url, kinds, by=house.admin)


def tell_all(program) -> list[tuple[str, dict]]:
    """What the program hears once the jobs have run."""
    run_due_jobs()
    return program.heard()
