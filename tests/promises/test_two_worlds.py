"""Nobody can find out who gave a name anonymously: two worlds that differ in the giver alone are the same.

One world in which the second of the people asked gave a name on Tuesday at five past ten from Firefox, one in which
the sixth did on Thursday evening from another address with Safari; the same for two who swap, and for coming back
with the receipt. And names given in confidence, where only the asker concerned may see a difference.
"""

from collections import Counter
from dataclasses import asdict
from functools import partial

import pytest
from django.db import connection

from ifnotyou.models import Referral, Vip
from ifnotyou.playbook.disclosure import Given
from ifnotyou.services import anonymous, pages, sealing, thanks
from tests.promises.stories import (
    ADA,
    FOURTH,
    KIM,
    LEE,
    SECOND,
    SIXTH,
    THURSDAY,
    TUESDAY,
    a_week,
    come_back,
    give_anonymously,
    give_on_own_page,
    looking,
    open_own_page,
    tell_the_asker,
)
from tests.promises.worlds import (
    SEALED,
    SOURCE,
    Deed,
    at,
    differences,
    places_of,
)

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = at(0, 0, 1) - at(0, 0)


WAITING = ("before the hour", "after the hour", "the backup", "in the middle")
GATHERED = ("before the release", "after the first Monday", "after the release")


def given(told, sender, when):
    """A name, and a look at what was written then and there."""
    who = told["who"]
    return [
        Deed(when, f"{who} is given", partial(give_anonymously, sender, told)),
        looking(when + MINUTE, f"{who} written", file=False),
    ]


def a_fortnight(*special, pages=True):
    """Two Mondays, and looks at all that there is."""
    return a_week(
        *special,
        looking(at(1, 10, 30), "before the hour", file=False),
        looking(at(1, 12, 50), "after the hour"),
        looking(at(2, 20), "in the middle", pages=pages),
        looking(at(7, 4, 50), "before the release"),
        looking(at(7, 5, 30), "after the first Monday"),
        looking(at(14, 5, 30), "after the release", pages=True),
    )


@pytest.fixture(scope="module")
def second(beginning, django_db_blocker):
    """The second of those who were asked gives a name on Tuesday; it waits for the second Monday."""
    with django_db_blocker.unblock():
        return beginning.run(a_fortnight(*given(KIM, SECOND, TUESDAY)))


@pytest.fixture(scope="module")
def sixth(beginning, django_db_blocker):
    """The sixth gives it on Thursday."""
    with django_db_blocker.unblock():
        return beginning.run(a_fortnight(*given(KIM, SIXTH, THURSDAY)))


def of(world, moment, table):
    return world.looks[moment].surfaces["tables"][f"ifnotyou_{table}"]


def test_nobody_can_tell_who_gave_a_name_nor_when(second, sixth):
    for moment in WAITING:
        assert differences(second, sixth, moment, but=SEALED) == []
    for moment in GATHERED:
        assert differences(second, sixth, moment) == []

    assert [row["terms"] for row in of(second, "after the first Monday", "referral")].count("anonymous") == 0
    assert [row["terms"] for row in of(second, "after the release", "referral")].count("anonymous") == 1


def test_what_is_written_for_a_name_is_the_same_whenever_it_comes(second, sixth):
    # What may differ above, since it is there in one world only: here it is, byte for byte.
    for table in ("rolepage", "sealkey"):
        assert of(second, "Kim Park written", table) == of(sixth, "Kim Park written", table)


def test_other_coins_make_another_sealed_pool_of_the_same_length(beginning, second):
    other = beginning.run(given(KIM, SECOND, TUESDAY), coins="tails")

    (here,), (there,) = of(second, "Kim Park written", "rolepage"), of(other, "Kim Park written", "rolepage")
    assert here["sealed"] != there["sealed"]
    assert len(here["sealed"]) == len(there["sealed"])


def test_a_name_is_nowhere_before_it_is_released_and_its_giver_nowhere_ever(second, sixth):
    for world, sender in ((second, SECOND), (sixth, SIXTH)):
        receipt = world.memory[KIM["who"]]
        for moment in (*WAITING, *GATHERED):
            assert places_of([*sender.traces, receipt, receipt[2:]], world, moment) == []
        for moment in (*WAITING, *GATHERED[:-1]):
            assert places_of(KIM.values(), world, moment) == []
        assert places_of([KIM["who"]], world, "after the release") != []


