"""Arguments that more than one command takes."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, date, datetime

LEAST_EMPLOYEES = 8
FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Days outside are typing errors, and counting from them would leave the calendar."""


def add_today_option(parser: argparse.ArgumentParser, what: str) -> None:
    """Let a command take `--today YYYY-MM-DD`; `what` says what for. The default is the current day, in UTC."""
    parser.add_argument(
        "--today",
        type=_day,
        default=datetime.now(UTC).date(),
        metavar="YYYY-MM-DD",
        help=f"{what} (default: today)",
    )


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a day like 2026-01-31') from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"{text} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return day


def add_company_options(parser: argparse.ArgumentParser, *, most_declines: int, most_employees: int) -> None:
    """Let a command take what describes a made-up company: `--declines`, `--employees`, `--seed`."""
    parser.add_argument(
        "--declines",
        type=whole_number(1, most_declines),
        default=300,
        metavar="N",
        help="declined offers (default: 300)",
    )
    parser.add_argument(
        "--employees",
        type=whole_number(LEAST_EMPLOYEES, most_employees),
        default=120,
        metavar="N",
        help=f"people at the company, {LEAST_EMPLOYEES} or more (default: 120)",
    )
    parser.add_argument(
        "--seed",
        type=whole_number(0, 2**63 - 1),
        default=1,
        metavar="S",
        help="which of all companies (default: 1)",
    )


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """An argument that is a whole number within these bounds."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f'"{text}" is not a whole number') from None
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{number} is not between {least} and {most}")
        return number

    return read
