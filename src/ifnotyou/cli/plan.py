"""`ifnotyou plan`: from an export to the right ask. No server, no database."""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from rich.console import Console
from rich.progress import track

from ifnotyou.cli.arguments import add_today_option
from ifnotyou.cli.policy_file import add_policy_option, load_policy
from ifnotyou.cli.shown import Shown
from ifnotyou.files.company import read_company
from ifnotyou.files.problems import Problem
from ifnotyou.playbook.plan import PlannedDecline, make_plan
from ifnotyou.playbook.verdict import Decline

SLOW = 3_000
"""So many declines take more than a second."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou plan` to the command line."""
    parser = subparsers.add_parser(
        "plan",
        help="for every declined offer: may we ask, who, why, how, and a first draft",
        description="Read the CSV files of an export and print, for every declined offer, whether an ask is right, "
        "who should ask and why, over which channel, and a first draft.",
        epilog="Exit code 1: the files cannot be used at all. Rows that cannot be read are left out and told.",
    )
    parser.add_argument("path", metavar="PATH", help="a folder or .zip of CSV files (docs/csv.md)")
    add_today_option(parser, "plan as on this day")
    add_policy_option(parser)
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Read, plan, print."""
    # Nothing that a plan makes is thrown away before the end: looking for garbage among
    # a million records, again and again, would take a third of the time.
    gc.disable()
    try:
        policy = load_policy(args.policy)
        records, problems = read_company(args.path, policy.files, args.today)
        plan = make_plan(records, policy, args.today, watch=_progress)
        if args.format == "json":
            sys.stdout.writelines(json_document(args.today, plan, problems))
        else:
            Shown(sys.stdout).plan(plan, problems, args.today)
    finally:
        gc.enable()
    return 0


def _progress(declines: list[Decline]) -> Iterable[Decline]:
    """A progress bar where somebody is watching and would wait."""
    if len(declines) < SLOW or not sys.stderr.isatty():
        return declines
    return track(declines, "Planning", console=Console(stderr=True), transient=True)


def json_document(today: date, plan: Sequence[PlannedDecline], problems: Iterable[Problem]) -> Iterator[str]:
    """The one JSON document of `--format json`, a decline or a problem on each line."""
    yield f'{{"today": "{today.isoformat()}",\n"declines": ['
    yield from _lines(map(_decline, plan))
    yield '],\n"problems": ['
    yield from _lines({"file": p.file, "row": p.row, "column": p.column, "text": p.text} for p in problems)
    yield "]}\n"


def _lines(items: Iterable[dict[str, Any]]) -> Iterator[str]:
    before, encode = "\n", json.JSONEncoder(ensure_ascii=False).encode
    for item in items:
        yield before + encode(item)
        before = ",\n"


def _decline(planned: PlannedDecline) -> dict[str, Any]:
    decline, connections, draft = planned.decline, planned.connections, planned.draft
    at = decline.offer.resolved_at
    return {
        "offer_id": decline.offer.id,
        "candidate_id": decline.candidate.id,
        "candidate": decline.candidate.name,
        "job_id": decline.job.id,
        "job": decline.job.title,
        "declined_at": at.isoformat().replace("+00:00", "Z") if at else None,
        "reason": {
            "category": decline.reason.category,
            "confidence": decline.reason.confidence,
            "text": decline.reason.text,
        },
        "verdict": planned.verdict,
        "because": [{"code": why.code, "text": why.text} for why in planned.because],
        "askers": [
            {
                "employee_id": asker.employee.id,
                "name": asker.employee.name,
                "score": asker.score,
                "because": [{"code": b.code, "text": b.text, "weight": b.weight} for b in asker.because],
            }
            for asker in connections.askers
        ],
        "passed_over": [
            {"employee_id": p.employee.id, "name": p.employee.name, "code": p.code, "text": p.text}
            for p in connections.passed_over
        ],
        "confidence": planned.confidence,
        "channel": planned.channel,
        "draft": {"subject": draft.subject, "body": draft.body} if draft else None,
    }
