"""A name for which somebody was thanked on screen is kept, whenever the process is killed; and none is kept by half."""

import random
import time

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from ifnotyou.models import Ask, Referral, RolePage, Vip
from ifnotyou.services import asks, referrals, sealing
from tests.company import NOTE
from tests.promises.givers import EACH
from tests.promises.killable import Killable
from tests.promises.sending import company_with_cards, hand_all

pytestmark = pytest.mark.django_db(transaction=True)

KILLS = 20


class Givers(Killable):
    """A process that gives names, by children that can be killed."""

    def __init__(self):
        super().__init__("tests.promises.givers")

    def warm_up(self, *pages):
        self.asked("warm", *pages)

    def begin(self, *what):
        super().begin("give", *what)

    def end(self):
        """What it was thanked for, by page."""
        said = [line.split(" ", 1) for line in super().end()]
        return {page: {name for where, name in said if where == page} for page in ("own", "anonymous")}


@pytest.fixture
def givers():
    process = Givers()
    yield process
    process.close()


@pytest.fixture
def company():
    """So many people who were sent the links just now, and one more."""
    house = company_with_cards(KILLS + 1)
    with scope(workspace=house.workspace.pk):
        for number, ask in enumerate(hand_all(house, KILLS + 1)):
            words = asks.Words("One question", NOTE.replace("Noor", f"Candi{number}"))
            asks.take_along(ask, words, by=house.maya, now=ask.handed_at)
            asks.say_asked(ask, by=house.maya, now=ask.handed_at)
        Ask.objects.update(asked_at=timezone.now())
        yield list(Ask.objects.order_by("pk"))


def own_page(ask):
    return reverse("personal_page", args=[ask.page_token])


def test_name_that_was_thanked_for_survives_sigkill_at_any_moment(company, givers):
    whole, *killed = company
    page = RolePage.objects.get()
    anonymous_page = reverse("anonymous_page", args=[page.token])
    givers.warm_up(own_page(whole), anonymous_page)
    started = time.monotonic()
    givers.begin(own_page(whole), anonymous_page, KILLS)
    said = givers.end()
    longest = time.monotonic() - started
    assert [len(names) for names in said.values()] == [EACH, EACH]
    thanked = set(said["anonymous"])

    for mark, ask in enumerate(killed):
        givers.begin(own_page(ask), anonymous_page, mark)
        time.sleep(random.uniform(0, longest))
        givers.kill()
        said = givers.end()
        thanked |= said["anonymous"]

        kept = {referral.vip.name for referral in referrals.names_of(ask)}
        assert said["own"] <= kept
        assert len(kept) <= len(said["own"]) + 1  # the one whose thanks nobody heard any more
        page.refresh_from_db()
        waiting = [item["given"]["name"] for item in sealing.open_pool(page)]
        assert thanked <= set(waiting)
        assert len(waiting) == len(set(waiting)) <= len(thanked) + mark + 1

    assert all(referral.vip.name and referral.job_id for referral in Referral.objects.select_related("vip"))
    assert not Vip.objects.filter(referrals=None).exists()
