"""The one way out by HTTP: where it goes, where it never does, and what it says when something goes wrong."""

import socket
import ssl
import threading

import pytest

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.connectors.http import HttpClient, is_reachable
from tests.connectors.mailserver import self_signed
from tests.connectors.webserver import Said, WebServer
from tests.ports import free_ports

LOOPBACK = ("127.0.0.0/8",)
HERE = HttpClient(networks=LOOPBACK, timeout=20, deadline=40)


def refusal(client, url, method="GET"):
    with pytest.raises(ConnectorError) as refused:
        client.send(method, url)
    return refused.value


def test_asks_with_password_and_gets_the_answer():
    with WebServer({"REPORT /x?y=1": Said(207, "löst", {"X-Kind": "a"})}) as server:
        answer = HERE.send(
            "REPORT", f"{server.url}/x?y=1", headers={"Depth": "1"}, body=b"who", auth=("jo", "pä:ß")
        )
        (heard,) = server.requests
    assert (answer.status, answer.body.decode(), answer.headers["x-kind"], answer.good) == (
        207,
        "löst",
        "a",
        True,
    )
    assert (heard.body, heard.headers["Depth"], heard.headers["User-Agent"]) == (b"who", "1", "ifnotyou")
    assert heard.headers["Authorization"] == "Basic am86cMOkOsOf"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address like others here
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:0:808:808::f5ff:fffe",
    ],
)
def test_what_is_not_on_the_public_internet_is_not_reached(address):
    assert not is_reachable(address)


def test_public_addresses_are_reached_and_networks_that_were_allowed():
    assert all(is_reachable(one) for one in ("1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"))
    assert is_reachable("10.1.2.3", ["10.0.0.0/8"])
    assert is_reachable("fd00::1", ["fd00::/8"])
    assert not is_reachable("10.1.2.3", ["192.168.0.0/16", "fd00::/8"])


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_ways_to_write_this_machine_lead_nowhere(host):
    with WebServer({}) as server:
        port = server.url.rpartition(":")[2]
        error = refusal(HttpClient(), f"https://{host}:{port}/")
        assert server.requests == []
    assert error.reason_code is Trouble.PRIVATE_ADDRESS
    assert "public internet" in error.text


def test_name_is_looked_up_once_and_what_was_found_is_what_is_asked(monkeypatch):
    """A name that leads elsewhere the second time it is looked up gains nothing."""
    asked = []
    answers = ["127.0.0.1", "10.0.0.1"]

    def look_up(host, port, *_, **__):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers[len(asked) - 1], port))]

    with WebServer({"GET /": Said(200, "here")}) as server:
        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        assert HERE.get(server.url.replace("127.0.0.1", "localhost") + "/").body == b"here"
    assert asked == ["localhost"]


def test_public_address_beside_a_private_one_is_taken(monkeypatch):
    found = [("10.0.0.1", 1), ("127.0.0.1", 2)]

    with WebServer({"GET /": Said(200, "here")}) as server:
        port = int(server.url.rpartition(":")[2])
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip, _ in found],
        )
        assert HERE.get(f"http://localhost:{port}/").body == b"here"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "calendar",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://",
        "https://example.com:99999/",
        "https://example.com:0/",
        "https://[::1/",
        "https://exam\nple.com/",
        "https://example.com/\r\nX-Header: 1",
        "https://user:word@example.com/",
    ],
)
def test_what_is_no_address_is_told(url):
    error = refusal(HttpClient(), url)
    assert error.reason_code is Trouble.BAD_ADDRESS
    assert error.permanent
    assert "word" not in error.text.replace("password", "")


@pytest.mark.parametrize("url", ["http://example.com/", "http://10.0.0.1/", "http://localhost.example/"])
def test_without_encryption_nothing_but_this_machine_is_asked(url):
    error = refusal(HttpClient(networks=("10.0.0.0/8",)), url)
    assert error.reason_code is Trouble.NOT_ENCRYPTED


def test_certificate_is_looked_at(tmp_path):
    certificate = self_signed(tmp_path)
    trusting = ssl.create_default_context(cafile=certificate[0])
    with WebServer({"GET /": Said(200, "safe")}, certificate=certificate) as server:
        assert HttpClient(networks=LOOPBACK, context=trusting).get(f"{server.url}/").body == b"safe"
        server.requests.clear()
        error = refusal(HERE, f"{server.url}/secret")
        wrong_name = refusal(
            HttpClient(networks=LOOPBACK, context=trusting),
            server.url.replace("127.0.0.1", "localhost") + "/secret",
        )
        assert server.requests == []
    assert {error.reason_code, wrong_name.reason_code} == {Trouble.NOT_TRUSTED}
    assert "secret" not in error.text


