"""`ifnotyou erase`: forget one human being."""

from __future__ import annotations

import argparse
import sys

from ifnotyou.cli.django_start import start_django
from ifnotyou.cli.people import add_person_option, person_of
from ifnotyou.cli.workspaces import add_workspace_option, workspace_of
from ifnotyou.playbook.errors import PlaybookError


class NotErased(PlaybookError):  # noqa: N818 - the reader can mend it
    """Nothing was erased; the text says why."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou erase` to the command line."""
    parser = subparsers.add_parser(
        "erase",
        help="forget one human being",
        description="Erase one human being who asked for it, under every record of theirs, with all that hangs on it. "
        "What stays are keyed hashes, from which nobody learns who it was: nobody asks them again, no import brings "
        "them back, and a backup that is put back loses them at once. Colleagues who work here stay colleagues.",
        epilog="Exit code 1: nobody is found, several people are, or somebody said no. Exit code 2: nobody is there to "
        "be asked, and --yes is missing.",
    )
    add_person_option(parser)
    add_workspace_option(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask: they said so, and it is them")
    parser.set_defaults(call=lambda args: call(args, parser))


def call(args: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Say what would go, ask, erase."""
    start_django()
    from django.utils import timezone  # noqa: PLC0415 - Django has to be set up first
    from django_scopes import scope  # noqa: PLC0415

    from ifnotyou.services import erasure  # noqa: PLC0415

    workspace = workspace_of(args, parser)
    with scope(workspace=workspace):
        person = person_of(args.person, workspace)
        print(f"{person.known_as}: {erasure.would_go(person).told}, with all that hangs on it.")
        if stays := erasure.not_erased(person):
            print(stays)
        if elsewhere := erasure.not_reached(person):
            print(elsewhere)
        if not args.yes:
            _ask(parser)
        gone = erasure.erase(person, workspace, by=None, now=timezone.now())
    print(f"Erased: {gone.told}. Older backups still hold them: make a new one, and delete those.")
    return 0


def _ask(parser: argparse.ArgumentParser) -> None:
    if not sys.stdin.isatty():
        parser.error("this cannot be undone: say --yes, or run it where somebody can be asked")
    if input("This cannot be undone. Erase them? Type yes: ").strip().lower() != "yes":
        raise NotErased("Nothing was erased.")
