"""Calls of a system for applicants: how many are taken in a second, that none is lost, how soon the card is there.

`python -m bench.calls PART …` on the database of DATABASE_URL, which has to be empty; the stand-in of sample/ats/
is the system. Each part prints one JSON document; whatever must never be ends with an error instead.
"""

import hashlib
import hmac
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.client import CONNECTIONS, HOST, Wanted, ask_for, get
from bench.databases import BOTH, BrokenPromise, on
from bench.underload import prepare, wait_for

CALLS = 2_000
"""Of one round."""
DECLINES = 100
ROUNDS_OF_READING = 20
"""Rounds of reading that each find one decline."""
PEOPLE = 50
"""In the storm, who have an offer over there."""
CARD = 60.0
"""Seconds within which a card has to be there."""


def measured(rounds, deliveries, kills):
    """All parts on both databases, by (part, database)."""
    parts = {"rate": (rounds,), "storm": (deliveries, kills), "cards": (DECLINES,)}
    return {
        (part, database): on(database, "bench.calls", part, *arguments)
        for part, arguments in parts.items()
        for database in BOTH
    }


def rate_rows(found):
    yield ["database", "calls taken/s", "95th percentile ms", "empty view/s", "of its rate", "wrong answers"]
    for database in BOTH:
        run = found["rate", database]
        yield [
            database,
            f"{statistics.median(run['rates']):.0f}",
            f"{statistics.median(run['p95']):.0f}",
            f"{statistics.median(run['floors']):.0f}",
            f"{statistics.median(a / b for a, b in zip(run['rates'], run['floors'], strict=True)):.2f}",
            run["wrong"],
        ]


def storm_rows(found):
    yield [
        "database",
        "calls",
        "web killed",
        "worker killed",
        "tries",
        "answered with 2xx",
        "kept",
        "worked on",
        "lost",
        "declines there / here",
    ]
    for database in BOTH:
        run = found["storm", database]
        yield [
            database,
            *(
                f"{run[key]:,}"
                for key in ("calls", "web", "worker", "tries", "taken", "kept", "done", "lost")
            ),
            f"{run['declined']} / {run['declines']}",
        ]


def card_rows(found):
    yield ["database", "way", "declines", "median s", "99th percentile s", "longest s"]
    for database in BOTH:
        run = found["cards", database]
        for way, times in run.items():
            yield [database, way, len(times), *(f"{one:.2f}" for one in _spread(times))]


def _spread(times):
    ordered = sorted(times)
    return statistics.median(ordered), ordered[int(0.99 * (len(ordered) - 1))], ordered[-1]


# --- in a process of its own, with Django


def main():
    part, *arguments = sys.argv[1:]
    port = prepare(REACHABLE_NETWORKS="127.0.0.0/8")
    found = {"rate": rate, "storm": lost_in_a_storm, "cards": cards}[part](port, *map(int, arguments))
    print(json.dumps(found))


def rate(port, rounds):
    """Calls taken and empty views, in turn; then how many there are in the table."""
    from ifnotyou.models import Delivery  # noqa: PLC0415 - needs Django
    from tests.promises.storm import SECRET  # noqa: PLC0415

    connection, path = connected("http://127.0.0.1:9", {"client_id": "x", "client_secret": "y", "sub": "1"})
    server = _started("serve", "--port", port)
    found = {"rates": [], "floors": [], "p95": [], "wrong": 0}
    try:
        wait_for(port, server)
        floor = [Wanted(get("/bench/bare/"), 200, b"")] * CONNECTIONS
        ask_for(port, floor, seconds=0.5)  # the server's first answers take longer
        for round_ in range(rounds):
            answers = ask_for(port, [_call(path, SECRET, f"{round_}-{number}") for number in range(CALLS)])
            empty = ask_for(port, floor, seconds=2)
            found["rates"].append(answers.rate)
            found["p95"].append(answers.p95)
            found["floors"].append(empty.rate)
            found["wrong"] += len(answers.wrong) + len(empty.wrong)
            for wrong in answers.wrong[:1]:
                print(wrong[:1000].decode(errors="replace"), file=sys.stderr)
    finally:
        _stop(server)
    with _scope(connection):
        kept = Delivery.objects.filter(state="waiting").count()
    if kept != rounds * CALLS - found["wrong"]:
        raise SystemExit(f"{kept} of {rounds * CALLS} calls are in the table")
    return found


def _call(path, secret, number):
    """A call about an offer, of the size that such a call has, as bytes on the wire."""
    told = {"offer": {"id": 1, "application_id": 7}, "number": number, "rest": "x" * 3000}
    body = json.dumps({"action": "offer_updated", "payload": told}).encode()
    proof = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    head = [
        f"POST {path} HTTP/1.1",
        f"Host: {HOST}",
        "Content-Type: application/json",
        f"Signature: sha256 {proof}",
        f"Content-Length: {len(body)}",
    ]
    return Wanted("\r\n".join([*head, "", ""]).encode() + body, 200, b"")


