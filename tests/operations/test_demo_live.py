"""The whole way, live: an offer is declined in a made-up system for applicants, and the card is in the inbox."""

import re
import time
import urllib.request

import pytest

from tests.operations.conftest import answer_of
from tests.ports import free_ports

PATIENCE = 600  # seconds; far more than it takes
COMPANY = ("--declines", 20, "--employees", 30, "--seed", 3)


def until(condition):
    """What the condition says once it says anything."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.3)
    raise AssertionError("it did not come to that")


@pytest.mark.parametrize("system", ["greenhouse", "ashby", "lever"])
def test_an_offer_declined_over_there_is_a_decline_here(site, port, system):
    (over_there,) = free_ports(1)
    site.environment["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    live = site.start("demo", *COMPANY, "--ats", system, "--port", port, "--ats-port", over_there)
    try:
        assert answer_of(port, while_runs=live) == "ok"
        history = "answer = bool(Connection.objects.get().synced_at)"
        until(lambda: site.look(history))
        from_there = f'Decline.objects.filter(offer__external_id__startswith="{system}:")'
        before = site.look(f"answer = {from_there}.count()")
        assert before == 4

        page = urllib.request.urlopen(f"http://127.0.0.1:{over_there}/").read().decode()
        application = re.search(r'value="(\d+)"><button>', page)[1]
        told = f"application={application}".encode()
        urllib.request.urlopen(f"http://127.0.0.1:{over_there}/_world/decline", data=told)
        if system == "lever":  # it does not call about offers: the next round finds it
            assert site.run("sync", "lever", REACHABLE_NETWORKS="127.0.0.0/8").returncode == 0

        until(lambda: site.look(f"answer = {from_there}.count()") == before + 1)
        last = f'{from_there}.order_by("pk").last()'
        assert site.look(f"answer = [{last}.verdict, {last}.first_asker_id is not None]") == [
            "decide" if system == "lever" else "ask",  # Lever does not tell when it was declined
            True,
        ]
    finally:
        live.terminate()
        live.wait(600)
    assert "Traceback" not in site.log
