"""A server under many callers at once: what `bench.web` and `bench.interface` measure alike, and their tables."""

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import contextmanager

from bench.client import HOST, Wanted, ask_for, get
from bench.databases import BOTH, BrokenPromise, on

SIZES = (500, 50_000)
"""Declines of the company."""


def measured(module, rounds, seconds):
    """Everything, on both databases and in both sizes: what each run printed, by (database, size)."""
    return {
        (database, size): on(database, module, size, rounds, seconds) for database in BOTH for size in SIZES
    }


def rate_rows(found, kind, names, floors):
    """How many answers a second each got; `floors` are names too, by how their column is headed."""
    yield ["database", "declines", kind, f"{kind}s/s", "95th percentile ms", *floors, "wrong answers"]
    for (database, size), run in found.items():
        for name in names:
            rounds = run["rounds"][name]
            rate, p95 = (statistics.median(one[key] for one in rounds) for key in ("rate", "p95"))
            yield [
                database,
                f"{size:,}",
                name,
                f"{rate:.0f}",
                f"{p95:.0f}",
                *(_ratio(run, name, floor) for floor in floors.values()),
                sum(one["wrong"] for one in rounds),
            ]


def _ratio(run, name, floor):
    """The median over the rounds of the ratio within each."""
    pairs = zip(run["rounds"][name], run["rounds"][floor], strict=True)
    return f"{statistics.median(mine['rate'] / theirs['rate'] for mine, theirs in pairs):.3f}"


def wrong_answers(found):
    """How many there were, of all."""
    return sum(one["wrong"] for run in found.values() for rounds in run["rounds"].values() for one in rounds)


def query_rows(found, kind, names):
    """How many queries each makes, which has to be the same whatever the size."""
    yield ["database", kind, *(f"queries with {size:,} declines" for size in SIZES)]
    for database in BOTH:
        for name in names:
            counts = [found[database, size]["queries"][name] for size in SIZES]
            if len(set(counts)) > 1:
                raise BrokenPromise(
                    f"{name} on {database} does not make the same number of queries: {counts}"
                )
            yield [database, name, *counts]


# --- in a process of its own


def prepare(**environment):
    """Django on the empty database of DATABASE_URL, and the port on which to serve."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    os.environ |= {"DJANGO_SETTINGS_MODULE": "bench.settings", "PUBLIC_URL": f"http://{HOST}:{port}"}
    os.environ |= environment
    subprocess.run([sys.executable, "-m", "ifnotyou.cli", "migrate"], check=True, stdout=sys.stderr)
    import django  # noqa: PLC0415 - as it was just told

    django.setup()
    return port


@contextmanager
def served(port):
    """`ifnotyou serve` in a process of its own, from its first answer on."""
    server = subprocess.Popen(
        [sys.executable, "-m", "ifnotyou.cli", "serve", "--port", str(port)], stdout=sys.stderr
    )
    try:
        wait_for(port, server)
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)


def wait_for(port, server):
    """Until it answers; ends the benchmark if it never does."""
    until = time.monotonic() + 60
    while True:
        try:
            answers = ask_for(port, [Wanted(get("/healthz"), 200, b"ok")], connections=1)
        except OSError:
            if server.poll() is not None or time.monotonic() > until:
                raise SystemExit("the server did not start") from None
            time.sleep(0.1)
        else:
            assert not answers.wrong, answers.wrong
            return


def in_turn(names, rounds, ask, *, unwarmed=()):
    """All of `names` in turn, so that a slow moment of the machine meets each of them: their figures by round.

    `ask(name, short)` asks for one for a while, or, `short`, only because the server's first answers take longer.
    """
    for name in names:
        if name not in unwarmed:
            ask(name, short=True)
    figures = defaultdict(list)
    for _ in range(rounds):
        for name in names:
            answers = ask(name, short=False)
            figures[name].append({"rate": answers.rate, "p95": answers.p95, "wrong": len(answers.wrong)})
    return figures


def all_at_once(port, name, wanted, seconds):
    """All callers; what was answered wrongly is counted, and the first of it is told at once."""
    answers = ask_for(port, wanted, seconds=seconds)
    if answers.wrong:
        told = answers.wrong[0][:1000].decode(errors="replace")
        print(f"{name}: answers by status {answers.statuses}; the first wrong one:\n{told}", file=sys.stderr)
    return answers
