"""A mail server that takes its time at every step, and remembers to whom every mail went that it took.

A mail counts as taken from the moment its last line is here, before the server
has said so: from then on nobody can call it back.
"""

import socketserver
import threading
import time
from collections import Counter
from contextlib import suppress

HOST = "127.0.0.1"


class _Talk(socketserver.StreamRequestHandler):
    """One connection, as RFC 5321 has it, as far as a sender of ours goes."""

    timeout = 60

    def handle(self):
        # Whoever is killed hangs up in the middle.
        with self.server.counted(), suppress(OSError, EOFError):
            self._say("220 ready")
            while True:
                word, _, rest = self._line().partition(" ")
                match word.upper():
                    case "EHLO":
                        self._say("250-slow\r\n250-AUTH PLAIN LOGIN\r\n250-SMTPUTF8\r\n250 8BITMIME")
                    case "AUTH":
                        self._say("235 welcome")
                    case "MAIL":
                        self._say("250 ok")
                    case "RCPT":
                        self.recipient = rest.partition("<")[2].partition(">")[0]
                        self._say("250 ok")
                    case "DATA":
                        self._say("354 go ahead")
                        while self._line() != ".":
                            pass
                        self.server.take(self.recipient)
                        self.server.may_answer.wait(300)
                        self._say("554 refused" if self.server.refuses else "250 taken")
                    case "QUIT":
                        self._say("221 bye")
                        return
                    case _:
                        self._say("502 unknown")

    def _line(self):
        line = self.rfile.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        return line.decode().rstrip("\r\n")

    def _say(self, words):
        time.sleep(self.server.pause)
        self.wfile.write(f"{words}\r\n".encode())


class SlowSmtp(socketserver.ThreadingTCPServer):
    """Use it as a context manager; `mails` counts by address.

    `taken` is set when a mail is here; the sender hears of it once `may_answer` is set, as it is at first. Where it
    `refuses`, it throws the mail away.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, pause=0.004):
        super().__init__((HOST, 0), _Talk)
        self.host, self.smtp_port = self.server_address
        self.password = "sesame"
        self.pause = pause
        self.mails = Counter()
        self.refuses = False
        self.taken = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()
        self._lock = threading.Lock()
        self._talking = 0

    def __enter__(self):
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.may_answer.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def take(self, recipient):
        with self._lock:
            self.mails[recipient] += not self.refuses
        self.taken.set()

    def counted(self):
        return _Counted(self)

    def wait_until_quiet(self):
        """Return when every connection has ended: what a killed sender had still handed over is taken by then."""
        until = time.monotonic() + 300
        quiet = 0
        while quiet < 3:
            quiet = 0 if self._talking else quiet + 1
            assert time.monotonic() < until, "connections stay open"
            time.sleep(0.005)


class _Counted:
    """Counts a connection as long as it lasts."""

    def __init__(self, server):
        self._server = server

    def __enter__(self):
        with self._server._lock:
            self._server._talking += 1

    def __exit__(self, *_):
        with self._server._lock:
            self._server._talking -= 1
