"""`ifnotyou migrate`: create or update the database, and collect the static files."""

from __future__ import annotations

import argparse

from ifnotyou.cli.django_start import CannotStart, start_django


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou migrate` to the command line."""
    parser = subparsers.add_parser(
        "migrate",
        help="create the database, or bring it up to this version",
        description="Create the tables of the database that DATABASE_URL names, or bring them up to this version, and "
        "collect style sheets and scripts. Run it after installing and after every update; again changes nothing.",
    )
    parser.set_defaults(call=call)


def call(_args: argparse.Namespace) -> int:
    """Make what is missing and say what it was."""
    start_django(migrated=False)
    from django.conf import settings  # noqa: PLC0415 - Django has to be set up first
    from django.db.utils import OperationalError  # noqa: PLC0415

    from ifnotyou.static_files import collect  # noqa: PLC0415
    from ifnotyou.tables import make_tables, sqlite_file  # noqa: PLC0415

    try:
        applied = make_tables()
    except OperationalError as error:
        raise CannotStart(f"The database cannot be used (DATABASE_URL): {str(error).strip()}") from error
    place = sqlite_file() or "PostgreSQL"
    print(f"Database ({place}): {f'{len(applied)} migrations applied.' if applied else 'nothing to do.'}")
    done = "collected." if collect() else "nothing to do."
    print(f"Style sheets and scripts ({settings.STATIC_ROOT}): {done}")
    return 0
