"""A process whose children do something and can be killed: both of its sides.

The process is a module of its own (hands.py, givers.py); it is told what to do on standard input, a line each, and
answers with one of JSON.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).parents[2]


class Killable:
    """The test's side: starts the process of a module, on the tests' database."""

    def __init__(self, module):
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.promises.settings",
            "PROMISES_DATABASE": str(connection.settings_dict["NAME"]),
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._child = None

    def begin(self, *words):
        """Let a child begin."""
        self._child = self.asked(*words)

    def kill(self):
        """SIGKILL, in the middle of whatever it does; nothing where it has ended already."""
        os.kill(self._child, signal.SIGKILL)

    def end(self):
        """What the child said, killed or not."""
        ended = self.asked("end")
        assert ended["code"] in {0, -signal.SIGKILL}, ended
        if ended["code"]:
            wait_until_let_go(_name_of(self._child))
        return ended["said"]

    def close(self):
        self._process.stdin.close()
        self._process.wait(timeout=600)
        self._process.stdout.close()

    def asked(self, *words):
        self._process.stdin.write(f"{' '.join(map(str, words))}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the process has ended"
        return json.loads(answer)


def wait_until_let_go(name):
    """Until PostgreSQL is done with whom it knows by that name: of one who was killed it finishes what it began."""
    until = time.monotonic() + 300
    while connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [name])
            if cursor.fetchone() == (0,):
                return
        assert time.monotonic() < until, f"PostgreSQL still works for {name}"
        time.sleep(0.005)


def _name_of(child):
    """Under which PostgreSQL knows a child."""
    return f"child-{child}"


def in_a_child(work):
    """The process's side: do this in a child, `work(say)`; its number, and where it says something."""
    reading, writing = os.pipe()
    number = os.fork()
    if number:
        os.close(writing)
        return number, reading
    os.environ["PGAPPNAME"] = _name_of(os.getpid())
    code = 1
    try:
        work(lambda text: os.write(writing, f"{text}\n".encode()))
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


def ended(number, reading):
    """Wait for the child: how it ended, and what it said."""
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(number, 0)
    return os.waitstatus_to_exitcode(status), said
