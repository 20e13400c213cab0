"""The stand-in for Greenhouse is as strict as its documents: what they do not have is refused."""

import json
import urllib.error
import urllib.request
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from ifnotyou.sample.ats.greenhouse import StandIn
from ifnotyou.sample.ats.world import OfferStep, World


@pytest.fixture
def world():
    world = World(datetime(2026, 3, 9, 12, tzinfo=UTC))
    world.hire("Ada", "Admin")
    return world


@pytest.fixture
def server(world):
    with StandIn(world) as server:
        yield server


def call(server, method, path, body=None, **headers):
    """The status and the JSON that came back."""
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    request = urllib.request.Request(f"{server.url}{path}", data=data, method=method, headers=headers)  # noqa: S310 - on loopback
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def sign_in(server, form=b"grant_type=client_credentials", secret=""):
    values = server.settings()
    pair = f"{values['client_id']}:{secret or values['client_secret']}"
    return call(server, "POST", "/token", form, Authorization=f"Basic {b64encode(pair.encode()).decode()}")


def allowed(server, method, path, body=None):
    _, token = sign_in(server)
    return call(server, method, path, body, Authorization=f"Bearer {token['access_token']}")


@pytest.mark.parametrize(
    ("form", "secret", "status"),
    [
        (b"grant_type=client_credentials", "wrong", 401),
        (b"grant_type=password", "", 400),
        (b"grant_type=client_credentials&sub=4711", "", 400),
        (b"grant_type=client_credentials&sub=ada", "", 400),
    ],
)
def test_only_the_right_credential_gets_a_token(server, form, secret, status):
    assert sign_in(server, form, secret)[0] == status


def test_without_a_token_nothing_is_told(server):
    assert call(server, "GET", "/v3/users")[0] == 401


@pytest.mark.parametrize(
    "query",
    [
        "per_page=501",
        "per_page=0",
        "per_page=many",
        "colour=red",
        "fields=id,salary",
        "ids=one",
        "ids=" + ",".join(map(str, range(1, 52))),
        "updated_at=yesterday",
        "updated_at=gte|yesterday",
        "updated_at=about|2026-03-09T12:00:00Z",
        "cursor=nonsense",
        "cursor=nonsense&per_page=2",
    ],
)
def test_what_the_documents_do_not_have_is_refused(server, query):
    assert allowed(server, "GET", f"/v3/offers?{query}")[0] == 422


@pytest.mark.parametrize("path", ["/v1/offers", "/v3/salaries", "/v3/offers/7", "/elsewhere"])
def test_what_is_not_there_is_not_found(server, path):
    assert allowed(server, "GET", path)[0] == 404


def test_a_cursor_is_that_of_its_list(world, server):
    world.hire("Bo", "Both")
    _, token = sign_in(server)
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    request = urllib.request.Request(f"{server.url}/v3/users?per_page=1", headers=headers)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        link = answer.headers["Link"]
    cursor = link.split("cursor=")[1].split(">")[0]

    assert call(server, "GET", f"/v3/offers?cursor={cursor}", **headers)[0] == 422
    assert call(server, "GET", f"/v3/users?cursor={cursor}", **headers)[0] == 200


def test_filters_narrow_together(world, server):
    dana, pia = world.add_candidate("Dana", "Berg"), world.add_candidate("Pia", "Berg")
    job = world.open_job("Staff Engineer")
    one, other = world.apply(dana, job), world.apply(pia, job)
    world.end(other.id, 7)
    moment = world.applications[one.id].updated_at.isoformat().replace("+00:00", "Z")

    def found(query):
        return [row["id"] for row in allowed(server, "GET", f"/v3/applications?{query}")[1]]

    assert found("") == [other.id, one.id]
    assert found(f"ids={one.id},{other.id}&candidate_ids={pia.id}") == [other.id]
    assert found(f"candidate_ids={dana.id},{pia.id}&ids={one.id}") == [one.id]
    assert found("status=active") == [one.id]
    assert found(f"updated_at=gte|{moment}|lte|{moment}") == [one.id]
    assert found(f"updated_at=gt|{moment}") == [other.id]


NAMES = {"first_name": "Noa", "last_name": "Lind"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("candidates", {"first_name": "Noa", "prospect": {}}),
        ("candidates", NAMES),
        ("candidates", {**NAMES, "application": {"job_id": 1}, "prospect": {}}),
        ("candidates", {**NAMES, "application": {"job_id": 4711}}),
        ("candidates", {**NAMES, "prospect": {"referrer": {"type": "id"}}}),
        ("candidates", {**NAMES, "prospect": {}, "is_prospect": True}),
        ("candidate_tags", {}),
        ("applied_candidate_tags", {"candidate_id": 4711, "candidate_tag_id": 1}),
        ("notes", {"candidate_id": 4711, "body": "Hello"}),
        ("notes", []),
    ],
)
def test_bodies_that_make_no_sense_are_refused(server, path, body):
    assert allowed(server, "POST", f"/v3/{path}", body)[0] == 422


@pytest.mark.parametrize(
    "body",
    [
        {"candidate_id": 0, "body": "Hello", "visibility": "everybody"},
        {"candidate_id": 0, "body": "Hello", "visibility": "public", "user_id": 4711},
        {"candidate_id": 0, "visibility": "public"},
    ],
)
def test_notes_that_make_no_sense_are_refused(world, server, body):
    who = world.add_candidate("Noa", "Lind")

    assert allowed(server, "POST", "/v3/notes", {**body, "candidate_id": who.id})[0] == 422
    assert who.notes == []


@pytest.mark.parametrize(
    "told", [{"source_id": 99}, {"recruiter_id": 99}, {"referrer_id": 99}, {"job_id": 1}]
)
def test_an_application_is_changed_only_to_what_is_there(world, server, told):
    application = world.apply(world.add_candidate("Noa", "Lind"), world.open_job("Staff Engineer"))

    assert allowed(server, "PATCH", f"/v3/applications/{application.id}", told)[0] == 422
    assert allowed(server, "PATCH", "/v3/applications/99999", {})[0] == 404


def test_offers_that_we_took_back_are_deleted_or_rejected_with_the_application(world, server):
    server.hook = ("http://127.0.0.1:9", "secret")
    job = world.open_job("Staff Engineer")
    ended, still = (world.apply(world.add_candidate(name, "Berg"), job) for name in ("Dana", "Pia"))
    for application in (ended, still):
        world.offer(application.id)
    world.end(ended.id, 7)
    server.outbox.clear()

    for application in (ended, still):
        world.decide(application.id, OfferStep.WITHDRAWN)

    assert [call.event for call in server.outbox] == ["offer_updated", "offer_deleted"]
    _, offers = allowed(server, "GET", "/v3/offers")
    assert [(row["application_id"], row["status"]) for row in offers] == [(ended.id, "Rejected")]


def test_a_hook_is_tried_when_it_is_set_up(server):
    hook = {"url": "http://127.0.0.1:9", "secret": "secret"}

    assert call(server, "POST", "/_world/hook", hook)[0] == 200

    assert [call.event for call in server.outbox] == ["ping"]
