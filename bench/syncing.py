"""The first reading of a whole history out of a system for applicants, against the database's own bulk load.

A stand-in for Greenhouse in a process of its own, without a limit on calls, tells of so many candidates, each with an
offer that went out: years of history, a fifth of it declined. They are read by `ifnotyou`'s own service, in a process
of its own too. What counts is how long the database was at work (statements and commits), and besides how long the
transactions were, in which rows are made and declines are judged. The floor is the very rows that came of it, loaded
into the same empty tables with their keys and indexes (bench/bulk_load.py).
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.databases import BOTH, on
from bench.processes import measured as measured_process

CANDIDATES = (20_000, 100_000)
COLLEAGUES, JOBS = 2_000, 400
YEARS = 8
SEATS, VOTES = 3, 2


def measured(rounds, candidates=CANDIDATES):
    """Both databases and both sizes: what each run told."""
    return {database: on(database, "bench.syncing", "measure", rounds, *candidates) for database in BOTH}


def rows_of_table(found):
    yield [
        "database",
        "candidates",
        "rows",
        "in statements s",
        "bulk load s",
        "ratio",
        "in transactions s",
        "of that judging s",
        "ratio of it",
        "whole reading s",
        "peak MB",
    ]
    for database, sizes in found.items():
        for size in sizes:
            rounds = size["rounds"]

            def median(key, rounds=rounds):
                return statistics.median(one[key] for one in rounds)

            ratios = {
                key: statistics.median(one[key] / one["load"] for one in rounds)
                for key in ("statements", "inside")
            }
            yield [
                database,
                f"{size['candidates']:,}",
                f"{size['rows']:,}",
                f"{median('statements'):.1f}",
                f"{median('load'):.1f}",
                f"{ratios['statements']:.1f}",
                f"{median('inside'):.1f}",
                f"{median('judging'):.1f}",
                f"{ratios['inside']:.1f}",
                f"{median('seconds'):.0f}",
                f"{max(one['megabytes'] for one in rounds):.0f}",
            ]


# --- the stand-in, in a process of its own


def serve(number):
    """Tell of so many candidates until somebody stops us."""
    from ifnotyou.sample.ats.greenhouse import StandIn  # noqa: PLC0415 - only where it is wanted

    there = StandIn(_world(number))
    there.requests = _Nowhere()
    there.start(0)
    print(json.dumps({"url": there.url, "settings": there.settings()}), flush=True)
    sys.stdin.read()
    there.stop()


class _Nowhere(list):
    """What was asked is not kept: there would be a great deal."""

    def append(self, _request):
        """Nothing."""


def _world(number):
    from ifnotyou.sample.ats import world as w  # noqa: PLC0415

    now = datetime.now(UTC)
    world = w.World(now)
    users = [world.hire(f"Colleague{n}", "Made-Up") for n in range(COLLEAGUES)]
    jobs = [world.open_job(f"Role {n}", open=n % 4 == 0, recruiter=users[n].id) for n in range(JOBS)]
    for n in range(number):
        made = now - timedelta(days=YEARS * 365 * (number - n) / number)
        person = world.add_candidate(
            f"Candi{n}", f"Example{n % 977}", f"candi{n}@example.com", company=f"Firm {n % 5000}"
        )
        found = world.apply(person, jobs[n % JOBS])
        found.created_at = found.updated_at = made
        first = n * 7
        for seat in range(SEATS):
            user = users[(first + seat) % COLLEAGUES]
            meeting = world.meet(found.id, w.Seat(user.id, user.email), title="Interview", starts_at=made)
            if seat < VOTES:
                world.vote(found.id, user.id, 1 + (n + seat) % 5, meeting=meeting.id)
        world.offer(found.id)
        step = [w.OfferStep.DECLINED, *[w.OfferStep.ACCEPTED] * 3, w.OfferStep.WITHDRAWN][n % 5]
        world.decide(found.id, step)
        if step is not w.OfferStep.ACCEPTED:
            world.end(found.id, 1 + n % 4 if step is w.OfferStep.DECLINED else 7)
        for version in found.offers:
            version.sent_at = version.created_at = made
            version.decided_at = version.updated_at = made + timedelta(days=4)
        found.ended_at = found.ended_at and made + timedelta(days=4)
        found.updated_at = made + timedelta(days=4)
    return world


# --- the reading, in a process of its own, with Django


def read(report):
    """Read all of it, and write down how long the transactions were."""
    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection as database  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415
    from django_scopes import scope  # noqa: PLC0415

    from ifnotyou.models import Connection, Workspace  # noqa: PLC0415
    from ifnotyou.services import dossiers, syncing  # noqa: PLC0415
    from ifnotyou.services.bulk import Bulk  # noqa: PLC0415

    inside, judging, statements = _Watch(), _Watch(), _Watch()
    syncing.transaction = _Timed(syncing.transaction, inside)
    copy, commit = Bulk._run_copy, database._commit  # noqa: SLF001

    def timed_copy(*arguments):
        with statements.running():
            return copy(*arguments)

    def timed_statement(execute, *arguments):
        with statements.running():
            return execute(*arguments)

    def timed_commit():
        with statements.running():
            return commit()

    Bulk._run_copy = timed_copy  # noqa: SLF001 - it goes past Django's cursors
    database._commit = timed_commit  # noqa: SLF001
    judge = dossiers.judge

    def timed_judge(*arguments):
        with judging.running():
            return judge(*arguments)

    dossiers.judge = timed_judge
    with scope(workspace=Workspace.objects.get()), database.execute_wrapper(timed_statement):
        connection = Connection.objects.get()
        started = time.perf_counter()
        taken = syncing.sync(connection, now=timezone.now())
        seconds = time.perf_counter() - started
    figures = {
        "inside": inside.seconds,
        "judging": judging.seconds,
        "statements": statements.seconds,
        "seconds": seconds,
        "read": taken.read,
    }
    Path(report).write_text(json.dumps(figures), encoding="utf-8")


class _Watch:
    """Adds up seconds."""

    def __init__(self):
        self.seconds = 0.0

    @contextmanager
    def running(self):
        """Count what happens inside."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - started


