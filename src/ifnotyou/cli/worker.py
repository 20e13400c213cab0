"""`ifnotyou worker`: the work in the background."""

from __future__ import annotations

import argparse

from ifnotyou.cli.arguments import whole_number
from ifnotyou.cli.django_start import start_django

_MOST_JOBS = 64


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou worker` to the command line."""
    parser = subparsers.add_parser(
        "worker",
        help="do the work in the background: imports, reminders to colleagues, the daily round",
        description="Do the work in the background until Ctrl-C or SIGTERM; what is being done is finished first. "
        "On PostgreSQL any number of workers may run, on any number of machines.",
    )
    parser.add_argument(
        "--concurrency",
        type=whole_number(1, _MOST_JOBS),
        default=2,
        metavar="N",
        help="jobs done at the same time (default: 2)",
    )
    parser.add_argument("--until-idle", action="store_true", help="stop when nothing is waiting any more")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Work until told to stop."""
    start_django()
    from ifnotyou.jobs.worker import work  # noqa: PLC0415 - Django has to be set up first

    work(concurrency=args.concurrency, until_idle=args.until_idle)
    return 0
