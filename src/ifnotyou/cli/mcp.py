"""`ifnotyou mcp`: lets an agent work for a person, by the Model Context Protocol over standard input and output."""

from __future__ import annotations

import argparse
import os

from ifnotyou.agents.site import NotDone


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou mcp` to the command line."""
    parser = subparsers.add_parser(
        "mcp",
        help="lets an agent work for you, by the Model Context Protocol",
        description="A server of the Model Context Protocol on standard input and output, started by the program that "
        "your agent runs in. It does what your token allows at an ifnotyou elsewhere, and needs no database. "
        "Sending always asks you first.",
        epilog="Environment: IFNOTYOU_URL, the address that people open; IFNOTYOU_TOKEN, a token made on your page.",
    )
    parser.add_argument(
        "--read-only", action="store_true", help="look and check only, whatever the token allows"
    )
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Serve until the other side hangs up."""
    address, token = (os.environ.get(name, "").strip() for name in ("IFNOTYOU_URL", "IFNOTYOU_TOKEN"))
    if not address or not token:
        raise NotDone(
            "Set IFNOTYOU_URL to the address that people open, such as https://ask.example.com, and IFNOTYOU_TOKEN to "
            "a token that you made on your page there. A token never belongs on the command line: others can see it."
        )
    from ifnotyou.agents.server import serve  # noqa: PLC0415 - takes a second to load; bad settings are told at once
    from ifnotyou.agents.site import Site  # noqa: PLC0415

    serve(Site(address, token), read_only=args.read_only)
    return 0
