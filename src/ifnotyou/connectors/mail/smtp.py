"""Sending through the asker's own account by SMTP submission (RFC 5321, 6409).

The protocol is smtplib's. What is ours: one clock over the whole exchange, and
telling exactly whether a note left, certainly did not leave, or may have left.
"""

from __future__ import annotations

import io
import re
import smtplib
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from ifnotyou.connectors.base import Mailbox, NotSent, Trouble, Uncertain
from ifnotyou.connectors.mail.message import Note, as_eml, needs_smtputf8, wire_address
from ifnotyou.connectors.mail.server import MailServer, explained, verifying

_READY, _SIGNED_IN, _DONE, _CONTINUE, _GO_AHEAD = 220, 235, 250, 334, 354  # the answers that mean "go on"
_RECIPIENT_TAKEN = (_DONE, 251)  # 251: taken, and will be forwarded
_REFUSALS = range(400, 600)
_PERMANENT_REFUSALS = range(500, 600)
_ENHANCED_CODE = re.compile(rb"[245]\.[0-9]{1,3}\.[0-9]{1,3}\b")
# The computer's own name is nobody's business; a server would write it into the mail.
_OUR_NAME = "[127.0.0.1]"
_MOST_ANSWERED = 1_000_000  # bytes; a real exchange needs a few hundred
_CHUNK = 16_384
_GOODBYE_SECONDS = 5.0


@dataclass(frozen=True)
class SmtpServer(MailServer):
    """Where mail is handed in: usually port 587 with "starttls" or 465 with "tls"."""


@dataclass(frozen=True)
class SmtpMailbox(Mailbox):
    """The asker's account at a server that takes mail by SMTP.

    Timeout is how long one step may take, deadline how long everything
    together may, both in seconds. The context is for servers whose certificate the operating
    system does not know.
    """

    server: SmtpServer
    username: str
    password: str = field(repr=False)
    timeout: float = 20.0
    deadline: float = 60.0
    context: ssl.SSLContext | None = field(default=None, repr=False)

    def send(self, note: Note) -> None:
        """Hand the note over; see Mailbox."""
        progress = _Progress()
        with self._judging(progress), self._signed_in() as talk:
            mail = as_eml(note, draft=False)
            talk.address(note)
            progress.content_began = True
            talk.hand_over(mail)
            progress.taken = True

    def check(self) -> None:
        """Sign in and out, sending nothing; see Mailbox."""
        with self._judging(_Progress()), self._signed_in():
            pass

    def reach(self) -> None:
        """Greet and encrypt, without signing in: whether there is such a server. Raises NotSent."""
        with self._judging(_Progress()), self._connected():
            pass

    @contextmanager
    def _judging(self, progress: _Progress) -> Iterator[None]:
        """The one place that decides what became of the note when something goes wrong.

        A clear no of the server (NotSent) stands, whenever it came. Anything else, foreseen or
        not: the note did not leave as long as its content had not begun; afterwards nobody can
        tell; and once the server has taken it, nothing that follows can change that.
        """
        try:
            yield
        except NotSent:
            raise
        except Exception as error:
            if progress.taken:
                return
            if progress.content_began:
                raise Uncertain(
                    "The connection to your mail server broke off while the note was being handed over, so it may "
                    "or may not have left. Look into your Sent folder, or ask your provider; it is not sent again "
                    "by itself."
                ) from error
            raise explained(error, self.server, NotSent) from error

    @contextmanager
    def _signed_in(self) -> Iterator[_Conversation]:
        with self._connected() as talk:
            talk.sign_in(self.username, self.password)
            yield talk

    @contextmanager
    def _connected(self) -> Iterator[_Conversation]:
        self.server.refuse_clear_text(NotSent)
        talk = _Conversation(self.server, _Clock(self.timeout, self.deadline), verifying(self.context))
        try:
            talk.encrypt()
            yield talk
            talk.goodbye()
        except NotSent:
            talk.goodbye()
            raise
        finally:
            with suppress(OSError):
                talk.close()


@dataclass
class _Progress:
    """How far a note has come."""

    content_began: bool = False
    taken: bool = False


