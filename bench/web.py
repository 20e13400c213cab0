"""The web application under 32 browsers at once, against an empty page of the same server: `python -m bench.web SIZE`.

On the database of DATABASE_URL, which has to be empty. Prints one JSON document;
bench/underload.py makes tables of several of them.
"""

import json
import sys

from bench.client import ask_for
from bench.pages import ANONYMOUS, BARE, BOARD, CARD, CLAIM, FLOOR, INBOX, PAGES, PERSONAL
from bench.underload import all_at_once, in_turn, prepare, served

CARDS = 128
CLAIMS_ON_ONE_CARD = 100
TOO_LATE = b"that is the one ask"


FLOORS = {"of the floor's rate": FLOOR, "of the bare floor's": BARE}
COUNTED = (FLOOR, INBOX, BOARD, CARD, PERSONAL, ANONYMOUS, CLAIM)
"""The pages whose queries are counted."""


# --- in a process of its own, with Django


def main():
    size, rounds, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    port = prepare()
    from bench.visits import Visits  # noqa: PLC0415 - needs Django

    visits = Visits(size, CARDS)
    queries = visits.queries()

    def ask(page, *, short):
        if page != CLAIM:
            return all_at_once(port, page, visits.of(page), seconds / 4 if short else seconds)
        answers = all_at_once(port, page, visits.of(page), None)  # made once for a card: so many, not so long
        visits.check_claims_and_free_them(len(answers.wrong))
        return answers

    with served(port):
        visits.fetch_tokens(port)
        figures = in_turn(PAGES, rounds, ask, unwarmed=[CLAIM])
        _all_at_one_card(visits, port)
    print(json.dumps({"queries": queries, "rounds": figures}))


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


if __name__ == "__main__":
    main()
