"""Which workspace a command is about."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ifnotyou.playbook.errors import PlaybookError

if TYPE_CHECKING:
    from ifnotyou.models import Workspace


class NoWorkspace(PlaybookError):  # noqa: N818 - the reader can mend it
    """There is none, or none of that name."""


def add_workspace_option(parser: argparse.ArgumentParser) -> None:
    """Let a command take `--workspace NAME`."""
    parser.add_argument("--workspace", metavar="NAME", help="which workspace, where there are several")


def workspace_of(args: argparse.Namespace, parser: argparse.ArgumentParser) -> Workspace:
    """The workspace that is meant; wrong usage where there are several and none is named."""
    from ifnotyou.models import Workspace  # noqa: PLC0415 - Django has to be set up first

    name: str | None = args.workspace
    found = list(Workspace.objects.order_by("pk"))
    if name is not None:
        found = [workspace for workspace in found if workspace.name == name]
    if not found:
        what = f'called "{name}"' if name is not None else "yet: open the site in a browser and make it"
        raise NoWorkspace(f"There is no workspace {what}.")
    if len(found) > 1:
        names = ", ".join(f'"{workspace.name}"' for workspace in found)
        parser.error(f"there are several workspaces ({names}): say which with --workspace NAME")
    return found[0]