def test_a_backup_holds_nothing_with_which_a_pool_could_be_opened(second):
    look = second.looks["the backup"]
    content = look.surfaces["backup"]
    for key in look.encrypted["ifnotyou_sealkey", "key"]:
        assert (key if isinstance(content, bytes) else key.decode()) not in content
    for pool in look.encrypted["ifnotyou_rolepage", "sealed"]:  # it is this database of which it is a backup
        assert (pool[:16] if isinstance(content, bytes) else pool.hex()) in content


def test_nobody_can_tell_which_of_two_names_came_from_whom_nor_in_which_order(beginning):
    third = given(ADA, FOURTH, at(4, 13))
    one = beginning.run(
        a_fortnight(*given(KIM, SECOND, TUESDAY), *given(LEE, SIXTH, THURSDAY), *third, pages=False)
    )
    other = beginning.run(
        a_fortnight(*given(LEE, SECOND, TUESDAY), *given(KIM, SIXTH, THURSDAY), *third, pages=False)
    )

    for moment in WAITING:
        assert differences(one, other, moment, but=SEALED) == []
    for moment in GATHERED:
        assert differences(one, other, moment) == []
    assert [row["terms"] for row in of(one, "after the first Monday", "referral")].count("anonymous") == 3


def test_opening_a_page_leaves_no_trace_at_all(beginning):
    look = looking(at(1, 11), "afterwards", pages=True)
    opened = beginning.run([Deed(at(1, 10), "pages are opened", open_every_page), look])
    untouched = beginning.run([look])

    assert differences(opened, untouched, "afterwards") == []


def open_every_page(world):
    """By their holder, by a stranger, and by a mail scanner that asks for the head alone."""
    for sender in (SECOND, FOURTH):
        anonymous_page = open_own_page(world, sender)
        for address in (
            f"/r/{world.memory[f'page {sender.number}']}",
            anonymous_page,
            "/receipt",
            "/r/none",
            "/d/none",
        ):
            for ask in (sender.browser(world).get, sender.browser(world).head):
                assert not ask(address).cookies


# --- Coming back


def three_names():
    return [
        Deed(at(1, 15), "Kim Park is given", partial(give_anonymously, SECOND, KIM)),
        Deed(at(2, 15, 30), "Lee Novak is given", partial(give_anonymously, SIXTH, LEE)),
        Deed(at(3, 15), "Ada Brandt is given", partial(give_anonymously, FOURTH, ADA)),
    ]


def coming_back(sender, added, answered, withdrawn):
    """Something added while the name waits, a question answered after its release, and another name taken back."""
    return a_week(
        *three_names(),
        Deed(added, "added", partial(come_back, sender, "Kim Park", do="add", text="They teach, too.")),
        looking(at(6, 20), "added"),
        looking(at(7, 5, 30), "released"),
        Deed(at(7, 9), "a question", ask_the_holder),
        Deed(answered, "answered", partial(come_back, sender, "Kim Park", do="add", text="In the evenings.")),
        Deed(withdrawn, "withdrawn", partial(come_back, sender, "Lee Novak", do="withdraw")),
        looking(at(8, 20), "withdrawing"),
        looking(at(9, 5, 30), "withdrawn"),
        looking(at(13, 20), "answered"),
        looking(at(14, 5, 30), "the end", pages=True),
    )


def ask_the_holder(world):
    with world.open():
        referral = Referral.objects.get(vip__name="Kim Park")
        anonymous.ask_question(referral, "Where would they teach?", world.user("recruiter"), world.clock.now)


def test_nobody_can_tell_when_or_from_where_somebody_came_back_with_a_receipt(beginning):
    one = beginning.run(coming_back(SECOND, added=at(3, 20), answered=at(8, 10), withdrawn=at(8, 6)))
    other = beginning.run(coming_back(SIXTH, added=at(6, 11), answered=at(11, 22), withdrawn=at(8, 11)))

    for moment in ("the backup", "withdrawing", "withdrawn"):
        assert differences(one, other, moment, but=SEALED) == []
    for moment in ("added", "released", "answered", "the end"):
        assert differences(one, other, moment) == []
    assert {"They teach, too.", "In the evenings."} <= {
        row["text"] for row in of(one, "the end", "receiptline")
    }
    assert [row["terms"] for row in of(one, "released", "referral")].count("anonymous") == 3
    assert [row["terms"] for row in of(one, "withdrawn", "referral")].count("anonymous") == 2


