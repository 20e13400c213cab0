"""Which human being a command is about."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ifnotyou.playbook.errors import PlaybookError

if TYPE_CHECKING:
    from ifnotyou.models import Workspace
    from ifnotyou.queries.person import Person


class NotOne(PlaybookError):  # noqa: N818 - the reader can mend it
    """Nobody is found, or several are."""


def add_person_option(parser: argparse.ArgumentParser) -> None:
    """Let a command take `--person WHO`."""
    parser.add_argument(
        "--person",
        required=True,
        metavar="WHO",
        help="an address, a profile link, a record's id, or the exact name",
    )


def person_of(who: str, workspace: Workspace) -> Person:
    """The one who is meant; where several may be, the error lists them with what finds each alone."""
    from ifnotyou.queries.person import find  # noqa: PLC0415 - Django has to be set up first

    found = find(who, workspace)
    if not found:
        raise NotOne(
            "Nobody is found by that: we hold nothing that would bear this address, profile, id or name."
        )
    if len(found) > 1:
        lines = "\n".join(f"  --person {person.reference}  {person.known_as}" for person in found)
        raise NotOne(f"{len(found)} people may be meant. Say which:\n{lines}")
    return found[0]
