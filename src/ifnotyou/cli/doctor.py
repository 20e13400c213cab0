"""`ifnotyou doctor`: what is not right for real use, in words."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ifnotyou.cli.django_start import CannotStart, start_django


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou doctor` to the command line."""
    parser = subparsers.add_parser(
        "doctor",
        help="what is not right for real use, in words, each with the mend",
        description="Look at the settings, the database, mail and the work in the background, and say what is not "
        "right for real use, each with the mend. Exit code 1 when there is something. Shows no secret.",
    )
    parser.add_argument(
        "--format",
        choices=("table", "json"),
        default="table",
        help="for people or for programs (default: table)",
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
    found = _look()
    if args.access_log is not None and not any(problem["code"] == "settings" for problem in found):
        found += _look_at_log(args.access_log)
    if args.format == "json":
        print(json.dumps({"problems": found}, indent=2, ensure_ascii=False))
    else:
        for problem in found:
            print(f"✗ {problem['text']}\n  {problem['mend']}\n")
        print(f"{len(found)} to mend." if found else "All well.")
    return 1 if found else 0


def _look() -> list[dict[str, str]]:
    try:
        start_django(migrated=False)
    except CannotStart as error:
        # Without good settings nothing else can be looked at.
        text, _, mend = str(error).partition("\n")
        return [{"code": "settings", "text": text, "mend": mend.strip() or "Mend it, then look again."}]
    from django.core.checks import run_checks  # noqa: PLC0415 - Django has to be set up first

    from ifnotyou.checks import TAG  # noqa: PLC0415

    found = run_checks(tags=[TAG], include_deployment_checks=True)
    return [
        {"code": str(one.id).removeprefix(f"{TAG}."), "text": one.msg, "mend": one.hint or ""}
        for one in sorted(found, key=lambda one: str(one.id))
    ]


def _look_at_log(file: Path) -> list[dict[str, str]]:
    from django.conf import settings  # noqa: PLC0415 - Django has to be set up first

    from ifnotyou.cli.access_log import look_at_log  # noqa: PLC0415 - other commands do without it

    return look_at_log(file, settings.PUBLIC_URL)