def lost_in_a_storm(port, number, kills):
    """So many calls while web and worker are killed; what was answered with 2xx has to be there and worked on."""
    from django.utils import timezone  # noqa: PLC0415 - needs Django

    from ifnotyou.models import Decline, Delivery  # noqa: PLC0415
    from ifnotyou.services import deliveries  # noqa: PLC0415
    from tests.promises import storm  # noqa: PLC0415

    with storm.company(PEOPLE, datetime.now(UTC)) as there:
        calls = storm.happenings(there, number)
        connection, path = connected(there.url, there.settings())
        folder = Path(os.environ["DATA_DIR"])
        callers, died = storm.storm(
            dict(os.environ), folder, port, path, calls, kills=kills, longest=number / 200 / kills * 10
        )
        if callers.wrong:
            raise SystemExit(f"calls were answered with {callers.wrong[:3]}")
        with _scope(connection):
            deliveries.work(connection, now=timezone.now() + 2 * deliveries.LEASE)
            kept = Delivery.objects.count()
            done = Delivery.objects.filter(state__in=("done", "of_no_interest")).count()
            declines = Decline.objects.count()
    bodies = len({call.body for call in callers.taken})
    found = {"calls": len(calls), **died, "tries": callers.tries, "taken": len(callers.taken), "kept": kept}
    found |= {"done": done, "lost": bodies - kept, "declined": PEOPLE, "declines": declines}
    if found["lost"] or done != kept or declines != PEOPLE:
        raise SystemExit(f"calls were lost: {found}")
    return found


def cards(port, number):
    """Seconds from a decline over there to its card here, told by a call, and found by a round of reading."""
    from django.utils import timezone  # noqa: PLC0415 - needs Django

    from ifnotyou.models import Decline  # noqa: PLC0415
    from ifnotyou.services import syncing  # noqa: PLC0415
    from tests.promises import storm  # noqa: PLC0415

    with storm.company(number + ROUNDS_OF_READING, datetime.now(UTC)) as there:
        connection, path = connected(there.url, there.settings())
        with _scope(connection):
            syncing.sync(connection, now=timezone.now())
            waiting = list(there.world.applications)
            server, worker = _started("serve", "--port", port), _started("worker")
            try:
                wait_for(port, server)
                there.hook, there.live = (f"http://{HOST}:{port}{path}", storm.SECRET), True
                by_call = [_until_card(there, waiting.pop()) for _ in range(number)]
            finally:
                _stop(worker)
                _stop(server)
            there.hook = None
            by_reading = []
            for _ in range(ROUNDS_OF_READING):
                application = waiting.pop()
                _decline(there, application)
                started = time.perf_counter()
                connection.refresh_from_db()
                syncing.sync(connection, now=timezone.now())
                by_reading.append(time.perf_counter() - started)
                assert Decline.objects.filter(offer__external_id=f"greenhouse:{application}").exists()
    return {"call": by_call, "a round of reading, once it begins": by_reading}


def _until_card(there, application):
    from ifnotyou.models import Decline  # noqa: PLC0415 - needs Django

    started = time.perf_counter()
    _decline(there, application)
    while not Decline.objects.filter(offer__external_id=f"greenhouse:{application}").exists():
        if time.perf_counter() - started > CARD:
            raise BrokenPromise("a card that never came")
        time.sleep(0.01)
    return time.perf_counter() - started


def _decline(there, application):
    from ifnotyou.sample.ats.world import OfferStep  # noqa: PLC0415 - not before it is wanted

    there.world.now = max(there.world.now, datetime.now(UTC))
    there.world.decide(application, OfferStep.DECLINED)
    there.world.end(application, 1)


def connected(address, typed):
    """A workspace with Greenhouse connected, and the path that it calls."""
    from django.urls import reverse  # noqa: PLC0415 - needs Django
    from django_scopes import scope  # noqa: PLC0415

    from ifnotyou.models import Connection, Workspace  # noqa: PLC0415
    from tests.promises.storm import SECRET  # noqa: PLC0415

    workspace = Workspace.objects.create(name="Bench")
    with scope(workspace=workspace.pk):
        connection = Connection.objects.create(
            workspace=workspace,
            system="greenhouse",
            address=address,
            secrets=json.dumps(typed),
            hook_secret=SECRET,
        )
    return connection, reverse("ats_hook", args=["greenhouse", connection.pk, connection.hook_token])


def _scope(connection):
    from django_scopes import scope  # noqa: PLC0415 - needs Django

    return scope(workspace=connection.workspace_id)


def _started(*words):
    return subprocess.Popen([sys.executable, "-m", "ifnotyou.cli", *map(str, words)], stdout=sys.stderr)


def _stop(process):
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)


if __name__ == "__main__":
    main()
