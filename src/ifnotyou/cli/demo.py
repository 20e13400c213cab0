"""`ifnotyou demo`: a made-up company in an empty database, to look around in."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

from ifnotyou.cli.arguments import add_company_options
from ifnotyou.cli.django_start import start_django

if TYPE_CHECKING:
    from ifnotyou.services.demo import Watch

_MOST_DECLINES = 5_000
_MOST_EMPLOYEES = 5_000

SEES = {
    "admin": "everything, and the settings: people, policy, mail server",
    "recruiter": "the declines: whom to ask about, who should ask and why",
    "steward": "the audit book: who saw, decided, sent and changed what",
    "member": "their own cards: asks that wait for two minutes of work",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou demo` to the command line."""
    parser = subparsers.add_parser(
        "demo",
        help="a made-up company in an empty database, to look around in",
        description="Load a made-up company with two years of declined offers, asks and what came of them into an "
        "empty database, and print one sign-in link for each role. Where the demo is loaded already, only the "
        "links are printed. No mail leaves.",
        epilog="A link works once, within 24 hours. Exit code 1: the database belongs to a real company, which is "
        "left as it is.",
    )
    add_company_options(parser, most_declines=_MOST_DECLINES, most_employees=_MOST_EMPLOYEES)
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Load where there is nothing yet, then print the links."""
    start_django()
    from django.utils import timezone  # noqa: PLC0415 - Django has to be set up first

    from ifnotyou.services import demo  # noqa: PLC0415
    from ifnotyou.services.links import console_link  # noqa: PLC0415

    users = demo.demo_users()
    created = users is None
    if users is None:
        with _progress() as watch:
            users = demo.load(
                seed=args.seed,
                declines=args.declines,
                employees=args.employees,
                now=timezone.now(),
                watch=watch,
            )
    links = {role.value: console_link(user) for role, user in users.items()}
    if args.format == "json":
        print(json.dumps({"links": links, "created": created}, indent=1))
    else:
        _show({role.value: user.name for role, user in users.items()}, links, created=created)
    return 0


@contextmanager
def _progress() -> Iterator[Watch]:
    """A progress bar where somebody is watching."""
    if not sys.stderr.isatty():
        yield lambda _done, _total, _name: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Making up a company", total=None)
        yield lambda done, total, name: bar.update(task, completed=done, total=total, description=name)


def _show(names: dict[str, str], links: dict[str, str], *, created: bool) -> None:
    """One paragraph for each role: a link in a table would be broken into pieces that nobody can click."""
    print("A made-up company is loaded." if created else "The demo was loaded before; nothing was changed.")
    print("Sign in as one of these. A link works once, within 24 hours; ifnotyou demo prints new ones.")
    for role, link in links.items():
        print(f"\n  {role:<10} {names[role]} sees {SEES[role]}\n  {'':<10} {link}")