def test_redirect_within_the_server_is_followed():
    answers = {
        "PROPFIND /.well-known/caldav": Said(301, headers={"Location": "/dav/"}),
        "PROPFIND /dav/": lambda heard: Said(207, heard.body),
        "POST /form": Said(303, headers={"Location": "done"}),
        "GET /done": Said(200, "done"),
    }
    with WebServer(answers) as server:
        answer = HERE.send("PROPFIND", f"{server.url}/.well-known/caldav", body=b"what")
        assert (answer.status, answer.body, answer.url) == (207, b"what", f"{server.url}/dav/")
        assert HERE.send("POST", f"{server.url}/form", body=b"x").body == b"done"


@pytest.mark.parametrize(
    "where", ["https://example.com/x", "//example.com/x", "http://127.0.0.1:1/x", "/loop"]
)
def test_redirect_to_elsewhere_or_without_end_is_not_followed(where):
    with WebServer({"GET /loop": Said(302, headers={"Location": where})}) as server:
        error = refusal(HERE, f"{server.url}/loop")
    assert error.reason_code is Trouble.LEADS_ELSEWHERE


def test_answer_without_end_is_cut():
    small = HttpClient(networks=LOOPBACK, most_octets=1_000_000)
    with WebServer(
        {"GET /": Said(200, b"x" * 1_000_001), "GET /fits": Said(200, b"x" * 1_000_000)}
    ) as server:
        assert refusal(small, f"{server.url}/").reason_code is Trouble.TOO_LARGE
        assert len(small.get(f"{server.url}/fits").body) == 1_000_000


def drip(stopped, head):
    """An answer that never ends, a little at a time."""

    def answer(handler):
        handler.wfile.write(head)
        while not stopped.wait(0.05):
            handler.wfile.write(b"x")

    return answer


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_server_that_drips_is_hung_up_on(head):
    stopped = threading.Event()
    hasty = HttpClient(networks=LOOPBACK, timeout=20, deadline=1)
    with WebServer({}, raw={"GET /": drip(stopped, head)}) as server:
        try:
            error = refusal(hasty, f"{server.url}/")
        finally:
            stopped.set()
    assert error.reason_code is Trouble.UNREACHABLE
    assert not error.permanent


def test_server_that_says_nothing_is_not_waited_for():
    stopped = threading.Event()
    hasty = HttpClient(networks=LOOPBACK, timeout=0.5, deadline=20)
    with WebServer({}, raw={"GET /": lambda _handler: stopped.wait(300)}) as server:
        try:
            error = refusal(hasty, f"{server.url}/")
        finally:
            stopped.set()
    assert error.reason_code is Trouble.UNREACHABLE


def test_what_failed_for_a_moment_is_asked_once_more_where_nothing_can_have_changed():
    left = [Said(503), Said(200, "now"), Said(503), Said(503)]
    with WebServer({"GET /": lambda _: left.pop(0), "POST /": Said(503)}) as server:
        assert HERE.get(f"{server.url}/").body == b"now"
        assert HERE.get(f"{server.url}/").status == 503
        assert HERE.send("POST", f"{server.url}/").status == 503
        assert [heard.method for heard in server.requests] == ["GET"] * 4 + ["POST"]


def test_broken_line_is_told_and_tried_once_more():
    def hang_up(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        handler.close_connection = True

    with WebServer({}, raw={"GET /": hang_up, "POST /": hang_up}) as server:
        assert refusal(HERE, f"{server.url}/").reason_code is Trouble.BROKE_OFF
        assert refusal(HERE, f"{server.url}/", "POST").reason_code is Trouble.BROKE_OFF
        assert [heard.method for heard in server.requests] == ["GET", "GET", "POST"]


def test_nobody_there():
    (port,) = free_ports(1)
    assert refusal(HERE, f"http://127.0.0.1:{port}/").reason_code is Trouble.UNREACHABLE
    error = refusal(HttpClient(), "https://nobody.invalid/secret")
    assert error.reason_code in {Trouble.NO_SUCH_SERVER, Trouble.UNREACHABLE}
    assert "nobody.invalid" in error.text
    assert "secret" not in error.text


def test_no_encryption_where_it_was_promised():
    with WebServer({}) as server:
        error = refusal(HERE, server.url.replace("http:", "https:"))
    assert error.reason_code is Trouble.NOT_ENCRYPTED


def test_what_the_environment_says_of_proxies_is_not_heard(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with WebServer({"GET /": Said(200, "straight")}) as server:
        assert HERE.get(f"{server.url}/").body == b"straight"
