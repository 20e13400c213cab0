"""Mail servers for tests, on loopback: a real one (mail-devel, SMTP and IMAP), and one that fails on purpose.

A conftest.py or a test takes the real one by "from tests.connectors.mailserver import mail_server".
"""

import imaplib
import ipaddress
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum, auto
from io import BufferedReader
from pathlib import Path
from typing import Self

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.ports import HOST, free_ports

_STARTS = 3  # a free port may be taken by somebody else before the server has it
_SECONDS_TO_START = 300
_PATIENCE = 60  # seconds; a busy machine is not a broken connection


@dataclass(frozen=True)
class RunningMailServer:
    """A real mail server. Every address has a mailbox of its own, all with the same password."""

    smtp_port: int  # plain, and STARTTLS for who wants it
    smtps_port: int
    imap_port: int  # plain only; mail-devel has no encryption there
    certificate: Path
    host: str = HOST
    user: str = "maria@example.org"
    password: str = "sesame"

    def trusting(self) -> ssl.SSLContext:
        """A context that knows the server's self-signed certificate."""
        return ssl.create_default_context(cafile=self.certificate)

    def messages(self, user: str, folder: str = "INBOX") -> list[EmailMessage]:
        """What arrived for a user, oldest first."""
        with self._signed_in(user) as connection:
            connection.select(folder, readonly=True)
            _, found = connection.search(None, "ALL")
            mails = [connection.fetch(number, "(RFC822)")[1][0][1] for number in found[0].decode().split()]
            return [message_from_bytes(mail, policy=policy.default) for mail in mails]

    def create_folder(self, user: str, folder: str) -> None:
        """Make a folder, which the server calls nothing but what it is called."""
        with self._signed_in(user) as connection:
            connection.create(folder)

    @contextmanager
    def _signed_in(self, user: str) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4(self.host, self.imap_port, timeout=_PATIENCE) as connection:
            connection.authenticate("PLAIN", lambda _: f"\0{user}\0{self.password}".encode())
            yield connection


@pytest.fixture(scope="session")
def mail_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningMailServer]:
    """mail-devel in a process of its own."""
    folder = tmp_path_factory.mktemp("mail-server")
    certificate, key = self_signed(folder)
    for attempt in range(1, _STARTS + 1):
        server = RunningMailServer(*free_ports(3), certificate)
        log = folder / f"log-{attempt}"
        with log.open("w") as output:
            process = subprocess.Popen(_command(server, key), stdout=output, stderr=output)
        try:
            if _answers(server, process):
                yield server
                return
        finally:
            process.terminate()
            process.wait(timeout=300)
    pytest.fail(f"The mail server did not start: {log.read_text()}")


def _command(server: RunningMailServer, key: Path) -> list[str]:
    options = {
        "--host": server.host,
        "--smtp-port": server.smtp_port,
        "--smtps-port": server.smtps_port,
        "--imap-port": server.imap_port,
        "--user": server.user,
        "--password": server.password,
        "--cert": server.certificate,
        "--key": key,
    }
    given = [str(part) for option in options.items() for part in option]
    return [sys.executable, "-m", "mail_devel", "--multi-user", "--no-http", "--auth-required", *given]


