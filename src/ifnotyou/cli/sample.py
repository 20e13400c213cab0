"""`ifnotyou sample`: a made-up company, to try everything on."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from ifnotyou.cli.arguments import add_company_options, add_today_option
from ifnotyou.playbook.records import OfferStatus
from ifnotyou.sample.folder import claim, fill, fill_truth, refuse_foreign_truth
from ifnotyou.sample.world import World, generate

_MOST_DECLINES = 100_000
_MOST_EMPLOYEES = 50_000
_SLOW = 3_000
"""So many declines take more than a second."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou sample` to the command line."""
    parser = subparsers.add_parser(
        "sample",
        help="a made-up company with declined offers, to try everything on",
        description="Write the CSV files of a made-up company into OUTDIR: people, offers, interviews, scorecards, "
        "messages (who wrote when) and pulses of two years. The same arguments give the same files on any machine.",
        epilog="Files of an earlier sample are replaced one by one; nobody else's are written over.",
    )
    parser.add_argument(
        "outdir", type=Path, metavar="OUTDIR", help="the folder to write into; it is made where there is none"
    )
    add_company_options(parser, most_declines=_MOST_DECLINES, most_employees=_MOST_EMPLOYEES)
    add_today_option(parser, "the company's today, before which all happened")
    parser.add_argument(
        "--truth",
        type=Path,
        metavar="FILE",
        help="write what no company knows, as JSON: who really clicked, why they said no, whose ask would bring a name",
    )
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Draw, write, and say what to try next."""
    next_command = f"ifnotyou plan {shlex.quote(str(args.outdir))} --today {args.today.isoformat()}"
    claim(args.outdir)
    if args.truth:
        refuse_foreign_truth(args.truth)
    world = _draw(args.seed, args.declines, args.employees, args.today)
    fill(args.outdir, world, next_command)
    if args.truth:
        fill_truth(args.truth, world)
    print(_summary(world, args.outdir))
    print(f"\nTry next: {next_command}")
    return 0


def _draw(seed: int, declines: int, employees: int, today: date) -> World:
    """Generate, with a progress bar where it takes a while and somebody is looking."""
    if declines < _SLOW or not sys.stderr.isatty():
        return generate(seed, declines, employees, today)
    from rich.console import Console  # noqa: PLC0415 - only where it is shown
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Making up a company", total=None)
        return generate(
            seed,
            declines,
            employees,
            today,
            watch=lambda done, total: bar.update(task, completed=done, total=total),
        )


def _summary(world: World, folder: Path) -> str:
    records = world.records
    offers = Counter(offer.status for offer in records.offers)
    declined = offers.pop(OfferStatus.DECLINED)
    others = ", ".join(f"{count} {status}" for status, count in sorted(offers.items()))
    return (
        f"A made-up company in {folder}: {len(records.employees)} employees, {len(records.candidates)} candidates, "
        f"{len(records.jobs)} jobs,\n"
        f"{declined} declined offers{f' ({others})' if others else ''}, "
        f"{len(records.interviews)} interviews, {len(records.scorecards)} scorecards, "
        f"{len(records.messages)} messages, {len(records.pulses)} pulses."
    )
