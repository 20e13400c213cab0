"""Serving: it starts when it can, says why when it cannot, and ends when told."""

import os
import signal
import socket
import time
import urllib.error
from pathlib import Path

import pytest

from tests.operations.conftest import answer_of

ENDS = 600  # seconds; far more than it takes


@pytest.fixture
def started(site):
    """Start a command that is stopped after the test, whatever happens."""
    processes = []

    def start(*words):
        processes.append(site.start(*words))
        return processes[-1]

    yield start
    for process in processes:
        if process.poll() is None:
            process.terminate()
            process.wait(ENDS)


def nobody_answers(port):
    """Wait until a port is refused; False when somebody still listens after a long while."""
    give_up = time.monotonic() + ENDS
    while time.monotonic() < give_up:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            return True
        time.sleep(0.1)
    return False


def children_of(process):
    """The processes that this one started, by what they were called with."""
    pids = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {Path(f"/proc/{pid}/cmdline").read_text().split("\0")[3]: int(pid) for pid in pids}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_until_it_is_told_to_stop(started, port, number):
    server = started("serve", "--port", port)
    assert answer_of(port, while_runs=server) == "ok"

    server.send_signal(number)

    assert server.wait(ENDS) == 0


def test_web_and_background_end_together_when_told(started, site, port):
    both = started("serve", "--with-worker", "--port", port)
    assert answer_of(port, while_runs=both) == "ok"
    children = children_of(both)
    assert sorted(children) == ["serve", "worker"]

    both.terminate()

    assert both.wait(ENDS) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in children.values())


@pytest.mark.parametrize("dies", ["serve", "worker"])
def test_the_death_of_one_stops_the_other(started, site, port, dies):
    both = started("serve", "--with-worker", "--port", port)
    answer_of(port, while_runs=both)
    children = children_of(both)

    os.kill(children[dies], signal.SIGKILL)

    assert both.wait(ENDS) == 1
    assert nobody_answers(port)  # it has left nobody behind
    name = {"serve": "web", "worker": "background"}[dies]
    assert f"{name} ended by itself (exit code -9); so everything stops." in site.log
    assert not any(Path(f"/proc/{pid}").exists() for pid in children.values())


def test_a_port_in_use_is_said_in_words(started, site, port):
    first = started("serve", "--port", port)
    answer_of(port, while_runs=first)

    second = site.run("serve", "--with-worker", "--port", port)

    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr == (
        f"ifnotyou serve: Port {port} on 127.0.0.1 is in use by another program. "
        "Stop that one, or choose another port.\n"
    )


def test_it_listens_on_this_machine_only(started, port):
    answer_of(port, while_runs=started("serve", "--port", port))

    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    assert f"0100007F:{port:04X}" in listening
    assert f"00000000:{port:04X}" not in listening


@pytest.mark.parametrize("command", ["serve", "worker", "backup"])
def test_a_database_without_tables_is_refused_with_the_mend(bare, command):
    refused = bare.run(command, *(["b"] if command == "backup" else []))

    assert refused.returncode == 1
    assert refused.stderr.endswith("then: ifnotyou migrate\n")
    assert not bare.database.exists()


def test_missing_static_files_are_refused_with_the_mend(site):
    (site.folder / "static" / "collected-from.txt").unlink()

    refused = site.run("serve")

    assert refused.returncode == 1
    assert (
        "Style sheets and scripts of this version are not there yet. Do: ifnotyou migrate" in refused.stderr
    )


def test_logs_hold_neither_addresses_nor_paths(started, site, port):
    server = started("serve", "--port", port)
    answer_of(port, while_runs=server)
    with pytest.raises(urllib.error.HTTPError):
        answer_of(port, "/r/a-secret-token", while_runs=server)

    server.terminate()
    server.wait(ENDS)

    assert "a-secret-token" not in site.log
    assert "127.0.0.1" not in site.log


def test_migrate_makes_all_once_and_keeps_the_database_to_its_owner(bare):
    first, second = bare.run("migrate"), bare.run("migrate")

    assert (first.returncode, second.returncode) == (0, 0)
    assert "migrations applied." in first.stdout
    assert first.stdout.count("collected.") == 1
    assert second.stdout.count("nothing to do.") == 2
    if bare.database.exists():
        assert bare.database.stat().st_mode & 0o777 == 0o600


def test_the_worker_works_until_nothing_waits(site):
    assert site.run("worker", "--until-idle").returncode == 0


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing."),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"PUBLIC_URL": "example.com"}, "PUBLIC_URL must look like"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_without_a_traceback(site, settings, says):
    refused = site.run("serve", **settings)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"ifnotyou serve: {says}")
    assert "Traceback" not in refused.stderr
