"""`ifnotyou restore`: put a backup back, so that nothing is sent twice."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from ifnotyou.cli.django_start import start_django


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou restore` to the command line."""
    parser = subparsers.add_parser(
        "restore",
        help="put a backup back; nothing is sent twice by it",
        description="Put a backup back. Stop serve and worker first. What happened after the backup was made is "
        "unknown then: every ask that may have been made since becomes uncertain, and declines of before today are "
        "left to a person to decide. Whoever was erased since then is erased again, and whoever opted out stays so. "
        "The database that is replaced is kept.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("file", type=Path, nargs="?", metavar="FILE", help="what `ifnotyou backup` wrote")
    what.add_argument(
        "--mark-only",
        type=_moment,
        metavar="TIME",
        help="the database was put back by other means (a snapshot, a provider's backup) and is as it was at TIME, "
        "such as 2026-01-31T03:00+00:00: only make sure that nothing is sent twice. Do it before anything starts",
    )
    parser.add_argument("--yes", action="store_true", help="replace the database that is there")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Put it back and say what a person has to look at now."""
    start_django(migrated=False)
    from ifnotyou.services import backups  # noqa: PLC0415 - Django has to be set up first

    now = datetime.now(UTC)
    if args.mark_only:
        restored = backups.mark_only(args.mark_only, now=now)
    else:
        restored = backups.put_back(args.file, now=now, replace=args.yes)
    print(f"The database is as it was on {restored.backup_at.astimezone(UTC):%Y-%m-%d at %H:%M} UTC.")
    if restored.kept:
        print(f"The one it replaced is kept: {restored.kept}")
    print(f"{restored.uncertain} asks are uncertain now: their askers are shown what to look for.")
    print("So are first messages to people who were named: their hosts say whether they wrote since then.")
    print("Everybody signs in again, and programs need new tokens: some may have been revoked since then.")
    if restored.erased_again:
        print(
            f"{restored.erased_again} records of people who were erased since then are erased again. The backup itself "
            "still holds them: make a new one, and delete it."
        )
    if not restored.lists_read:
        print(
            "The replaced database could not be read: opt-outs since then are unknown, and erasures only known from "
            "the file erased.txt beside it. Ask around before anybody is written to."
        )
    print(
        "What people did since then is gone: imports, decisions, changes of who may do what. Look them over."
    )
    return 0


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a time like 2026-01-31T03:00+00:00') from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > datetime.now(UTC):
        raise argparse.ArgumentTypeError(f"{text} is in the future")
    return moment
