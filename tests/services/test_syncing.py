"""Reading a system for applicants: from the beginning once, then what changed, whatever breaks in between."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection as database
from django.db import transaction

from ifnotyou.connectors.base import ConnectorError
from ifnotyou.models import Candidate, Connection, Decline, Employee, Interview, Job, Offer, Scorecard
from ifnotyou.playbook.asking import Stage
from ifnotyou.sample.ats.world import OfferStep, Seat
from ifnotyou.services import declines, syncing
from ifnotyou.services.connections import begin_anew, keep_trouble
from ifnotyou.services.dossiers import Taken
from tests.atsfake import broken, fake_ats  # noqa: F401 - a fixture
from tests.company import NOW
from tests.factories import TODAY

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def small_blocks(monkeypatch):
    """So that the history of a few people takes several of everything."""
    monkeypatch.setattr(syncing, "AT_ONCE", 10)


@pytest.fixture
def there(house, fake_ats):  # noqa: F811 - the fixture
    """Fifty people with an offer, every second declined, some long ago; ten without one."""
    world = fake_ats.world
    maya = world.hire("Maya", "Chen", "maya@example.org")
    job = world.open_job("Data Engineer", recruiter=maya.id)
    secret = world.open_job("Secret", confidential=True)
    for number in range(60):
        person = world.add_candidate("Candi", f"Number {number}", f"c{number}@example.com")
        found = world.apply(person, secret if number == 7 else job)
        if number % 6 == 5:
            continue
        world.meet(found.id, Seat(maya.id), title="Lunch")
        world.vote(found.id, maya.id, 4)
        world.offer(found.id)
        if number % 2:
            world.decide(found.id, OfferStep.DECLINED)
            world.end(found.id, 1)
    fake_ats.connector.asked.clear()
    return fake_ats


@pytest.fixture
def connection(house, there):
    return there.connect(house.workspace)


def read(connection, *, now=NOW, watch=None) -> Taken:
    connection.refresh_from_db()
    return syncing.sync(connection, now=now, watch=watch)


def rows():
    """Every row that a reading may change once the worker was there, but for keys and moments of reading."""
    declines.judge_stale(Connection.objects.get().workspace, TODAY)
    found = []
    for table in (Candidate, Job, Offer, Interview, Scorecard, Employee, Decline):
        names = [f.name for f in table._meta.fields if f.name not in {"id", "read_at"} and not f.remote_field]
        found.append(sorted(map(str, table.objects.values(*names))))
    return found


def test_the_first_reading_brings_all_of_the_history_newest_first(connection):
    seen = []
    taken = read(connection, watch=lambda taken, reached: seen.append((taken.read, reached)))
    assert (taken.read, taken.declined, taken.hidden) == (49, 19, 1)
    assert Offer.objects.filter(external_id__startswith="fake:").count() == 49
    assert Decline.objects.filter(candidate__external_id__startswith="fake:").count() == 19
    connection.refresh_from_db()
    assert (connection.synced_at, connection.read_at, connection.colleagues_read_at) == (NOW, NOW, NOW)
    assert connection.progress["read"] == 49
    assert connection.progress["declined"] == 19
    assert connection.hidden == connection.progress["hidden"] == 1
    reached = [at for _, at in seen]
    assert reached == sorted(reached, reverse=True)
    assert connection.progress["reached"] == reached[-1].isoformat()
    assert house_votes(connection) == Scorecard.objects.count()


def house_votes(connection):
    connection.workspace.refresh_from_db()
    return sum(connection.workspace.habits["votes"])


def test_nobody_without_an_offer_is_asked_about(connection, there):
    asked = []
    there.connector.read = lambda self, ids, before=there.connector.read: [
        asked.extend(ids),
        before(self, ids),
    ][1]
    read(connection)
    offered = {str(one.id) for one in there.world.applications.values() if one.offers}
    assert set(asked) == offered


def test_later_only_what_changed_is_read(connection, there):
    read(connection)
    there.world.now += HOUR
    application = next(one for one in there.world.applications.values() if one.offers and not one.ended_at)
    read(connection, now=NOW + timedelta(minutes=5))
    there.world.decide(application.id, OfferStep.DECLINED)
    there.connector.asked.clear()
    taken = read(connection, now=NOW + timedelta(minutes=10))
    assert (taken.changed, taken.read, taken.declined) == (1, 1, 1)
    assert there.connector.asked == ["changes", "read"]
    decline = Decline.objects.get(offer__external_id=f"fake:{application.id}")
    assert decline.stage == Stage.TO_ASK
    assert read(connection, now=NOW + timedelta(minutes=15)).changed == 0


def test_of_whom_we_hold_an_offer_it_is_noticed_that_it_was_deleted(connection, there):
    read(connection)
    there.world.now += HOUR
    application = next(one for one in there.world.applications.values() if one.offers)
    there.world.delete_offer(application.id)
    assert read(connection, now=NOW + HOUR).changed == 1
    assert Offer.objects.get(external_id=f"fake:{application.id}").status == "rescinded"


def test_killed_at_any_point_it_ends_in_the_same_rows(connection, there, small_blocks):
    read(connection)
    wanted = rows()
    progress = Connection.objects.get(pk=connection.pk).progress
    with transaction.atomic():
        for table in (Decline, Interview, Scorecard, Offer, Candidate, Job, Employee):
            names = "key" if table in (Interview, Scorecard) else "external_id"
            if table is Decline:
                names = "offer__external_id"
            table.objects.filter(**{f"{names}__startswith": "fake:"}).delete()
        begin_anew(connection)
    Connection.objects.update(colleagues={}, colleagues_read_at=None)
    calls = len(there.connector.asked)
    failures = 0
    for fails_at in range(1, calls + 2):
        there.connector.fails[:] = [*[None] * (fails_at % 4), broken()]
        try:
            read(connection)
        except ConnectorError:
            failures += 1
        else:
            break
    there.connector.fails.clear()
    read(connection)
    assert failures > 3
    assert rows() == wanted
    connection.refresh_from_db()
    assert connection.synced_at == NOW
    assert connection.progress == progress


def test_what_was_taken_in_before_a_kill_is_not_read_again(connection, there, small_blocks):
    there.connector.fails[:] = [None, None, None, None, None, broken()]
    with pytest.raises(ConnectorError):
        read(connection)
    connection.refresh_from_db()
    assert connection.synced_at is None
    assert connection.cursor
    held = Offer.objects.filter(external_id__startswith="fake:").count()
    assert held == connection.progress["read"] > 0
    there.connector.asked.clear()
    taken = read(connection)
    assert there.connector.asked.count("colleagues") == 0
    assert taken.read < 49
    assert Offer.objects.filter(external_id__startswith="fake:").count() == 49


def test_a_page_that_was_half_read_is_read_on(connection, there, monkeypatch):
    monkeypatch.setattr(syncing, "AT_MOST_SECONDS", 0.0)  # a slow system: what was read is taken in at once
    there.connector.page_size = 100
    there.connector.fails[:] = [None, None, None, None, broken()]
    with pytest.raises(ConnectorError):
        read(connection)
    connection.refresh_from_db()
    held = Offer.objects.filter(external_id__startswith="fake:").count()
    assert connection.cursor == {}
    assert 0 < held == connection.progress["read"] < 49
    taken = read(connection, now=NOW + HOUR)
    assert taken.read == 49 - held
    connection.refresh_from_db()
    assert connection.progress["read"] == 49
    assert connection.progress["declined"] == 19


def test_two_at_once_do_no_harm(connection, there, small_blocks):
    other = []

    def overtake(_taken, _reached):
        if not other:
            other.append(True)
            other.append(syncing.sync(Connection.objects.get(pk=connection.pk), now=NOW))

    first = read(connection, watch=overtake)
    connection.refresh_from_db()
    assert first.read < 49
    assert connection.synced_at == NOW
    assert connection.cursor == {"since": connection.cursor["since"]}
    assert connection.progress["read"] == Offer.objects.filter(external_id__startswith="fake:").count() == 49


def test_what_is_paused_or_removed_meanwhile_stops(connection, there, small_blocks):
    read(connection, watch=lambda _taken, _reached: Connection.objects.update(paused=True))
    assert 0 < Offer.objects.filter(external_id__startswith="fake:").count() < 49
    Connection.objects.update(paused=False)
    read(connection, watch=lambda _taken, _reached: Connection.objects.all().delete())
    assert not Connection.objects.exists()


def test_the_history_can_be_read_once_more(connection, there):
    read(connection)
    before = rows()
    Offer.objects.filter(external_id__startswith="fake:").update(decline_reason="tampered", digest="")
    begin_anew(connection)
    assert (connection.synced_at, connection.hidden) == (None, 0)
    assert read(connection, now=NOW + HOUR).changed == 49
    assert rows() == before
    assert connection.hidden == 1


def test_colleagues_are_read_once_an_hour_and_when_somebody_unknown_turns_up(connection, there):
    read(connection)
    there.connector.asked.clear()
    read(connection, now=NOW + timedelta(minutes=59))
    assert "colleagues" not in there.connector.asked
    read(connection, now=NOW + HOUR)
    assert there.connector.asked.count("colleagues") == 1
    fresh = there.world.hire("Fresh", "Colleague")
    application = next(one for one in there.world.applications.values() if one.offers)
    there.world.vote(application.id, fresh.id, 3)
    syncing.read_again(connection, [str(application.id)], now=NOW + 1.5 * HOUR)
    assert there.connector.asked.count("colleagues") == 2
    assert Scorecard.objects.filter(employee__name="Fresh Colleague").count() == 1


def test_what_was_read_longest_ago_is_looked_at_again(connection, there):
    read(connection)
    gone = next(one for one in there.world.applications.values() if one.offers)
    there.world.delete_application(gone.id)
    assert read(connection, now=NOW + timedelta(days=6)).gone == 0
    assert read(connection, now=NOW + timedelta(days=8)).gone == 1
    assert not Offer.objects.filter(external_id=f"fake:{gone.id}").exists()
    assert read(connection, now=NOW + timedelta(days=8, hours=1)).read == 0


def test_trouble_is_kept_in_words_and_goes_when_it_works_again(connection, there):
    there.connector.fails[:] = [broken(permanent=True)]
    syncing.sync_and_tell(connection, now=NOW)
    connection.refresh_from_db()
    assert (connection.trouble, connection.trouble_since) == ("Fake ATS does not know this key.", NOW)
    keep_trouble(connection, broken(permanent=True), now=NOW + HOUR)
    connection.refresh_from_db()
    assert connection.trouble_since == NOW
    syncing.sync_and_tell(connection, now=NOW + HOUR)
    connection.refresh_from_db()
    assert (connection.trouble, connection.trouble_since) == ("", None)


def test_an_error_of_ours_is_told_there_too(connection, there):
    there.connector.read = lambda *_: 1 / 0
    with pytest.raises(ZeroDivisionError):
        syncing.sync_and_tell(connection, now=NOW)
    connection.refresh_from_db()
    assert (connection.trouble, connection.read_at) == (syncing.OURS, None)


@pytest.mark.parametrize("is_called", [True, False])
def test_what_a_call_had_read_while_a_round_began_hides_nothing_of_it(
    connection, there, monkeypatch, is_called
):
    """A call comes in a minute after a round began, which takes three; and then they decline, of which nobody calls."""
    read(connection)
    there.world.now += HOUR
    application = next(one for one in there.world.applications.values() if one.offers and not one.ended_at)
    seconds = [0]
    monkeypatch.setattr(syncing, "time", SimpleNamespace(monotonic=lambda: sum(seconds)))
    listed = there.connector.changes

    def changes(self, cursor, now):
        if is_called:
            called = Connection.objects.get(pk=connection.pk)
            syncing.read_again(called, [str(application.id)], now=now + timedelta(minutes=1))
        seconds.append(180)
        there.world.decide(application.id, OfferStep.DECLINED)
        yield from listed(self, cursor, now)

    monkeypatch.setattr(there.connector, "changes", changes)
    read(connection, now=NOW + timedelta(minutes=10))

    assert Offer.objects.get(external_id=f"fake:{application.id}").status == "declined"


def test_the_same_application_named_twice_is_read_once(connection, there):
    application = next(one for one in there.world.applications.values() if one.offers)
    assert syncing.read_again(connection, [str(application.id)] * 3, now=NOW).read == 1
    assert syncing.read_again(connection, [], now=NOW) == Taken()


def test_nobody_is_called_while_the_database_is_held(connection, there, transactional_check):
    read(connection)
    assert transactional_check == {0}


@pytest.fixture
def transactional_check(there, monkeypatch):
    """How deep in transactions each call was made, besides the test's own."""
    depths, base = set(), len(database.savepoint_ids)
    before = there.connector._called

    def called(self, what):
        depths.add(len(database.savepoint_ids) - base)
        before(self, what)

    monkeypatch.setattr(there.connector, "_called", called)
    return depths
