"""`ifnotyou`: one command, one word for each thing that it does.

Exit codes: 0 done; 1 the data says no or is bad; 2 wrong usage.
"""

from __future__ import annotations

import argparse
import importlib
import keyword
import os
import sys
from collections.abc import Sequence

from ifnotyou import __version__
from ifnotyou.playbook.errors import PlaybookError

COMMANDS = (
    "plan",
    "tone",
    "policy",
    "sample",
    "demo",
    "import",
    "sync",
    "migrate",
    "serve",
    "worker",
    "mcp",
    "doctor",
    "backup",
    "restore",
    "export",
    "erase",
    "rekey",
)

DESCRIPTION = "If not you, who should we talk to? One sincere ask after a declined offer."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` names and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    _write_utf8()
    # Only the command that is called is imported: `tone` runs as one types.
    wanted = words[:1] if words and words[0] in COMMANDS else COMMANDS
    args = _parser(wanted).parse_args(words)
    try:
        code: int = args.call(args)
        sys.stdout.flush()
    except PlaybookError as error:
        sys.stderr.write(f"ifnotyou {args.command}: {error}\n")
        return 1
    except BrokenPipeError:
        # The reader (`head`, a closed pager) has seen enough; leave nothing for Python to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _parser(commands: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ifnotyou", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"ifnotyou {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    for command in commands:
        module = f"{command}_" if keyword.iskeyword(command) else command
        importlib.import_module(f"ifnotyou.cli.{module}").add_parser(subparsers)
    return parser


def _write_utf8() -> None:
    """Names are in every script, whatever the locale says; a terminal that cannot show a letter shows a mark."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
