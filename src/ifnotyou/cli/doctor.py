"""`ifnotyou doctor`: what is not right for real use, in words."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from ifnotyou.cli.django_start import CannotStart, start_django


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou doctor` to the command line."""
    parser = subparsers.add_parser(
        "doctor",
        help="what is not right for real use, in words, each with the mend",
        description="Look at the settings, the database and the work in the background, try every door to another "
        "system (mail, chat, sign-in, tracking systems, calendars) without sending anything, and say what is not "
        "right for real use, each with the mend. Exit code 1 when there is something. Shows no secret.",
    )
    parser.add_argument(
        "--format",
        choices=("table", "json"),
        default="table",
        help="for people or for programs (default: table)",
    )
    parser.add_argument(
        "--offline",
        action="store_true",
        help="talk to no other machine but the database: the doors are not tried, only what was kept of them is told",
    )
    parser.add_argument(
        "--access-log",
        type=Path,
        metavar="FILE",
        help="the proxy's access log: open the anonymous pages by PUBLIC_URL, and see that it gets no line of it",
    )
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Look, and tell."""
    found = _look(offline=args.offline)
    if args.access_log is not None and not any(problem["code"] == "settings" for problem in found):
        found += _look_at_log(args.access_log)
    if args.format == "json":
        print(json.dumps({"problems": found, "tried": not args.offline}, indent=2, ensure_ascii=False))
    else:
        for problem in found:
            print(f"✗ {problem['text']}\n  {problem['mend']}\n")
        if args.offline:
            print("The doors to other systems were not tried (--offline).")
        print(f"{len(found)} to mend." if found else "All well.")
    return 1 if found else 0


def _look(*, offline: bool) -> list[dict[str, str]]:
    try:
        start_django(migrated=False)
    except CannotStart as error:
        # Without good settings nothing else can be looked at.
        text, _, mend = str(error).partition("\n")
        return [{"code": "settings", "text": text, "mend": mend.strip() or "Mend it, then look again."}]
    # The doors first: what trying one of them writes down is told by the checks.
    found = [] if offline else _try_doors()
    return sorted(found + _check(), key=lambda one: one["code"])


def _try_doors() -> list[dict[str, str]]:
    """Only with a database of this version: what is wrong with any other the checks tell."""
    from django_scopes import scopes_disabled  # noqa: PLC0415 - Django has to be set up first

    from ifnotyou.checks import has_usable_database  # noqa: PLC0415
    from ifnotyou.models import Workspace  # noqa: PLC0415
    from ifnotyou.services import doors  # noqa: PLC0415

    found = doors.notification_server()
    if has_usable_database():
        with scopes_disabled():
            workspaces = list(Workspace.objects.order_by("pk"))
        for workspace in workspaces:
            found += doors.tried(workspace)
    return [asdict(one) for one in found]


def _check() -> list[dict[str, str]]:
    from django.core.checks import run_checks  # noqa: PLC0415 - Django has to be set up first

    from ifnotyou.checks import TAG  # noqa: PLC0415

    found = run_checks(tags=[TAG], include_deployment_checks=True)
    return [
        {"code": str(one.id).removeprefix(f"{TAG}."), "text": one.msg, "mend": one.hint or ""}
        for one in found
    ]


def _look_at_log(file: Path) -> list[dict[str, str]]:
    from django.conf import settings  # noqa: PLC0415 - Django has to be set up first

    from ifnotyou.cli.access_log import look_at_log  # noqa: PLC0415 - other commands do without it

    return look_at_log(file, settings.PUBLIC_URL)
