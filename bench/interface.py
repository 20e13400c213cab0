"""The interface for programs under 32 callers at once, against an empty view: `python -m bench.interface SIZE …`.

On the database of DATABASE_URL, which has to be empty. Prints one JSON document; bench/underload.py makes
tables of several of them.
"""

import json
import sys

from bench.client import CONNECTIONS, HOST, Wanted, get
from bench.underload import all_at_once, in_turn, prepare, served

MOST = 100
"""Declines on the largest page that a program may ask for."""

BARE, ME = "empty view", "get_me"
NEWEST, ALL_AT_ONCE, FAR, WORDS = (
    "list_declines",
    f"{MOST} at once",
    "half-way by cursors",
    "looked for by name",
)
ONE, INSIGHTS = "get_decline", "get_insights"
CALLS = (BARE, ME, NEWEST, ALL_AT_ONCE, FAR, WORDS, ONE, INSIGHTS)


FLOORS = {"of get_me's rate": ME, "of the empty view's": BARE}


# --- in a process of its own, with Django


def main():
    size, rounds, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    port = prepare()
    wanted = _wanted(size)
    queries = {call: _queries(requests[0]) for call, requests in wanted.items() if call != BARE}

    def ask(call, *, short):
        return all_at_once(port, call, wanted[call], seconds / 4 if short else seconds)

    with served(port):
        figures = in_turn(CALLS, rounds, ask)
    print(json.dumps({"queries": queries, "rounds": figures}))


def _wanted(size):
    """The calls of every caller for a company of this size, each with what shows that the answer is right."""
    from django.core import signing  # noqa: PLC0415 - needs Django
    from django.utils import timezone  # noqa: PLC0415
    from django_scopes import scope  # noqa: PLC0415

    from bench import company  # noqa: PLC0415
    from bench.urls import EMPTY  # noqa: PLC0415
    from ifnotyou.models import Decline, Workspace  # noqa: PLC0415
    from ifnotyou.services.tokens import make_token, scopes_of  # noqa: PLC0415

    workspace = Workspace.objects.create(name="Bench")
    with scope(workspace=workspace.pk):
        company.fill(workspace, size)
        newest = list(Decline.objects.order_by("-sorted_at", "-id").values_list("pk", "sorted_at"))
        assert len(newest) == size
        users = company.recruiters(workspace, CONNECTIONS)
        tokens = [
            make_token(user, name="bench", scopes=scopes_of(user), days=1, now=timezone.now())[1]
            for user in users
        ]
        names = Decline.objects.order_by("pk").values_list("candidate__name", flat=True)[:100]
        word = next(name.split()[-1] for name in names if name.isascii())
    half = size // 2
    # Two hundred pages for each of them only to get there: the cursor is made as api/page.py makes it.
    cursors = [
        signing.dumps([str(newest[half][1]), newest[half][0]], salt=f"api/list_declines/{user.pk}")
        for user in users
    ]
    same = {
        ME: ("/me", b'"recruiter"'),
        NEWEST: ("/declines", _page_of(newest[49])),
        ALL_AT_ONCE: (f"/declines?limit={MOST}", _page_of(newest[MOST - 1])),
        WORDS: (f"/declines?q={word}", word.encode()),
        ONE: (f"/declines/{newest[0][0]}", b'"passed_over"'),
        INSIGHTS: ("/insights", b'"funnel"'),
    }
    wanted = {call: [_call(path, token, shows) for token in tokens] for call, (path, shows) in same.items()}
    wanted[FAR] = [
        _call(f"/declines?cursor={cursor}", token, _page_of(newest[half + 50]))
        for cursor, token in zip(cursors, tokens, strict=True)
    ]
    wanted[BARE] = [Wanted(get("/bench/bare/"), 200, EMPTY.encode())] * CONNECTIONS
    return wanted


def _call(path, token, shows):
    return Wanted(get(f"/api/v1{path}", bearer=token), 200, shows)


def _page_of(decline):
    """What only stands in the answer that has this decline in it."""
    return f'/declines/{decline[0]}/"'.encode()


def _queries(wanted):
    """How many queries a call makes, in this process."""
    from django.db import connection  # noqa: PLC0415 - needs Django
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    head = wanted.request.decode().splitlines()
    bearer = next(line.partition(": ")[2] for line in head if line.startswith("Authorization"))
    for _ in range(2):  # the first look of the day goes into the book
        with CaptureQueriesContext(connection) as queries:
            answer = Client(SERVER_NAME=HOST).get(head[0].split()[1], headers={"Authorization": bearer})
        assert answer.status_code == wanted.status, answer.content
    return len(queries)


if __name__ == "__main__":
    main()
