"""./run as people meet it on their first day, without installing anything."""

import ast
import importlib.machinery
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ports import free_ports

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "run"


@pytest.fixture
def checkout(tmp_path):
    """A fresh checkout as far as the script is concerned, in a path with spaces."""
    folder = tmp_path / "a fresh checkout"
    folder.mkdir()
    for name in ("run", "pyproject.toml", "requirements.txt", "requirements-dev.txt"):
        shutil.copy2(ROOT / name, folder)
    return folder


@pytest.fixture
def script(checkout, monkeypatch):
    """The script's functions, of the fresh checkout."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = importlib.machinery.SourceFileLoader("run_of_a_fresh_checkout", str(checkout / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


def start(script, *arguments, python=sys.executable, **settings):
    """Start the script where there is neither uv nor another Python, unless the settings say so."""
    environment = {**os.environ, "PATH": os.devnull, "PYTHONDONTWRITEBYTECODE": "1", **settings}
    return subprocess.run(
        [python, script, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def hide_module(name, folder):
    """Make a module look as if it were not installed, as on a bare Debian; returns the PYTHONPATH for it."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text("raise ImportError\n")
    return str(folder)


def command(folder, name, does):
    """A command made for the test, to be found when the folder is on PATH."""
    (folder / name).write_text(f"#!/bin/sh\n{does}\n")
    (folder / name).chmod(0o755)


def stamp(checkout, text):
    """An environment that looks finished, with this stamp."""
    folder = checkout / ".venv" / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("python", "ifnotyou"):
        (folder / name).touch()
    (checkout / ".venv" / "made-by-run.txt").write_text(text)


# --- The command line


@pytest.mark.parametrize("wish", ["--help", "-h"])
def test_help_names_every_command(wish):
    answer = start(SCRIPT, wish)

    assert (answer.returncode, answer.stderr) == (0, "")
    for wanted in ("setup", "test", "check", "bench", "mailbox", "--help"):
        assert f"./run {wanted}" in answer.stdout


@pytest.mark.parametrize(
    "arguments", [["tset"], ["try"], ["--verbose"], ["setup", "tset"], ["check", "tset"]]
)
def test_a_word_it_does_not_know_gets_the_usage(arguments):
    answer = start(SCRIPT, *arguments)

    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith(f"ifnotyou: '{arguments[-1]}' is not known here.\n\nusage: ./run")


def test_it_starts_through_a_link_from_another_folder(checkout, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(checkout / "run")
    hidden = hide_module("venv", tmp_path / "hidden")

    answer = start(link, "setup", PYTHONPATH=hidden)

    assert "Python's venv module is missing" in answer.stderr


@pytest.mark.parametrize(
    ("given", "run_with"),
    [
        ([], ["-n", "auto", "--dist", "worksteal"]),
        (["tests/files", "-k", "zip"], ["-n", "auto", "--dist", "worksteal", "tests/files", "-k", "zip"]),
        (["-n", "0"], ["-n", "0"]),
        (["-n4"], ["-n4"]),
        (["--numprocesses=2"], ["--numprocesses=2"]),
        (["-p", "no:xdist", "-x"], ["-p", "no:xdist", "-x"]),
    ],
)
def test_tests_run_on_all_cores_unless_told_otherwise(script, given, run_with):
    assert script.pytest_arguments(given) == run_with


def test_ctrl_c_ends_it_without_a_traceback(checkout, tmp_path):
    command(tmp_path, "uv", "exec /bin/sleep 30")
    # A shell starts what it puts in the background with Ctrl-C ignored, and that is handed down: not here.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, checkout / "run", "setup"],
        env={**os.environ, "PATH": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    signal.signal(signal.SIGINT, before)
    assert process.stderr.readline() == "Making .venv with uv ...\n"

    os.killpg(process.pid, signal.SIGINT)  # as the terminal does: to the script and its child
    _, said = process.communicate(timeout=600)

    assert (process.returncode, said) == (130, "")


# --- Which Python


def test_the_script_is_readable_for_an_old_python():
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_is_told_so_by_its_version_and_path(script):
    complaint = script.too_old((3, 9, 2, "final", 0), "/usr/bin/python3")

    assert complaint.startswith(
        "ifnotyou needs Python 3.11 or later; this is 3.9.2 (/usr/bin/python3).\nInstall "
    )


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1), (4, 0, 0)])
def test_a_recent_python_will_do(script, version):
    assert script.too_old(version, "/usr/bin/python3") == ""


def test_an_old_python_looks_for_a_recent_one_and_passes_over_broken_ones(script, tmp_path, monkeypatch):
    for name, does in [("python3.14", "exit 127"), ("python3.13", "exit 1"), ("python3.12", "exit 0")]:
        command(tmp_path, name, does)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))

    class Started(Exception):  # noqa: N818 - a stand-in for exec, which does not return either
        pass

    def hand_over(command):
        raise Started(command)

    monkeypatch.setattr(script, "hand_over", hand_over)

    with pytest.raises(Started) as started:
        script.main(["test", "-x"])

    assert started.value.args[0] == [str(tmp_path / "python3.12"), str(script.ROOT / "run"), "test", "-x"]