def _answers(server: RunningMailServer, process: subprocess.Popen) -> bool:
    """True once all ports answer, False when the process has ended or takes too long."""
    waiting = {server.smtp_port, server.smtps_port, server.imap_port}
    give_up = time.monotonic() + _SECONDS_TO_START
    while waiting and process.poll() is None and time.monotonic() < give_up:
        for port in list(waiting):
            with suppress(OSError), socket.create_connection((server.host, port), timeout=5):
                waiting.remove(port)
        time.sleep(0.05)
    return not waiting and process.poll() is None


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for the address of loopback (not for its name) that no one has signed, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail server for tests")])
    now = datetime.now(UTC)
    names = [x509.IPAddress(ipaddress.ip_address(HOST))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate_file, key_file


# --- a server that fails on purpose --------------------------------------------------------------------------------


class Stage(Enum):
    """Where in the exchange it fails: in place of the answer to this step."""

    BANNER = auto()
    EHLO = auto()
    STARTTLS = auto()
    AUTH = auto()
    MAIL = auto()
    RCPT = auto()
    DATA = auto()  # instead of 354
    CONTENT = auto()  # after 354, in the middle of the message
    END = auto()  # after the final dot
    QUIT = auto()


class Break(Enum):
    """How it fails, where it does not simply answer something else."""

    DROP = auto()  # hangs up
    RESET = auto()  # hangs up without a word to the network
    HANG = auto()  # says nothing, and keeps the line open
    DRIP = auto()  # answers yes, one byte at a time
    HALF = auto()  # begins a good answer of several lines, and hangs up


@dataclass(frozen=True)
class Fault:
    stage: Stage
    how: Break | str  # a str is said instead of the right answer


_PLAIN_STEPS = {
    "STARTTLS": (Stage.STARTTLS, "220 go ahead"),
    "AUTH": (Stage.AUTH, "235 welcome"),
    "MAIL": (Stage.MAIL, "250 ok"),
    "RCPT": (Stage.RCPT, "250 ok"),
    "QUIT": (Stage.QUIT, "221 bye"),
}


class _HungUp(Exception):  # noqa: N818
    pass


@dataclass
class FaultySmtp:
    """A scripted server that follows RFC 5321 up to its fault. Use it as a context manager."""

    fault: Fault | None = None
    offers: tuple[str, ...] = ("AUTH PLAIN LOGIN", "8BITMIME", "SMTPUTF8")
    host: str = HOST
    port: int = 0
    commands: list[str] = field(default_factory=list)  # what clients said, apart from the mails
    taken: list[bytes] = field(default_factory=list)  # the mails it said yes to

    def __enter__(self) -> Self:
        self._listener = socket.create_server((self.host, 0))
        self._listener.settimeout(0.05)
        self.port = self._listener.getsockname()[1]
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._stopped.set()
        self._thread.join(timeout=300)
        self._listener.close()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            connection.settimeout(_PATIENCE)
            with connection, connection.makefile("rb") as lines, suppress(_HungUp, OSError):
                self._talk(connection, lines)

    def _talk(self, connection: socket.socket, lines: BufferedReader) -> None:
        self._answer(connection, Stage.BANNER, "220 ready")
        while line := lines.readline():
            command = line.decode(errors="replace").rstrip("\r\n")
            self.commands.append(command)
            match command.upper().split():
                case ["EHLO", *_]:
                    offers = "".join(f"250-{offer}\r\n" for offer in self.offers)
                    self._answer(connection, Stage.EHLO, f"250-faulty\r\n{offers}250 HELP")
                case ["AUTH", "LOGIN"]:
                    for question in ("334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"):
                        self._say(connection, question)
                        self.commands.append(lines.readline().decode().rstrip("\r\n"))
                    self._answer(connection, Stage.AUTH, "235 welcome")
                case ["DATA"]:
                    if self._answer(connection, Stage.DATA, "354 go ahead"):
                        self._take(connection, lines)
                case [word, *_] if word in _PLAIN_STEPS:
                    self._answer(connection, *_PLAIN_STEPS[word])
                    if word == "QUIT":
                        return
                case _:
                    self._say(connection, "502 unknown")

    def _take(self, connection: socket.socket, lines: BufferedReader) -> None:
        mail = [lines.readline()]
        if self.fault and self.fault.stage is Stage.CONTENT:
            self._answer(connection, Stage.CONTENT, "")
        while (line := lines.readline()) != b".\r\n":
            if not line:
                raise _HungUp
            mail.append(line)
        if self._answer(connection, Stage.END, "250 taken"):
            self.taken.append(b"".join(mail))

    def _answer(self, connection: socket.socket, stage: Stage, right: str) -> bool:
        """Say what is right, or do the fault. True when the right thing was said."""
        if self.fault is None or self.fault.stage is not stage:
            self._say(connection, right)
            return True
        match self.fault.how:
            case str() as words:
                self._say(connection, words)
                return False
            case Break.HANG:
                self._stopped.wait()
            case Break.DRIP:
                for byte in b"250-" + b"x" * 100 + b"\r\n250 ok\r\n":
                    connection.sendall(bytes([byte]))
                    self._stopped.wait(0.05)
                return True
            case Break.HALF:
                connection.sendall(b"250-almost\r\n")
            case Break.RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            case Break.DROP:
                pass
        raise _HungUp

    def _say(self, connection: socket.socket, words: str) -> None:
        connection.sendall(f"{words}\r\n".encode())