class _Clock:
    """How long the next step may take: never longer than what is left of the whole."""

    def __init__(self, step: float, whole: float) -> None:
        self._step = step
        self._end = time.monotonic() + whole

    def left(self) -> float:
        """Seconds for the next step; raises TimeoutError when there are none."""
        left = min(self._step, self._end - time.monotonic())
        if left <= 0:
            raise TimeoutError("the exchange took too long")
        return left

    def shorten(self, whole: float) -> None:
        """Leave at most so many seconds from now."""
        self._end = min(self._end, time.monotonic() + whole)


class _Answers(io.RawIOBase):
    """What the server says, read against the clock.

    smtplib's own reading allows every single byte the whole timeout, so that a
    server which drips could hold us for ever.
    """

    def __init__(self, connection: socket.socket, clock: _Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._allowance = _MOST_ANSWERED

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # what BufferedReader passes
        self._connection.settimeout(self._clock.left())
        count = self._connection.recv_into(buffer)
        self._allowance -= count
        if self._allowance < 0:
            raise OSError("the server talks without end")
        return count


class _Conversation(smtplib.SMTP):
    """One exchange with a server, connected and greeted from the start.

    Every step raises NotSent for a clear no; anything that breaks comes out as it is, for _judging.
    """

    def __init__(self, server: SmtpServer, clock: _Clock, context: ssl.SSLContext) -> None:
        self._server = server
        self._clock = clock
        self._context = context
        try:
            super().__init__(server.host, server.port, local_hostname=_OUR_NAME, timeout=clock.left())
        except smtplib.SMTPConnectError as error:
            refused = "The mail server does not talk with us. Check its name and port, or ask your provider."
            raise _refusal(error.smtp_code, b"", Trouble.UNREACHABLE, refused) from error

    def encrypt(self) -> None:
        """Greet; where STARTTLS was asked for, insist on it and greet anew."""
        self._greet()
        if self._server.security != "starttls":
            return
        if not self.has_extn("starttls"):
            raise NotSent(
                Trouble.NOT_ENCRYPTED,
                "Your mail server offers no STARTTLS on this port, so your password was not sent. "
                "Try TLS on port 465, or ask your provider.",
                permanent=True,
            )
        # smtplib's starttls would do, but it lets a refusal and a broken connection look alike.
        self._expect(
            self.docmd("STARTTLS"),
            _READY,
            Trouble.NOT_ENCRYPTED,
            "Your mail server refused to encrypt the connection, so your password was not sent. "
            "Try TLS on port 465, or ask your provider.",
        )
        self.sock = self._encrypted(self._plain_socket())
        self.file = None  # forget what was said before: somebody on the way may have said it
        self._greet()

    def sign_in(self, username: str, password: str) -> None:
        """Sign in with PLAIN or LOGIN.

        smtplib's own login knows no password beyond ASCII, and would show it in its error.
        """
        offered = self.esmtp_features.get("auth", "").upper().split()
        refused = "Your mail server did not accept this user name and password. Many providers want an app password."
        user, secret = username.encode(errors="replace"), password.encode(errors="replace")
        if "PLAIN" in offered:
            answer = self.docmd("AUTH", "PLAIN " + _base64(b"\0".join((b"", user, secret))))
        elif "LOGIN" in offered:
            self._expect(self.docmd("AUTH", "LOGIN"), _CONTINUE, Trouble.SIGN_IN_REFUSED, refused)
            self._expect(self.docmd(_base64(user)), _CONTINUE, Trouble.SIGN_IN_REFUSED, refused)
            answer = self.docmd(_base64(secret))
        else:
            raise NotSent(
                Trouble.SIGN_IN_REFUSED,
                "Your mail server offers no way to sign in with a password here. Check port and encryption, or ask "
                "your provider whether it wants another way to sign in.",
                permanent=True,
            )
        self._expect(answer, _SIGNED_IN, Trouble.SIGN_IN_REFUSED, refused)

    def address(self, note: Note) -> None:
        """Say from whom and to whom, and get leave to begin with the content."""
        options = ""
        if needs_smtputf8(note):
            if not self.has_extn("smtputf8"):
                raise NotSent(
                    Trouble.NO_INTERNATIONAL_ADDRESSES,
                    "Your mail server cannot take addresses with letters like these before the @. Ask for another "
                    "address, or send the note from another account.",
                    permanent=True,
                )
            self.command_encoding = "utf-8"
            options = " SMTPUTF8 BODY=8BITMIME"
        self._expect(
            self.docmd("MAIL", f"FROM:<{wire_address(note.sender_address)}>{options}"),
            _DONE,
            Trouble.SENDER_REFUSED,
            "Your mail server does not let this account send from your address. Check that address and user name "
            "belong together.",
        )
        self._expect(
            self.docmd("RCPT", f"TO:<{wire_address(note.recipient_address)}>"),
            _RECIPIENT_TAKEN,
            Trouble.RECIPIENT_REFUSED,
            "Your mail server did not take the recipient's address. Check how it is spelled, and whether it still "
            "exists.",
        )
        self._expect(self.docmd("DATA"), _GO_AHEAD, Trouble.NOTE_REFUSED, _NOTE_REFUSED)

    def hand_over(self, mail: bytes) -> None:
        """The content and the final dot. Returns only when the server took it."""
        stuffed = re.sub(rb"(?m)^\.", b"..", mail) + b".\r\n"
        for start in range(0, len(stuffed), _CHUNK):
            self.send(stuffed[start : start + _CHUNK])
        code, words = self.getreply()
        if code in _REFUSALS:
            raise _refusal(code, words, Trouble.NOTE_REFUSED, _NOTE_REFUSED)
        if code != _DONE:
            raise smtplib.SMTPResponseException(code, "not understood")

    def goodbye(self) -> None:
        """Sign off. Whether the server answers does not matter any more."""
        self._clock.shorten(_GOODBYE_SECONDS)
        with suppress(OSError):
            self.quit()

    # --- smtplib's own steps, against the clock ---

    def send(self, s: str | bytes) -> None:  # type: ignore[override] # smtplib's stubs allow any buffer
        if self.sock is not None:
            self.sock.settimeout(self._clock.left())
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Answers(self.sock, self._clock))
        return super().getreply()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = socket.create_connection((host, port), timeout)
        return self._encrypted(connection) if self._server.security == "tls" else connection

    def _encrypted(self, connection: socket.socket) -> ssl.SSLSocket:
        connection.settimeout(self._clock.left())
        return self._context.wrap_socket(connection, server_hostname=self._server.host)

    def _plain_socket(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the server hung up before encryption")
        return self.sock

    def _greet(self) -> None:
        self._expect(
            self.ehlo(),
            _DONE,
            Trouble.NOT_UNDERSTOOD,
            "The mail server did not answer as one should. Check that name and port are those for sending mail.",
        )

    def _expect(
        self, answer: tuple[int, bytes], wanted: int | tuple[int, ...], trouble: Trouble, refused: str
    ) -> None:
        code, words = answer
        if code in (wanted if isinstance(wanted, tuple) else (wanted,)):
            return
        raise _refusal(code, words, trouble, refused)


_NOTE_REFUSED = (
    "Your mail server refused the note. Your provider may limit what an account sends; ask them, or send the note "
    "from your mail program."
)


def _refusal(code: int, words: bytes, trouble: Trouble, refused: str) -> NotSent:
    """A clear no. Of the server's words only the codes are told: the words may repeat what they were given."""
    if code not in _REFUSALS:
        return NotSent(
            Trouble.NOT_UNDERSTOOD,
            "The server's answer made no sense. Check that name and port are those of a server for sending mail.",
            permanent=False,
        )
    enhanced = _ENHANCED_CODE.match(words)
    told = f"{code} {enhanced[0].decode()}" if enhanced else str(code)
    if code in _PERMANENT_REFUSALS:
        return NotSent(trouble, f"{refused} (The server's answer: {told}.)", permanent=True)
    return NotSent(
        trouble,
        f"Your mail server put it off for now, and nothing was sent. Try again in some minutes. (Its answer: {told}.)",
        permanent=False,
    )


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")
