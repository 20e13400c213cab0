"""A mail server somebody named: how to reach it safely, and what to tell them when that fails."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeVar

from ifnotyou.connectors.base import ConnectorError, Trouble

Security = Literal["starttls", "tls", "none"]
Failure = TypeVar("Failure", bound=ConnectorError)


@dataclass(frozen=True)
class MailServer:
    """Where a server is, and how the connection is kept from being read on the way."""

    host: str
    port: int
    security: Security

    def refuse_clear_text(self, failure: Callable[..., Failure]) -> None:
        """Raise the failure when a password would cross a network in the clear."""
        if self.security == "none" and not _is_loopback(self.host):
            raise failure(
                Trouble.NOT_ENCRYPTED,
                "Without encryption your password could be read on its way. Choose STARTTLS or TLS for this server.",
                permanent=True,
            )


def verifying(context: ssl.SSLContext | None) -> ssl.SSLContext:
    """The given way to check certificates, or that of the operating system."""
    return context or _of_the_system()


@cache
def _of_the_system() -> ssl.SSLContext:
    """Made once: reading all the certificates of a system takes longer than a mail."""
    return ssl.create_default_context()


def explained(error: Exception, server: MailServer, failure: Callable[..., Failure]) -> Failure:
    """What went wrong on the way to a server, as a failure with a sentence for the person who named the server."""
    where = f"{server.host}, port {server.port}"
    match error:
        case ssl.SSLCertVerificationError():
            return failure(
                Trouble.NOT_TRUSTED,
                f"The certificate of the mail server {where} cannot be trusted ({error.verify_message}). "
                "Check the server's name, or ask whoever runs it; nothing was handed over.",
                permanent=True,
            )
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return _broke_off(where, failure)
        case ssl.SSLError():
            return failure(
                Trouble.NOT_ENCRYPTED,
                f"No encrypted connection to {where} came about. Check that the port and the kind of encryption "
                "belong together: usually 587 with STARTTLS, or 465 with TLS (reading mail: 993 with TLS).",
                permanent=True,
            )
        case socket.gaierror(errno=socket.EAI_AGAIN):
            return failure(
                Trouble.UNREACHABLE,
                f"The name {server.host} could not be looked up just now. Try again in some minutes.",
                permanent=False,
            )
        case socket.gaierror() | UnicodeError() | OverflowError():
            return failure(
                Trouble.NO_SUCH_SERVER,
                f"There is no mail server called {where}. Check how it is spelled.",
                permanent=True,
            )
        case TimeoutError() | ConnectionRefusedError():
            return failure(
                Trouble.UNREACHABLE,
                f"The mail server {where} did not answer. Check its name and port, or try again in some minutes.",
                permanent=False,
            )
        case OSError():
            return _broke_off(where, failure)
        case _:
            return failure(
                Trouble.UNFORESEEN,
                f"Talking with the mail server {where} failed in a way we did not foresee "
                f"({type(error).__name__}). Try again, or send the note from your mail program.",
                permanent=False,
            )


def _broke_off(where: str, failure: Callable[..., Failure]) -> Failure:
    return failure(
        Trouble.BROKE_OFF,
        f"The connection to the mail server {where} broke off or took too long. Try again in some minutes.",
        permanent=False,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
