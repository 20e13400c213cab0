"""A worker that is killed while it calls another program: the next one calls again, with the same id."""

import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django_scopes import scope

from ifnotyou.models import Telling, TellingState
from ifnotyou.services import happenings
from tests.company import found
from tests.connectors.webserver import Said, WebServer
from tests.jobs.test_promises import notes, start, wait_until  # noqa: F401 - two are fixtures
from tests.listening import PATH, Program, listening, verified

pytestmark = pytest.mark.django_db(transaction=True)


class Held:
    """A program that takes its time over the first call."""

    def __init__(self):
        self.gate = threading.Event()
        self.calls = 0

    def __call__(self, _):
        self.calls += 1
        if self.calls == 1:
            self.gate.wait(timeout=300)
        return Said(204)


def test_sigkill_in_the_midst_of_a_call_loses_nothing(settings, monkeypatch, start):  # noqa: F811
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8",)
    monkeypatch.setenv("REACHABLE_NETWORKS", "127.0.0.0/8")
    house, held = found(), Held()
    with WebServer({}) as server, scope(workspace=house.workspace.pk):
        program = Program(server)
        server._answers = {f"POST {PATH}": held}
        listener, secret = listening(house, program, "vip.changed")
        happenings.tell_of(happenings.Kind.VIP_CHANGED, {"vip_id": 7}, house.workspace.pk, datetime.now(UTC))
        worker = start()
        wait_until(lambda: held.calls == 1)

        worker.send(signal.SIGKILL)
        worker.ended()
        held.gate.set()
        telling = Telling.objects.get()
        assert (telling.state, telling.attempts) == (TellingState.WAITING, 1)
        start()
        # As if the lease of two minutes had run out.
        Telling.objects.update(next_at=datetime.now(UTC) - timedelta(seconds=1))
        happenings.work_soon(listener.pk, house.workspace.pk)

        wait_until(lambda: Telling.objects.get().state == TellingState.TOLD)
        first, second = program.calls
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert verified(first, secret) == verified(second, secret)
        assert Telling.objects.get().attempts == 2
