"""`python -m ifnotyou.sample.ats greenhouse --port 8765`: a stand-in with a made-up company, until it is stopped."""

from __future__ import annotations

import argparse
import importlib
import json
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

from ifnotyou.sample.ats.today import these_weeks
from ifnotyou.sample.ats.world import world_of
from ifnotyou.sample.world import generate


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m ifnotyou.sample.ats", description=__doc__)
    parser.add_argument("system", choices=("ashby", "greenhouse", "lever"))
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--declines", type=int, default=60)
    parser.add_argument("--employees", type=int, default=120)
    parser.add_argument(
        "--these-weeks", action="store_true", help="ten candidates instead of years of history"
    )
    parser.add_argument("--hook", default="", help="where to call")
    parser.add_argument("--secret", default="", help="what to sign those calls with")
    return parser.parse_args(words)


def main() -> None:
    """Make the world, listen, and print where and with which settings as one line of JSON."""
    args = arguments(sys.argv[1:])
    now = datetime.now(UTC)
    if args.these_weeks:
        world = these_weeks(seed=args.seed, declines=args.declines, employees=args.employees, now=now)
    else:
        world = world_of(generate(args.seed, args.declines, args.employees, now.date()).records, now)
    stand_in = importlib.import_module(f"ifnotyou.sample.ats.{args.system}").StandIn(world, live=True)
    if args.hook:
        stand_in.hook = (args.hook, args.secret)
    stand_in.start(args.port)
    if not args.hook:  # whoever says where to call knows where we are
        sys.stdout.write(json.dumps({"url": stand_in.url, "settings": stand_in.settings()}) + "\n")
        sys.stdout.flush()
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    signal.signal(signal.SIGINT, lambda *_: told.set())
    told.wait()
    stand_in.stop()


if __name__ == "__main__":
    main()
