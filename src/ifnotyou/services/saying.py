"""What a host says happened, said on a page that may be old: a second click changes nothing, a stale one is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from ifnotyou.models import User, Vip
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import VipStage
from ifnotyou.services import hosting

_Service = Callable[..., Vip]

SAID: dict[str, tuple[_Service, dict[str, VipStage]]] = {
    "answered": (
        hosting.say_answered,
        {
            VipStage.CONTACTED: VipStage.TALKING,
            VipStage.TALKING: VipStage.TALKING,
            VipStage.IN_PROCESS: VipStage.IN_PROCESS,
            VipStage.PARTED: VipStage.TALKING,
        },
    ),
    "silent": (hosting.say_silent, {VipStage.TALKING: VipStage.CONTACTED}),
    "applied": (
        hosting.say_applied,
        {VipStage.CONTACTED: VipStage.IN_PROCESS, VipStage.TALKING: VipStage.IN_PROCESS},
    ),
    "hired": (hosting.say_hired, {VipStage.IN_PROCESS: VipStage.HIRED}),
    "back": (
        hosting.say_back,
        {VipStage.HIRED: VipStage.IN_PROCESS, VipStage.IN_PROCESS: VipStage.TALKING},
    ),
}
"""By word: what does it, and from which stage it leads where."""


@transaction.atomic
def say(vip: Vip, said: str, seen: str, *, by: User, now: datetime) -> Vip:
    """Do what was said, where the person still stands as the page showed them (`seen`, a VipStage).

    Without this a double click on "not hired yet" would go back two stages.
    """
    service, leads_to = SAID[said]
    vip = hosting.locked(vip)
    if vip.stage != seen:
        if vip.stage == leads_to.get(seen):
            return vip
        raise Refusal("old_page", "Something happened meanwhile. Here is how it stands now.")
    return service(vip, by=by, now=now)
