"""`ifnotyou demo`: a made-up company in an empty database, to look around in."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

from ifnotyou.cli.arguments import add_company_options, whole_number
from ifnotyou.cli.django_start import start_django
from ifnotyou.cli.supervisor import supervise

if TYPE_CHECKING:
    from ifnotyou.models import User
    from ifnotyou.services.demo import Watch
    from ifnotyou.services.demo.ats import Hook

_MOST_DECLINES = 5_000
_MOST_EMPLOYEES = 5_000
_PYTHON = (sys.executable, "-m")

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
    parser.add_argument(
        "--ats",
        choices=("greenhouse", "ashby", "lever"),
        metavar="SYSTEM",
        help="start the site, and a stand-in for greenhouse, ashby or lever that is connected to it: decline an offer "
        "over there, and see the card here; until Ctrl-C",
    )
    parser.add_argument(
        "--port",
        type=whole_number(1, 65535),
        default=8000,
        help="the site's port, with --ats (default: 8000)",
    )
    parser.add_argument(
        "--ats-port", type=whole_number(1, 65535), default=8765, help="the stand-in's port (default: 8765)"
    )
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Load where there is nothing yet, then print the links."""
    start_django()
    from django.utils import timezone  # noqa: PLC0415 - Django has to be set up first

    from ifnotyou.models import Role  # noqa: PLC0415
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
    return _live(args, users[Role.RECRUITER]) if args.ats else 0


def _live(args: argparse.Namespace, recruiter: User) -> int:
    """Run the stand-in, the site and the work in the background side by side, until somebody stops them."""
    from django.db import connections  # noqa: PLC0415 - Django has to be set up first
    from django.utils import timezone  # noqa: PLC0415

    from ifnotyou.services.demo.ats import connect_stand_in  # noqa: PLC0415

    url = f"http://127.0.0.1:{args.ats_port}"
    hook = connect_stand_in(
        recruiter,
        system=args.ats,
        url=url,
        seed=args.seed,
        declines=args.declines,
        employees=args.employees,
        now=timezone.now(),
    )
    connections.close_all()
    # This machine is no place on the public internet: only the demo may ask there.
    os.environ["REACHABLE_NETWORKS"] = "127.0.0.0/8"
    print(
        f"\nA made-up {args.ats.capitalize()} is at {url}: decline an offer there, and look into the inbox at "
        f"http://127.0.0.1:{args.port}\nIts history is being read: see Connections. Ctrl-C stops everything.",
        flush=True,
    )
    here = [*_PYTHON, "ifnotyou.cli", "serve", "--with-worker", "--port", str(args.port)]
    return supervise({args.ats: stand_in_command(args, hook), "site": here})


def stand_in_command(args: argparse.Namespace, hook: Hook) -> list[str]:
    """What starts the stand-in that was connected; the secret is one word with its option, as it may begin with "-"."""
    return [
        *(*_PYTHON, "ifnotyou.sample.ats", args.ats, "--these-weeks"),
        f"--port={args.ats_port}",
        f"--seed={args.seed}",
        f"--declines={args.declines}",
        f"--employees={args.employees}",
        f"--hook={hook.address}",
        f"--secret={hook.secret}",
    ]


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
