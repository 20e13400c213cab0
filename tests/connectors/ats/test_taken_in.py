"""A connector of one file is all there is to it: what it tells reaches the inbox, and leaves with whom it is about."""

import json

import pytest

from ifnotyou.connectors.ats import all_systems
from ifnotyou.models import Candidate, Connection, Decline, Interview, Offer
from ifnotyou.services import syncing
from tests.company import NOW, clock, house  # noqa: F401 - fixtures
from tests.connectors.ats import test_teamtailor, test_workable
from tests.connectors.webserver import Said


@pytest.fixture(params=[test_workable.Far, test_teamtailor.Far], ids=lambda far: far.slug)
def far(request, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8",)
    with request.param() as far:
        yield far


@pytest.fixture
def connection(far, house):  # noqa: F811 - the fixture
    secret = {field.name for field in all_systems()[far.slug].fields if field.secret}
    return Connection.objects.create(
        workspace=house.workspace,
        system=far.slug,
        address=far.url,
        settings={name: value for name, value in far.settings.items() if name not in secret},
        secrets=json.dumps({name: value for name, value in far.settings.items() if name in secret}),
    )


def offer(far, application):
    return Offer.objects.filter(external_id=f"{far.slug}:{application}").first()


def test_a_decline_reaches_the_inbox_and_what_is_in_doubt_does_not_pass_for_one(far, connection):
    taken = syncing.sync(connection, now=NOW)

    assert taken.read > 0
    assert (offer(far, far.declined).status, offer(far, far.declined).doubt) == ("declined", "")
    assert Decline.objects.filter(offer=offer(far, far.declined)).exists()
    assert Interview.objects.filter(external_id__startswith=f"{far.slug}:{far.declined}/").count() == 2
    assert offer(far, far.open).status == "open"
    assert not Decline.objects.filter(offer=offer(far, far.open)).exists()
    if far.confidential:
        assert offer(far, far.confidential) is None


def test_what_is_read_again_is_there_once(far, connection):
    syncing.sync(connection, now=NOW)
    before = set(Offer.objects.values_list("external_id", flat=True))

    connection.refresh_from_db()
    syncing.sync(connection, now=NOW)

    assert set(Offer.objects.values_list("external_id", flat=True)) == before


def test_whoever_is_deleted_there_is_deleted_here(far, connection, monkeypatch):
    syncing.sync(connection, now=NOW)
    connection.refresh_from_db()
    there = far.answer
    monkeypatch.setattr(
        far,
        "answer",
        lambda path, *rest: Said(404, "{}") if path.endswith(f"/{far.declined}") else there(path, *rest),
    )

    syncing.read_again(connection, [far.declined, far.open], now=NOW)

    assert offer(far, far.declined) is None
    assert offer(far, far.open) is not None
    assert not Candidate.objects.filter(email=far.expected.candidate.email).exists()
