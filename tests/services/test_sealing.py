"""A sealed pool shows nothing: not what is in it, not how much, not whether somebody was there."""

import json

import pytest
from django.db import connection

from ifnotyou.models import RolePage, SealKey
from ifnotyou.services import pages, sealing
from tests.company import clock, found, house  # noqa: F401 - fixtures

ITEM = {"kind": "name", "receipt": "r", "given": {"name": "Ida Wells"}}


@pytest.fixture
def page(house):  # noqa: F811 - the fixture
    return pages.page_of(house.decline().job)


def stored(page):
    """The two columns as they lie in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM ifnotyou_rolepage WHERE id = %s", [page.pk])
        sealed = bytes(cursor.fetchone()[0])
        cursor.execute("SELECT key FROM ifnotyou_sealkey WHERE page_id = %s", [page.pk])
        return sealed, cursor.fetchone()[0]


def test_what_was_put_in_comes_out(page):
    sealing.close_pool(page, [ITEM, {**ITEM, "receipt": "s"}])

    assert sorted(one["receipt"] for one in sealing.open_pool(page)) == ["r", "s"]
    assert sorted(one["receipt"] for one in sealing.look_into(page.pk)) == ["r", "s"]


def test_a_new_page_is_sealed_and_empty(page):
    assert sealing.open_pool(page) == []
    assert len(stored(page)[0]) > sealing.POOL_BYTES


def test_every_pool_is_of_one_length_and_unreadable(page):
    lengths = set()
    for count in (0, 1, 7):
        sealing.close_pool(page, [ITEM] * count)
        sealed, key = stored(page)
        lengths.add((len(sealed), len(key)))
        assert b"Ida Wells" not in sealed  # three letters alone come about by chance
    assert len(lengths) == 1


def test_every_write_changes_key_and_text_even_with_nothing_to_add(page):
    seen = set()
    for _ in range(3):
        sealing.close_pool(page, [])
        sealed, key = stored(page)
        seen |= {sealed, key, sealed[:64]}
    assert len(seen) == 9


def test_the_key_of_before_opens_nothing_any_more(page):
    sealing.close_pool(page, [ITEM])
    before = SealKey.objects.get().key
    sealing.close_pool(page, [ITEM])

    SealKey.objects.update(key=before)

    assert sealing.open_pool(page) == []


def test_without_its_key_a_pool_is_empty_and_can_be_used_again(page):
    sealing.close_pool(page, [ITEM])
    SealKey.objects.all().delete()
    assert sealing.open_pool(page) == sealing.look_into(page.pk) == []

    sealing.close_pool(page, [ITEM])

    assert sealing.open_pool(page) == [ITEM]


def test_a_pool_of_another_page_does_not_open(page, house):  # noqa: F811 - the fixture
    sealing.close_pool(page, [ITEM])
    page.pk += 1
    assert sealing._unsealed(page, SealKey.objects.get()) == []


def test_too_much_is_refused_and_changes_nothing(page):
    sealing.close_pool(page, [ITEM])
    before = stored(page)

    with pytest.raises(sealing.PoolFullError):
        sealing.close_pool(page, [{**ITEM, "given": "x" * sealing.POOL_BYTES}])

    page = RolePage.objects.get()
    assert (stored(page), sealing.open_pool(page)) == (before, [ITEM])


def test_a_dozen_of_the_longest_fit_and_some_room_can_be_kept(page):
    longest = {**ITEM, "given": {"name": "é" * 200, "found_at": "x" * 500, "why": "é" * 300, "at": "é" * 200}}
    sealing.close_pool(page, [longest] * 12, keep_free=6 * 1024)
    assert len(sealing.open_pool(page)) == 12

    room = sealing.POOL_BYTES - len(json.dumps([ITEM], separators=(",", ":")))
    sealing.close_pool(page, [ITEM], keep_free=room)
    with pytest.raises(sealing.PoolFullError):
        sealing.close_pool(page, [ITEM], keep_free=room + 1)


def test_order_of_arrival_is_not_kept(page):
    items = [{**ITEM, "receipt": str(number)} for number in range(5)]
    orders = set()
    for _ in range(20):
        sealing.close_pool(page, items)
        orders.add(tuple(one["receipt"] for one in sealing.open_pool(page)))
    assert len(orders) > 1