def test_an_old_python_alone_gets_the_complaint_and_no_environment(script, monkeypatch, capsys):
    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))

    assert script.main([]) == 1
    assert "this is 3.9.2" in capsys.readouterr().err
    assert not script.VENV.exists()


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_missing_module_is_named_with_its_remedy(checkout, tmp_path, module):
    answer = start(checkout / "run", PYTHONPATH=hide_module(module, tmp_path / "hidden"))

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.endswith(
        f"Python's {module} module is missing. Debian/Ubuntu: sudo apt-get install python3-venv\n"
    )


# --- The environment


def test_a_failed_install_says_what_to_try_and_leaves_no_stamp(checkout, tmp_path):
    command(tmp_path, "uv", "echo no route to host\nexit 2")
    stamp(checkout, "place: elsewhere\n")

    answer = start(checkout / "run", PATH=str(tmp_path))

    assert answer.returncode == 1
    assert "Installing failed. The command was:\n  " in answer.stderr
    assert "  no route to host\n" in answer.stderr
    assert "HTTPS_PROXY" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (checkout / ".venv").exists()


def test_a_lost_lock_is_named(checkout):
    (checkout / "requirements.txt").unlink()

    answer = start(checkout / "run")

    assert answer.returncode == 1
    assert answer.stderr == f"Cannot read {checkout / 'requirements.txt'}: No such file or directory\n"


WANTED = {"place": "/here", "python": "cpython 3.11.7", "runtime": "r1", "dev": "d1", "project": "p1"}
RUNTIME = {name: value for name, value in WANTED.items() if name != "dev"}
NEW_RUNTIME = ["venv", "runtime", "project"]
NEW_DEV = ["venv", "runtime", "dev", "project"]


@pytest.mark.parametrize(
    ("found", "for_runtime", "for_dev"),
    [
        pytest.param({}, NEW_RUNTIME, NEW_DEV, id="nothing there"),
        pytest.param(WANTED, [], [], id="all there"),
        pytest.param(RUNTIME, [], ["dev"], id="only what running takes"),
        pytest.param({**WANTED, "place": "/there"}, NEW_RUNTIME, NEW_DEV, id="moved"),
        pytest.param({**WANTED, "python": "cpython 3.12.1"}, NEW_RUNTIME, NEW_DEV, id="another Python"),
        pytest.param({**WANTED, "runtime": "r0"}, NEW_RUNTIME, NEW_DEV, id="another lock"),
        pytest.param({**WANTED, "dev": "d0"}, [], NEW_DEV, id="another lock for development"),
        pytest.param({**WANTED, "project": "p0"}, ["project"], ["project"], id="another pyproject.toml"),
    ],
)
def test_only_what_is_missing_is_done(script, found, for_runtime, for_dev):
    assert script.missing_steps(found, WANTED, "runtime") == for_runtime
    assert script.missing_steps(found, WANTED, "dev") == for_dev


def test_a_stamp_says_what_was_written(script, checkout):
    stamp(checkout, "")

    script.write_stamp(WANTED)

    assert script.read_stamp() == WANTED


@pytest.mark.parametrize(
    "text", ["", "nonsense", "place: /here\nplace: /there\n", "place: /here\n\n", "\0\n"]
)
def test_a_broken_stamp_counts_as_none(script, text):
    assert script.parse_stamp(text) == {}


def test_a_stamp_that_is_not_text_counts_as_none(script, checkout):
    stamp(checkout, "")
    script.STAMP.write_bytes(b"place: \xff\n")

    assert script.read_stamp() == {}


@pytest.mark.parametrize("lost", ["python", "ifnotyou"])
def test_an_environment_that_lost_its_python_or_program_counts_as_none(script, checkout, lost):
    stamp(checkout, "place: /here\n")
    assert script.read_stamp() == {"place": "/here"}

    (checkout / ".venv" / "bin" / lost).unlink()
    (checkout / ".venv" / "bin" / lost).symlink_to("gone")

    assert script.read_stamp() == {}


def test_the_environment_is_removed_but_not_what_it_links_to(script, checkout, tmp_path):
    (tmp_path / "kept").mkdir()
    script.VENV.symlink_to(tmp_path / "kept")

    script.remove(script.VENV)

    assert not script.VENV.is_symlink()
    assert (tmp_path / "kept").is_dir()


# --- Trying it out


PROGRAM = """
import http.server, os, signal, sys
words = sys.argv[1:]
said = " ".join(words) + " " + " ".join(sorted(n for n in os.environ if n in os.environ["SHOW"].split()))
open(os.environ["SAID"], "a").write(said.strip() + "\\n")
if words == ["demo"]:
    print("the links")
if words[0] == "serve":
    port = int(words[words.index("--port") + 1])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    http.server.HTTPServer(("127.0.0.1", port), type("Ok", (http.server.BaseHTTPRequestHandler,), {
        "do_GET": lambda self: (self.send_response(200), self.end_headers()), "log_message": lambda *_: None,
    })).serve_forever()
sys.exit(1 if words[0] == os.environ.get("FAILS") else 0)
"""


