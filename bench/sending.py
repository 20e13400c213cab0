"""Once, under strain: many send the same ask, and senders are killed: `python -m bench.sending ATTEMPTS KILLS`.

On the database of DATABASE_URL, which has to be empty; the tests' own company,
mail server and sending processes (tests/promises/sending.py). Prints one JSON
document; whatever must never be ends with an error instead.
"""

import json
import os
import random
import statistics
import sys
import time
from collections import Counter

from bench.databases import BOTH, on

SEED = 3
PROCESSES = 8
WHOLE = 6  # sends that are left alone, to know how long one takes
AT_THE_END = 0.4  # of the kills, the share that comes right after the mail server has taken the mail


def measured(attempts, kills):
    """Both databases: what each run printed."""
    return {database: on(database, "bench.sending", attempts, kills) for database in BOTH}


def race_rows(found):
    yield ["database", "attempts", "asks", "mails at the server", "sent", "refused, with these reasons"]
    for database, run in found.items():
        for race in run["races"]:
            told = ", ".join(f"{code}: {number}" for code, number in sorted(race["refused"].items()))
            yield [database, race["attempts"], race["asks"], race["mails"], race["sent"], told]


def kill_rows(found):
    ends = sorted({end for run in found.values() for end in run["ends"]})
    yield ["database", "killed at work", *ends, "two mails", "left, but looks unsent", "one whole send, ms"]
    for database, run in found.items():
        counts = [run["ends"].get(end, 0) for end in ends]
        yield [database, sum(counts), *counts, 0, 0, f"{run['milliseconds']:.0f}"]


# --- in a process of its own, with Django


def main():
    attempts, kills = int(sys.argv[1]), int(sys.argv[2])
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django  # noqa: PLC0415

    django.setup()
    from django_scopes import scope  # noqa: PLC0415 - needs Django

    from ifnotyou.tables import make_tables  # noqa: PLC0415
    from tests.promises.sending import company_with_cards, hand_all, hands  # noqa: PLC0415
    from tests.promises.slow_smtp import SlowSmtp  # noqa: PLC0415

    make_tables()
    fresh = attempts // PROCESSES
    first = 1 + fresh + WHOLE  # of those that are killed; some will have ended a moment before
    house = company_with_cards(first + 2 * kills)
    with SlowSmtp() as smtp, scope(workspace=house.workspace.pk):
        house.connect(house.maya, smtp)
        asks = hand_all(house, first + 2 * kills)
        with hands(PROCESSES) as processes:
            races = [
                race(house, smtp, processes, asks[:1], attempts // PROCESSES),
                race(house, smtp, processes, asks[1 : 1 + fresh], 1),
            ]
        with hands() as (process,):
            milliseconds = duration(process, asks[1 + fresh : first], house.maya)
            ends = killed(house, smtp, process, asks, first, milliseconds, kills)
        # Nothing that was tried on one ask has written to anybody else, or again.
        assert set(smtp.mails.values()) == {1}, smtp.mails.most_common(3)
    print(json.dumps({"races": races, "ends": ends, "milliseconds": milliseconds}))


def race(house, smtp, processes, asks, times):
    """All processes try to send each of the asks at once, so many times each: one mail for each ask."""
    before = sum(smtp.mails.values())
    refused, sent = Counter(), 0
    for ask in asks:
        for process in processes:
            process.begin(ask, house.maya, times)
        said = [one for process in processes for one in process.end()]
        assert len(said) == len(processes) * times
        of_this = [one for one in said if one.get("state") == "asked"]
        assert len(of_this) == 1, f"{len(of_this)} of {len(said)} attempts say that they sent it"
        others = [one for one in said if "refused" in one and one["text"]]
        assert len(others) == len(said) - 1, said
        refused.update(one["refused"] for one in others)
        sent += 1
    mails = sum(smtp.mails.values()) - before
    assert mails == len(asks), f"{mails} mails for {len(asks)} asks"
    return {
        "attempts": len(asks) * len(processes) * times,
        "asks": len(asks),
        "mails": mails,
        "sent": sent,
        "refused": refused,
    }


def duration(process, asks, user):
    """What one whole send takes, in milliseconds; the first of a process takes longer."""
    times = []
    for ask in asks:
        started = time.perf_counter()
        assert process.send(ask, user)["state"] == "asked"
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times[1:])


def killed(house, smtp, process, asks, first, milliseconds, kills):
    """Of so many asks the sender is killed at work; what must never be fails, the rest is counted."""
    from ifnotyou.models import Ask  # noqa: PLC0415 - needs Django
    from ifnotyou.playbook.asking import AskState  # noqa: PLC0415
    from ifnotyou.services import sending  # noqa: PLC0415
    from tests.company import NOW  # noqa: PLC0415
    from tests.promises.sending import address, what_stands  # noqa: PLC0415

    dice, ends = random.Random(SEED), Counter()
    for number, ask in enumerate(asks[first:], first):
        if sum(ends.values()) == kills:
            break
        smtp.taken.clear()
        process.begin(ask, house.maya)
        if dice.random() < AT_THE_END:
            # From the moment when the mail cannot be called back to well after the commit.
            assert smtp.taken.wait(60)
            time.sleep(dice.uniform(0, 0.3 * milliseconds / 1000))
        else:
            time.sleep(dice.uniform(0, milliseconds / 1000))
        process.kill()
        too_late = process.end() is not None
        smtp.wait_until_quiet()
        mails = smtp.mails[address(number)]
        stands = what_stands(ask, mails)
        if not too_late:
            ends[stands] += 1
        again = process.send(ask, house.maya)
        if stands.startswith("not begun"):
            assert again["state"] == "asked", again
            mails = 1
        else:
            assert again["refused"], again
        sending.give_up_sending(ask, now=NOW + sending.LONGEST_SENDING)
        state = Ask.objects.get(pk=ask.pk).state
        assert state in {AskState.ASKED, AskState.UNCERTAIN}, state
        assert process.send(ask, house.maya)["refused"]
        assert smtp.mails[address(number)] == mails, f"{smtp.mails[address(number)]} mails for one ask"
    assert sum(ends.values()) == kills, f"only {sum(ends.values())} were killed at work"
    return ends


if __name__ == "__main__":
    main()