# --- In confidence


def in_confidence(tell, *special):
    """Told on Tuesday, announced on Wednesday, and worth a reminder to its asker on Monday."""
    return a_week(
        Deed(TUESDAY, "Kim is told", tell),
        looking(at(2, 5, 30), "announced"),
        looking(at(4, 20), "seen", pages=True),
        looking(at(8, 13), "reminded"),
        *special,
        until=9,
    )


MOMENTS = ("announced", "the backup", "seen", "reminded")


def on_their_page(number):
    return partial(give_on_own_page, number, KIM, terms="confidential")


def by_word_of_mouth(number):
    return partial(tell_the_asker, number, KIM)


def concerned(world, *numbers):
    """Whose pages and mails may differ: the askers', and the candidates' own pages."""
    askers = {"maya " if number < 4 else "jon " for number in numbers}
    return [*askers, *(f"nobody /r/{world.memory[f'page {number}']}" for number in numbers)]


@pytest.mark.parametrize(
    ("tell", "one", "other"),
    [(on_their_page, 1, 2), (on_their_page, 2, 6), (by_word_of_mouth, 2, 6)],
    ids=["own page, one asker", "own page, two askers", "by word of mouth, two askers"],
)
def test_a_name_in_confidence_tells_nobody_but_the_asker_whose_it_is(beginning, tell, one, other):
    here, there = (beginning.run(in_confidence(tell(number))) for number in (one, other))

    for moment in MOMENTS:
        assert differences(here, there, moment, but=SOURCE, unseen=concerned(here, one, other)) == []
    # And there is something to be seen: the name for those who recruit, and for the asker from whom it is.
    pages = here.looks["seen"].surfaces["pages"]
    assert any("Kim Park" in page for address, page in pages.items() if address.startswith("recruiter"))
    assert "Kim Park" in pages[f"maya /cards/{here.memory[f'card {one}']}/"]
    assert [row["terms"] for row in of(here, "seen", "referral")].count("confidential") == 2


def test_thanks_for_a_name_that_was_given_openly_tell_nothing_of_one_in_confidence(beginning):
    # Maya thanks the first candidate for Lena, whom they named openly. Is Kim theirs as well?
    thank = Deed(at(3, 9), "thanks for Lena", thank_for_lena)
    here, there = (beginning.run(in_confidence(on_their_page(number), thank)) for number in (1, 2))

    for moment in MOMENTS:
        assert differences(here, there, moment, but=SOURCE, unseen=concerned(here, 1, 2)) == []


def thank_for_lena(world):
    with world.open():
        thanks.say_thanked(world.ask(1), by=world.user("maya"), now=world.clock.now)


# --- Order


def test_names_that_came_one_after_the_other_are_released_in_either_order(house):
    ask = house.hand()
    page = pages.page_of(ask.decline.job)
    house.workspace.policy = "[disclosure]\nseveral = 2\n"
    house.workspace.save()
    orders = Counter()
    for week in range(40):
        for who in ("first", "second"):
            items = sealing.open_pool(page)
            item = anonymous._item("name", anonymous.new_receipt(page), lines=[], waits=0)
            sealing.close_pool(page, [*items, item | {"given": asdict(Given(f"{who} {week}"))}])
        orders["waiting", sealing.open_pool(page)[0]["given"]["name"].split()[0]] += 1
        anonymous.release(house.workspace, now=at(7 * week, 5))
        for order in ("rowid" if connection.vendor == "sqlite" else "ctid", "id"):
            there = Vip.objects.filter(name__endswith=f" {week}").extra(order_by=[f"ifnotyou_vip.{order}"])
            orders[order, there[0].name.split()[0]] += 1
    assert len(orders) == 6, orders  # each way round: 40 times the same one has a chance of 1 to a billion
