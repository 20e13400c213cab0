"""`ifnotyou backup`: the whole database in one file."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from ifnotyou.cli.django_start import start_django


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou backup` to the command line."""
    parser = subparsers.add_parser(
        "backup",
        help="write the whole database into one file",
        description="Write the whole database into FILE, as it is at one moment; serve and worker may go on meanwhile. "
        "FILE holds everything but SECRET_KEY, without which its secrets cannot be read: keep both, apart. "
        "Names that wait sealed on an anonymous page cannot be read from it by anybody.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a file that is not there yet")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Make the backup and say how large it is."""
    start_django()
    from ifnotyou.services import backups  # noqa: PLC0415 - Django has to be set up first

    size = backups.make(args.file, now=datetime.now(UTC))
    print(f"{args.file}: {size:,} bytes. Not in it: SECRET_KEY. Put back: ifnotyou restore {args.file}")
    return 0