class _Timed:
    """Transactions, each timed from before it begins until it is committed."""

    def __init__(self, transaction, watch):
        self._transaction, self._watch = transaction, watch

    @contextmanager
    def atomic(self):
        """The same, timed."""
        with self._watch.running(), self._transaction.atomic():
            yield


# --- one database, with Django


def measure(rounds, sizes):
    """Both sizes on the database of DATABASE_URL, which has to be empty: one JSON document."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "ifnotyou.settings"
    os.environ["REACHABLE_NETWORKS"] = "127.0.0.1/32"
    subprocess.run([sys.executable, "-m", "ifnotyou.cli", "migrate"], check=True, stdout=sys.stderr)
    import django  # noqa: PLC0415

    django.setup()
    print(json.dumps([{"candidates": size, **_one_size(rounds, size)} for size in sizes]))


def _one_size(rounds, size):
    from bench.tables import count, take_out  # noqa: PLC0415 - needs Django

    work = Path(os.environ["DATA_DIR"])
    there = subprocess.Popen(
        [sys.executable, "-m", "bench.syncing", "serve", str(size)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        told = json.loads(there.stdout.readline())
        figures = []
        for _ in range(rounds):
            _begin(told)
            run = measured_process([sys.executable, "-m", "bench.syncing", "read", str(work / "report.json")])
            figure = json.loads((work / "report.json").read_text(encoding="utf-8"))
            assert figure["read"] == size, figure
            rows = count()
            take_out(work / "rows")
            _empty()
            load = subprocess.run(
                [sys.executable, "-m", "bench.bulk_load", str(work / "rows")],
                check=True,
                stdout=subprocess.PIPE,
            )
            assert count() == rows, f"{count()} rows loaded, of {rows}"
            shutil.rmtree(work / "rows")
            figures.append({**figure, "load": float(load.stdout), "megabytes": run.megabytes})
    finally:
        there.stdin.close()
        there.wait()
    return {"rows": rows, "rounds": figures}


def _begin(told):
    """An empty workspace with a connection to the stand-in."""
    from django_scopes import scope  # noqa: PLC0415 - needs Django

    from ifnotyou.models import Connection, Workspace  # noqa: PLC0415

    _empty()
    workspace, _ = Workspace.objects.get_or_create(name="Bench")
    with scope(workspace=workspace):
        Connection.objects.all().delete()
        Connection.objects.create(
            workspace=workspace,
            system="greenhouse",
            address=told["url"],
            secrets=json.dumps(told["settings"]),
        )


def _empty():
    from django_scopes import scopes_disabled  # noqa: PLC0415 - needs Django

    from bench.tables import empty  # noqa: PLC0415
    from ifnotyou.models import Decline, Workspace  # noqa: PLC0415

    with scopes_disabled():
        Decline.objects.all().delete()
        Workspace.objects.update(habits={})
    empty()


def main():
    what, *arguments = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ifnotyou.settings")
    if what == "serve":
        serve(int(arguments[0]))
    elif what == "read":
        read(arguments[0])
    else:
        measure(int(arguments[0]), [int(size) for size in arguments[1:]])


if __name__ == "__main__":
    main()
