"""`ifnotyou import`: the files of an export into the workspace, all of them or nothing."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ifnotyou.cli.django_start import start_django
from ifnotyou.cli.workspaces import add_workspace_option, workspace_of
from ifnotyou.files.problems import Problem
from ifnotyou.playbook.errors import PlaybookError

if TYPE_CHECKING:
    from ifnotyou.services.imports import Outcome
    from ifnotyou.services.storing import Watch

MOST_ROWS = 200
WIDTH_OF_A_FILE = 100


class NotImported(PlaybookError):  # noqa: N818 - the reader can mend it
    """Nothing was taken in; the text says why."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou import` to the command line."""
    parser = subparsers.add_parser(
        "import",
        help="take the files of an export into the workspace",
        description="Take the CSV files of an export into the workspace: all of them or nothing. What is new is added, "
        "what changed is changed, nothing is deleted; the same files twice change nothing.",
        epilog="Exit code 1: the files cannot be used at all, or there is no workspace. Rows that cannot be read are "
        "left out and told.",
    )
    parser.add_argument("path", metavar="PATH", type=Path, help="a folder or .zip of CSV files (docs/csv.md)")
    parser.add_argument("--preview", action="store_true", help="only say what would change")
    add_workspace_option(parser)
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    parser.set_defaults(call=lambda args: call(args, parser))


def call(args: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Read, compare or store, print."""
    start_django()
    from django.db import DatabaseError  # noqa: PLC0415 - Django has to be set up first
    from django_scopes import scope  # noqa: PLC0415

    from ifnotyou.services import imports  # noqa: PLC0415

    run = imports.preview if args.preview else imports.bring_in
    workspace = workspace_of(args, parser)
    with scope(workspace=workspace), _progress() as watch:
        try:
            outcome = run(args.path, watch=watch)
        except DatabaseError as error:
            first_line, *_ = f"{error}\n".splitlines()  # the others may quote the row
            raise NotImported(f"The database refused, and nothing was taken in: {first_line}") from error
    if args.format == "json":
        print(json.dumps(_document(outcome, committed=not args.preview), ensure_ascii=False, indent=1))
    else:
        _show(outcome, committed=not args.preview)
    return 0


@contextmanager
def _progress() -> Iterator[Watch | None]:
    """A progress bar where somebody is watching."""
    if not sys.stderr.isatty():
        yield None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading the files", total=None)
        yield lambda done, total, name: bar.update(task, completed=done, total=total, description=name)


def _document(outcome: Outcome, *, committed: bool) -> dict[str, object]:
    """The one document of `--format json`."""
    return {
        "tables": outcome.counts.as_dict(),
        "problems": [asdict(problem) for problem in outcome.problems],
        "committed": committed,
    }


def _show(outcome: Outcome, *, committed: bool) -> None:
    width = None if sys.stdout.isatty() else WIDTH_OF_A_FILE
    console = Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)
    table = Table("file", "new", "changed", "unchanged", "not in this export: kept")
    for name, tally in outcome.counts.tables.items():
        table.add_row(name, *map(str, (tally.new, tally.changed, tally.unchanged, tally.kept)))
    console.print(table)
    _show_problems(console, outcome.problems)
    if not committed:
        console.print("A preview: nothing was taken in.")
    elif outcome.counts.anything:
        console.print(
            "Taken in. The worker looks at the declines next (without one: ifnotyou worker --until-idle)."
        )
    else:
        console.print("Taken in: nothing was new.")


def _show_problems(console: Console, problems: Sequence[Problem]) -> None:
    if problems:
        console.print(f"Problems in the files ({len(problems)}); what cannot be read is left out:")
    for problem in problems[:MOST_ROWS]:
        row = f", row {problem.row}" if problem.row else ""
        column = f", {problem.column}" if problem.column else ""
        console.print(f"  {problem.file}{row}{column}: {problem.text}")
    if len(problems) > MOST_ROWS:
        rest = Counter(problem.file for problem in problems[MOST_ROWS:])
        files = ", ".join(f"{count} in {file}" for file, count in sorted(rest.items()))
        console.print(f"  and {len(problems) - MOST_ROWS} more ({files}): --format json lists all.")
