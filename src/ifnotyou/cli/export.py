"""`ifnotyou export`: all that we hold about one human being."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Console

from ifnotyou.cli.django_start import start_django
from ifnotyou.cli.people import add_person_option, person_of
from ifnotyou.cli.workspaces import add_workspace_option, workspace_of

if TYPE_CHECKING:
    from ifnotyou.services.person_data import Section

WIDTH_OF_A_FILE = 100


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou export` to the command line."""
    parser = subparsers.add_parser(
        "export",
        help="all that we hold about one human being",
        description="Print all that we hold about one human being, under every record of theirs, as a document that "
        "can be handed to them. Who gave their name is told as far as its terms allow, with the reason; what they "
        "told in confidence themselves is not in it. The audit says that it was printed.",
        epilog="Exit code 1: nobody is found, or several people are; they are listed then.",
    )
    add_person_option(parser)
    add_workspace_option(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.set_defaults(call=lambda args: call(args, parser))


def call(args: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Find them, print the document."""
    start_django()
    from django_scopes import scope  # noqa: PLC0415 - Django has to be set up first

    from ifnotyou.services import audit  # noqa: PLC0415
    from ifnotyou.services.person_data import document, readable  # noqa: PLC0415

    workspace = workspace_of(args, parser)
    with scope(workspace=workspace):
        person = person_of(args.person, workspace)
        told = document(person, workspace, today=datetime.now(UTC).date())
        audit.write(None, "exported", person.rows[0])
    if args.format == "json":
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _show(f"All that {workspace.name} holds about {person.name}", readable(told))
    return 0


def _show(title: str, sections: list[Section]) -> None:
    width = None if sys.stdout.isatty() else WIDTH_OF_A_FILE
    console = Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)
    console.print(title)
    for section in sections:
        console.print(f"\n{section.heading}\n{'-' * len(section.heading)}")
        for sentence in section.sentences:
            console.print(sentence)
        for number, entry in enumerate(section.entries):
            if number:
                console.print()
            for label, value in entry:
                console.print(f"{label}: {value}")
