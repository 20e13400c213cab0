"""`ifnotyou sync`: what a system for applicants tells, into the workspace: its history once, then what changed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ifnotyou.cli.django_start import start_django
from ifnotyou.cli.workspaces import add_workspace_option, workspace_of
from ifnotyou.playbook.errors import PlaybookError

if TYPE_CHECKING:
    from datetime import datetime

    from ifnotyou.models import Connection
    from ifnotyou.services.dossiers import Taken
    from ifnotyou.services.syncing import Watch


class NotSynced(PlaybookError):  # noqa: N818 - the reader can mend it
    """It could not be read, or not to the end; the text says why."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou sync` to the command line."""
    parser = subparsers.add_parser(
        "sync",
        help="read what a system for applicants tells",
        description="Read what a connected system for applicants tells: all of its history the first time, then what "
        "changed. Broken off at any point, it goes on where it was. The worker does the same every five minutes.",
        epilog="Exit code 1: the system could not be read, or nobody has connected it.",
    )
    parser.add_argument("source", metavar="SOURCE", help="which system, such as greenhouse")
    parser.add_argument("--from-start", action="store_true", help="read all of the history once more")
    add_workspace_option(parser)
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    parser.set_defaults(call=lambda args: call(args, parser))


def call(args: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Read to the end, print what came of it."""
    start_django()
    from django.utils import timezone  # noqa: PLC0415 - Django has to be set up first
    from django_scopes import scope  # noqa: PLC0415

    from ifnotyou.connectors.ats import all_systems  # noqa: PLC0415
    from ifnotyou.connectors.base import ConnectorError  # noqa: PLC0415
    from ifnotyou.services import connections, syncing  # noqa: PLC0415

    if args.source not in all_systems():
        parser.error(f'there is no "{args.source}": it is one of {", ".join(all_systems())}')
    workspace = workspace_of(args, parser)
    now = timezone.now()
    with scope(workspace=workspace), _progress() as watch:
        connection = _connection(args.source)
        if args.from_start:
            connections.begin_anew(connection)
        try:
            taken = syncing.sync(connection, now=now, watch=watch)
        except ConnectorError as error:
            connections.keep_trouble(connection, error, now=now)
            raise NotSynced(error.text) from error
        connections.clear_trouble(connection)
    if args.format == "json":
        print(json.dumps({"source": args.source, **asdict(taken)}, indent=1))
    else:
        print(_told(taken))
    return 0


def _connection(slug: str) -> Connection:
    from ifnotyou.connectors.ats import all_systems  # noqa: PLC0415 - Django has to be set up first
    from ifnotyou.models import Connection  # noqa: PLC0415

    label = all_systems()[slug].label
    found = Connection.objects.filter(system=slug).first()
    if found is None:
        raise NotSynced(f"{label} is not connected yet: connect it in the browser, under Connections.")
    if found.paused:
        raise NotSynced(
            f"The connection to {label} is paused: let it go on in the browser, under Connections."
        )
    return found


@contextmanager
def _progress() -> Iterator[Watch | None]:
    """How far it is, where somebody is watching."""
    if not sys.stderr.isatty():
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading", total=None)

        def watch(taken: Taken, reached: datetime | None) -> None:
            back_to = f", back to {reached:%B %Y}" if reached else ""
            bar.update(task, description=f"{taken.read} applications, {taken.declined} declined{back_to}")

        yield watch


def _told(taken: Taken) -> str:
    """What came of it, in words."""
    read, changed = _counted(taken.read, "application"), _counted(taken.changed, "offer")
    words = [f"Read {read} with an offer, {taken.declined} of them declined: {changed} new or changed."]
    if taken.gone:
        words.append(f"{_counted(taken.gone, 'application')} gone over there, and here.")
    if taken.hidden:
        words.append(f"{_counted(taken.hidden, 'application')} left out: confidential or private.")
    if taken.unread:
        words.append(
            f"{_counted(taken.unread, 'application')} could not be understood: see the connection's page."
        )
    return "\n".join(words)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
