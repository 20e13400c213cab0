"""Calls that come in while web and worker are killed again and again; whoever calls tries until there is a yes."""

import http.client
import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

from ifnotyou.sample.ats.greenhouse import StandIn
from ifnotyou.sample.ats.world import OfferStep, Seat, World

HOST = "127.0.0.1"
SECRET = "a secret between the two of us"
CALLERS = 8
PATIENCE = 600.0  # seconds for one call to be taken


class Command:
    """A command of ours that can be killed with all that it started, and starts again."""

    def __init__(self, environment, folder, *words):
        self._environment, self._folder, self._words = environment, folder, words
        self.start()

    def start(self):
        with (self._folder / "log.txt").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ifnotyou.cli", *map(str, self._words)],
                env=self._environment,
                cwd=self._folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self):
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Callers:
    """Make every call until it is answered with 2xx; `taken` are those that were, `tries` how often they tried."""

    def __init__(self, port, path):
        self._port, self._path = port, path
        self._waiting = queue.SimpleQueue()
        self.taken, self.tries, self.wrong = [], 0, []
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(CALLERS)]
        for thread in self._threads:
            thread.start()

    def make(self, calls):
        """Have these made too."""
        for call in calls:
            self._waiting.put(call)

    def wait_for(self, number):
        """Until so many calls were taken, or one went wrong."""
        while len(self.taken) < number and not self.wrong:
            time.sleep(0.002)

    def finish(self):
        """Until each call is through."""
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self):
        while (call := self._waiting.get()) is not None:
            until = time.monotonic() + PATIENCE
            while not self._tried(call):
                if self.wrong or time.monotonic() > until:
                    self.wrong.append("a call that was never taken")
                    return

    def _tried(self, call):
        self.tries += 1
        line = http.client.HTTPConnection(HOST, self._port, timeout=300)
        try:
            line.request("POST", self._path, call.body, dict(call.headers))
            status = line.getresponse().status
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)  # nobody there, or died over it
            return False
        finally:
            line.close()
        if 200 <= status < 300:
            self.taken.append(call)
            return True
        if status < 500:
            self.wrong.append(status)
        return False


def storm(environment, folder, port, path, calls, *, kills, longest):
    """Let the calls come in, a share for each kill and one more; the callers, and how often web and worker died.

    The web is killed in the midst of its share, the worker up to `longest` seconds into the work on it.
    """
    dice = random.Random(7)
    shares = [calls[number :: kills + 1] for number in range(kills + 1)]
    web = Command(environment, folder, "serve", "--port", port)
    worker = Command(environment, folder, "worker")
    died = {"web": 0, "worker": 0}
    try:
        callers = Callers(port, path)
        made = 0
        for share in shares[:kills]:
            callers.make(share)
            callers.wait_for(made + dice.randrange(len(share)))
            made += len(share)
            name, victim = dice.choice([("web", web), ("worker", worker)])
            if victim is worker:
                time.sleep(dice.uniform(0, longest))
            victim.kill()
            died[name] += 1
            victim.start()
        callers.make(shares[kills])
        callers.finish()
    finally:
        for command in (web, worker):
            command.kill()
    return callers, died


def company(people, now):
    """A stand-in with so many people who have an offer, and an interview behind them."""
    world = World(now)
    maya = world.hire("Maya", "Chen")
    job = world.open_job("Data Engineer")
    for number in range(people):
        found = world.apply(world.add_candidate("Noor", f"Haddad{number}", f"noor{number}@example.com"), job)
        world.meet(found.id, Seat(maya.id), title="Pairing")
        world.offer(found.id)
    return StandIn(world)


def happenings(there, number):
    """Let about so many things happen, in the end everybody declines; the calls about it, each another one."""
    there.hook, there.outbox = ("http://127.0.0.1:9/", SECRET), []
    world = there.world
    applications = list(world.applications)
    for turn in range(number - 2 * len(applications)):
        world.move(applications[turn % len(applications)], f"Stage {turn}")
    for application in applications:
        world.decide(application, OfferStep.DECLINED)
        world.end(application, 1)
    calls, there.outbox = there.outbox, []
    return calls
