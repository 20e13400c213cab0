"""`ifnotyou policy`: every setting, with its default and its reason, as a policy file."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from ifnotyou.cli.policy_file import add_policy_option, load_policy
from ifnotyou.playbook.policy import Policy

WIDTH = 100

INTRODUCTION = """\
Every threshold, weight and list of ifnotyou, with its default and its reason.
A file with only what differs is enough: give it with --policy FILE.toml.
A number or a word replaces the default, a table is merged key by key, and the entries of a list are \
added to the default ones; an entry that begins with "-" takes a default one out."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou policy` to the command line."""
    parser = subparsers.add_parser(
        "policy",
        help="print every setting with its default and its reason",
        description="Print every setting with its default and its reason, as a policy file to keep and change.",
    )
    add_policy_option(parser)
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Print the policy, the changes of --policy put in."""
    sys.stdout.write("\n".join(policy_lines(load_policy(args.policy))) + "\n")
    return 0


def policy_lines(policy: Policy) -> Iterator[str]:
    """The policy as TOML, line by line, each setting under its reason."""
    yield from _comment(INTRODUCTION)
    for section in dataclasses.fields(policy):
        values = getattr(policy, section.name)
        yield ""
        yield from _comment((type(values).__doc__ or "").split("\n", maxsplit=1)[0])
        yield f"[{section.name}]"
        tables = []
        for setting in dataclasses.fields(values):
            value = getattr(values, setting.name)
            if isinstance(value, Mapping):
                tables.append((setting, value))
            else:
                yield from _comment(setting.metadata["why"])
                yield from _setting(setting.name, value)
        for setting, table in tables:
            yield ""
            yield from _comment(setting.metadata["why"])
            yield f"[{section.name}.{setting.name}]"
            for name, value in table.items():
                yield from _setting(
                    name if name.isidentifier() and name.isascii() else json.dumps(name), value
                )


def _comment(text: str) -> Iterator[str]:
    for paragraph in text.splitlines():
        yield from textwrap.wrap(paragraph, WIDTH, initial_indent="# ", subsequent_indent="# ")


def _setting(name: str, value: Any) -> Iterator[str]:
    if not isinstance(value, tuple):
        yield f"{name} = {_toml(value)}"
    elif not value:
        yield f"{name} = []"
    else:
        yield f"{name} = ["
        yield from (f"  {_toml(word)}," for word in value)
        yield "]"


def _toml(value: bool | float | str) -> str:
    """A plain value; JSON writes them as TOML does, but that TOML knows no escaped surrogates."""
    return json.dumps(value, ensure_ascii=False)
