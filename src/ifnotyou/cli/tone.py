"""`ifnotyou tone`: is a message kind? What could be said better, and how."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from ifnotyou.cli.policy_file import add_policy_option, load_policy
from ifnotyou.playbook.errors import PlaybookError
from ifnotyou.playbook.tone import Finding, check_tone, is_checked_language

WIDTH = 80


class MessageError(PlaybookError):
    """There is no message to read: no such file, no text, or nothing in it."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou tone` to the command line."""
    parser = subparsers.add_parser(
        "tone",
        help="what in a message could be kinder, and how to say it instead",
        description="Read a message and mark pressure, guilt, rewards, fishing, more than one ask, form letters, "
        "and what a kind ask does not leave out: that it is fine to ignore it, and that nobody need be named.",
        epilog="Exit code 1: something was found, or the message could not be read. Exit code 0: nothing was found. "
        "Only English is checked; what does not read as English is looked through for placeholders and length "
        'alone, and "not checked" is said on standard error.',
    )
    parser.add_argument(
        "file", metavar="FILE", nargs="?", default="-", help="the message; - or nothing: standard input"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    add_policy_option(parser)
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Read, check, print."""
    policy = load_policy(args.policy).tone
    message = _message(args.file)
    findings = check_tone(message, policy)
    if not is_checked_language(message):
        sys.stderr.write("not checked: this does not read as English\n")
    if args.format == "json":
        document = {"findings": [_as_json(finding) for finding in findings]}
        print(json.dumps(document, ensure_ascii=False, indent=2))
    elif findings:
        print("\n\n".join(_as_text(finding) for finding in findings))
    elif is_checked_language(message):
        print("Nothing found: this reads like a kind ask.")
    return 1 if findings else 0


def _message(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise MessageError(f"{file}: the message cannot be read: {error.strerror}.") from error
    where = "standard input" if file == "-" else file
    if b"\0" in data:
        raise MessageError(f"{where}: this is not a text; save the message as plain text first.")
    message = _decoded(data)
    if not message.strip():
        raise MessageError(f"{where}: the message is empty.")
    return message


def _decoded(data: bytes) -> str:
    """UTF-8, or else what Windows calls ANSI; its few undefined bytes are shown as marks."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _as_json(finding: Finding) -> dict[str, str]:
    return {"category": finding.category, "words": finding.words, "mend": finding.mend}


def _as_text(finding: Finding) -> str:
    words = " ".join(finding.words.split())
    title = f"{finding.category}: " + (f'"{words}"' if words else "nothing of the kind is said")
    return "\n".join((*_wrapped(title, ""), *_wrapped(finding.mend, "  ")))


def _wrapped(text: str, indent: str) -> Sequence[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent or "  ")
