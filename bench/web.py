"""The web application under 32 browsers at once, against an empty page of the same server: `python -m bench.web SIZE`.

On the database of DATABASE_URL, which has to be empty. Prints one JSON document;
`rows` and `queries` make of several of them the tables of bench/results.md.
"""

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections import defaultdict

from bench.client import HOST, Wanted, ask_for, get
from bench.databases import BOTH, BrokenPromise, on
from bench.pages import ANONYMOUS, BARE, BOARD, CARD, CLAIM, FLOOR, INBOX, PAGES, PERSONAL

SIZES = (500, 50_000)
CARDS = 128
CLAIMS_ON_ONE_CARD = 100
TOO_LATE = b"that is the one ask"


def measured(rounds, seconds):
    """Everything, on both databases and in both sizes: what each run printed, by (database, size)."""
    return {
        (database, size): on(database, "bench.web", size, rounds, seconds)
        for database in BOTH
        for size in SIZES
    }


def rate_rows(found):
    yield [
        "database",
        "declines",
        "page",
        "requests/s",
        "95th percentile ms",
        "of the floor's rate",
        "of the bare floor's",
        "wrong answers",
    ]
    for (database, size), run in found.items():
        for page in PAGES:
            rounds = run["rounds"][page]
            rate, p95 = (statistics.median(r[key] for r in rounds) for key in ("rate", "p95"))
            yield [
                database,
                f"{size:,}",
                page,
                f"{rate:.0f}",
                f"{p95:.0f}",
                _ratio(run, page, FLOOR),
                _ratio(run, page, BARE),
                sum(one["wrong"] for one in rounds),
            ]


def _ratio(run, page, floor):
    """The median over the rounds of the ratio within each."""
    pairs = zip(run["rounds"][page], run["rounds"][floor], strict=True)
    return f"{statistics.median(mine['rate'] / theirs['rate'] for mine, theirs in pairs):.2f}"


def wrong_answers(found):
    """How many there were, of all pages."""
    return sum(one["wrong"] for run in found.values() for rounds in run["rounds"].values() for one in rounds)


def query_rows(found):
    yield ["database", "page", *(f"queries with {size:,} declines" for size in SIZES)]
    for database in BOTH:
        for page in (FLOOR, INBOX, BOARD, CARD, PERSONAL, ANONYMOUS, CLAIM):
            counts = [found[database, size]["queries"][page] for size in SIZES]
            if len(set(counts)) > 1:
                raise BrokenPromise(
                    f"{page} on {database} does not make the same number of queries: {counts}"
                )
            yield [database, page, *counts]


# --- in a process of its own, with Django


def main():
    size, rounds, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    port = _free_port()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ["PUBLIC_URL"] = f"http://{HOST}:{port}"
    subprocess.run([sys.executable, "-m", "ifnotyou.cli", "migrate"], check=True, stdout=sys.stderr)
    import django  # noqa: PLC0415

    django.setup()
    from bench.visits import Visits  # noqa: PLC0415 - needs Django

    visits = Visits(size, CARDS)
    queries = visits.queries()
    server = subprocess.Popen(
        [sys.executable, "-m", "ifnotyou.cli", "serve", "--port", str(port)], stdout=sys.stderr
    )
    try:
        _wait_for(port, server)
        visits.fetch_tokens(port)
        figures = _rounds(visits, port, rounds, seconds)
        _all_at_one_card(visits, port)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
    print(json.dumps({"queries": queries, "rounds": figures}))


def _rounds(visits, port, rounds, seconds):
    """All pages in turn, so that a slow moment of the machine meets each of them."""
    for page in PAGES[:-1]:  # the server's first answers take longer
        _ask(visits, port, page, seconds / 4)
    figures = defaultdict(list)
    for _ in range(rounds):
        for page in PAGES:
            # A claim is made once for a card: so many, not so long.
            answers = _ask(visits, port, page, None if page == CLAIM else seconds)
            figures[page].append({"rate": answers.rate, "p95": answers.p95, "wrong": len(answers.wrong)})
    return figures


def _ask(visits, port, page, seconds):
    """All browsers at once; what was answered wrongly is counted, and the first of it is told at once."""
    answers = ask_for(port, visits.of(page), seconds=seconds)
    if answers.wrong:
        told = answers.wrong[0][:1000].decode(errors="replace")
        print(f"{page}: answers by status {answers.statuses}; the first wrong one:\n{told}", file=sys.stderr)
    if page == CLAIM:
        visits.check_claims_and_free_them(len(answers.wrong))
    return answers


def _all_at_one_card(visits, port):
    """Of many claims on the same card one is taken, and all others are told why: too late, or too many at a time."""
    wanted = visits.of(CLAIM)[:1] * CLAIMS_ON_ONE_CARD
    answers = ask_for(port, wanted)
    too_late = [page for page in answers.wrong if TOO_LATE in page]
    told = answers.statuses.get(409, 0) + answers.statuses.get(429, 0)
    if (
        answers.statuses.get(302) != 1
        or told != CLAIMS_ON_ONE_CARD - 1
        or len(too_late) != answers.statuses.get(409)
    ):
        raise SystemExit(f"claims on one card: {answers.statuses}, {len(too_late)} told that it is too late")


def _free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _wait_for(port, server):
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


if __name__ == "__main__":
    main()