@pytest.fixture
def ready(checkout, script, monkeypatch, tmp_path):
    """A checkout with an environment that looks finished; its `ifnotyou` writes down what it was told."""
    stamp(checkout, "".join(f"{name}: {value}\n" for name, value in script.describe_wanted().items()))
    program = checkout / ".venv" / "bin" / "ifnotyou"
    program.write_text(f"#!{sys.executable}\n{PROGRAM}")
    program.chmod(0o755)
    for name in ("DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SAID", str(tmp_path / "said.txt"))
    monkeypatch.setenv("SHOW", "DATABASE_URL SECRET_KEY PUBLIC_URL DATA_DIR")
    return checkout


@pytest.fixture
def port():
    return free_ports(1)[0]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_makes_loads_and_serves_until_it_is_told_to_stop(ready, port, tmp_path, number):
    process = subprocess.Popen(
        [sys.executable, ready / "run"],
        env={**os.environ, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = [process.stdout.readline() for _ in range(4)]
    process.send_signal(number)
    rest, errors = process.communicate(timeout=600)

    assert lines == [
        "\n",
        f"ifnotyou is there: http://127.0.0.1:{port}   (Ctrl-C stops it)\n",
        "\n",
        "the links\n",
    ]
    assert (process.returncode, rest, errors) == (0, "", "")
    ours = "DATABASE_URL DATA_DIR PUBLIC_URL SECRET_KEY"
    assert (tmp_path / "said.txt").read_text().splitlines() == [
        f"migrate {ours}",
        f"demo {ours}",
        f"serve --with-worker --port {port} {ours}",
    ]


def test_what_it_keeps_is_for_its_owner_alone_and_kept(script, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)

    key = script.own_settings(8000)["SECRET_KEY"]

    assert (script.DATA.stat().st_mode & 0o777, (script.DATA / "secret-key").stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )
    assert len(key) >= 32
    assert script.own_settings(8000)["SECRET_KEY"] == key


def test_a_setting_of_the_environment_goes_before_its_own(script, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "mine")
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/ifnotyou")

    assert {"SECRET_KEY", "DATABASE_URL"} & set(script.own_settings(8000)) == set()
    assert not (script.DATA / "secret-key").exists()


def test_a_port_in_use_is_said_before_anything_is_made(ready, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        answer = start(ready / "run", PORT=str(taken))

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith(f"Port {taken} is in use by another program (maybe another ./run).")
    assert f"PORT={taken + 1} ./run" in answer.stderr
    assert not (tmp_path / "said.txt").exists()


@pytest.mark.parametrize("text", ["x", "0", "65536", "-1", "80 80"])
def test_a_port_that_is_none_is_told(ready, text):
    answer = start(ready / "run", PORT=text)

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == f"PORT is '{text}', which is not a number between 1 and 65535.\n"


@pytest.mark.parametrize(("fails", "came_to"), [("migrate", 1), ("demo", 2), ("serve", 3)])
def test_what_fails_ends_it(ready, port, tmp_path, fails, came_to):
    program = ready / ".venv" / "bin" / "ifnotyou"
    if fails == "serve":
        program.write_text(program.read_text().replace('if words[0] == "serve":', "if False:"))

    answer = start(ready / "run", PORT=str(port), FAILS=fails)

    assert answer.returncode == 1
    assert "ifnotyou is there" not in answer.stdout
    assert len((tmp_path / "said.txt").read_text().splitlines()) == came_to


def test_the_next_free_port_is_taken_for_the_mailbox(script):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert script.next_free(taken) > taken


# --- Both databases


@pytest.mark.parametrize(
    ("given", "runs"),
    [
        (
            [],
            [
                ["pytest", "-n", "auto", "--dist", "worksteal", "--cov", "--cov-report=term-missing"],
                ["tests/postgres.py", "pytest", "-n", "auto", "--dist", "worksteal"],
            ],
        ),
        (["-x"], [["pytest", "-n", "auto", "--dist", "worksteal", "-x"]]),
        (["--postgres", "-x"], [["tests/postgres.py", "pytest", "-n", "auto", "--dist", "worksteal", "-x"]]),
    ],
)
def test_the_tests_run_on_both_databases(script, monkeypatch, given, runs):
    ran = []

    def note(command):
        ran.append([word for word in command if word not in {str(script.VENV_PYTHON), "-m"}])
        return len(ran) - 1  # the second one fails

    monkeypatch.chdir(script.ROOT)  # it goes there; back again afterwards
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/ifnotyou")
    monkeypatch.setattr(script, "make_environment", lambda kind: None)
    monkeypatch.setattr(script, "call", note)
    monkeypatch.setattr(script, "hand_over", note)

    assert script.test(given) == len(runs) - 1
    assert ran == runs
    assert "DATABASE_URL" not in os.environ
