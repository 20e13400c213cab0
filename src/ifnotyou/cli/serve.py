"""`ifnotyou serve`: the web application."""

from __future__ import annotations

import argparse
import errno
import socket
import sys

from ifnotyou.cli.arguments import whole_number
from ifnotyou.cli.django_start import CannotStart, start_django
from ifnotyou.cli.supervisor import supervise

_MOST_WORKERS = 64
_THREADS = 4
"""Requests that one process answers at the same time."""
_PATIENCE = 10
"""Seconds that a request in progress is given when the server is told to stop."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou serve` to the command line."""
    parser = subparsers.add_parser(
        "serve",
        help="the web application",
        description="Serve the web application until Ctrl-C or SIGTERM. It speaks HTTP: for anybody but this machine "
        "put a proxy with HTTPS in front of it (docs/operations.md).",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="the address to listen on (default: 127.0.0.1, this machine only)",
    )
    parser.add_argument(
        "--port", type=whole_number(1, 65535), default=8000, help="the port to listen on (default: 8000)"
    )
    parser.add_argument(
        "--workers",
        type=whole_number(1, _MOST_WORKERS),
        default=2,
        metavar="N",
        help=f"processes, with {_THREADS} threads each (default: 2)",
    )
    parser.add_argument(
        "--with-worker",
        action="store_true",
        help="do the work in the background too; where one of the two ends, so does the other",
    )
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Refuse what could not work, then serve."""
    start_django()
    from ifnotyou.static_files import are_collected  # noqa: PLC0415 - Django has to be set up first

    if not are_collected():
        raise CannotStart("Style sheets and scripts of this version are not there yet. Do: ifnotyou migrate")
    _refuse_used_port(args.host, args.port)
    if args.with_worker:
        return _serve_with_worker(args)
    _serve(args)
    return 0


def _refuse_used_port(host: str, port: int) -> None:
    """Say in words that the address cannot be listened on, before anything starts."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the server does: a port that was in use a moment ago may be taken again.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"Port {port} on {host} is in use by another program. Stop that one, or choose another port."
            ) from error
        raise CannotStart(f"Cannot listen on {host}, port {port}: {error.strerror or error}.") from error


def _serve_with_worker(args: argparse.Namespace) -> int:
    from django.db import connections  # noqa: PLC0415 - Django has to be set up first

    connections.close_all()
    ifnotyou = [sys.executable, "-m", "ifnotyou.cli"]
    where = ["--host", args.host, "--port", str(args.port), "--workers", str(args.workers)]
    return supervise({"web": [*ifnotyou, "serve", *where], "background": [*ifnotyou, "worker"]})


def _serve(args: argparse.Namespace) -> None:
    from django.db import connections  # noqa: PLC0415 - Django has to be set up first
    from granian import Granian  # noqa: PLC0415 - other commands do without it
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    # The server forks from here: a connection must not be shared, and no thread may be running.
    connections.close_all()
    Granian(
        "ifnotyou.wsgi:application",
        address=args.host,
        port=args.port,
        interface=Interfaces.WSGI,
        workers=args.workers,
        blocking_threads=_THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,  # addresses of people, and paths that are secrets
        respawn_failed_workers=True,
        workers_kill_timeout=_PATIENCE,
    ).serve()
