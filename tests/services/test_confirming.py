"""Nothing leaves that nobody has seen, also where the words change in the moment between looking and leaving."""

import pytest

from ifnotyou.models import Ask, Letter
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import asks, confirming, sending, vip_letters
from tests.company import NOW, WORDS, clock, house  # noqa: F401 - fixtures
from tests.connectors.mailserver import FaultySmtp
from tests.letters import FIRST, hosted, saved, tell_of_itself, written


def test_a_note_that_changed_after_the_look_stays_here(house):  # noqa: F811
    ask = house.hand()
    asks.save_draft(ask, WORDS, ["page"])
    ask = Ask.objects.get()
    with FaultySmtp() as smtp:
        house.connect(house.maya, smtp)
        shown = confirming.note_shown(ask, by=house.maya, now=NOW)
        seen = confirming.seen(shown, shown.confirmation)
        asks.save_draft(ask, WORDS, ["page", "free"])
        with pytest.raises(Refusal) as refusal:
            sending.send(ask, WORDS, by=house.maya, now=NOW, seen=seen)
        assert (refusal.value.code, Ask.objects.get().state, smtp.taken) == ("not_confirmed", "waiting", [])
        asks.save_draft(ask, WORDS, ["page"])
        assert sending.send(ask, WORDS, by=house.maya, now=NOW, seen=seen).state == "asked"


def test_a_letter_that_changed_after_the_look_stays_here(house):  # noqa: F811
    tell_of_itself(house)
    vip = hosted(house)
    saved(vip)
    with FaultySmtp() as smtp:
        house.connect(house.jon, smtp, "jon@example.org")
        shown = confirming.letter_shown(vip, FIRST, by=house.jon, now=NOW)
        seen = confirming.seen(shown, shown.confirmation)
        vip_letters.save_draft(vip, FIRST, written(vip, more="\nPS: More."), by=house.jon, now=NOW)
        with pytest.raises(Refusal) as refusal:
            vip_letters.send(vip, FIRST, by=house.jon, now=NOW, seen=seen)
        assert (refusal.value.code, Letter.objects.get().state, smtp.taken) == ("not_confirmed", "draft", [])
        saved(vip)
        assert vip_letters.send(vip, FIRST, by=house.jon, now=NOW, seen=seen).state == "sent"
