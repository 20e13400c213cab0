"""`ifnotyou rekey`: write every secret anew with the first key of SECRET_KEY."""

from __future__ import annotations

import argparse

from ifnotyou.cli.django_start import CannotStart, start_django


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ifnotyou rekey` to the command line."""
    parser = subparsers.add_parser(
        "rekey",
        help="encrypt every stored secret anew, with the first key of SECRET_KEY",
        description="Encrypt every stored secret anew with the first key of SECRET_KEY. To change keys: put the new "
        "one in front of the old one with a comma between, restart everything, run this, then take the old one away.",
    )
    parser.set_defaults(call=call)


def call(_args: argparse.Namespace) -> int:
    """Encrypt anew, all or nothing."""
    start_django()
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 - Django has to be set up first

    from ifnotyou.services.rekeying import rekey  # noqa: PLC0415

    try:
        count = rekey()
    except InvalidToken as error:
        raise CannotStart(
            "Something is encrypted with a key that SECRET_KEY does not hold. Nothing was changed: add that key "
            "behind the others, then try again."
        ) from error
    print(f"{count} secrets are encrypted with the first key of SECRET_KEY now; no other is needed for them.")
    return 0
