"""What somebody named says on their own page: more, not now, or that we may get in touch again later.

Each is kept once, however often the button is pressed. Whoever presses one has the first message, for the link to the
page stands in it: where nobody knew whether it left, it did. Being forgotten is services/erasure.py, correcting what we
hold services/correcting.py.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ifnotyou.models import Vip
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import IN_TOUCH, Step, VipStage
from ifnotyou.services import audit, hosting, vip_letters

KEEP_VERSION = "2026-11"
"""Of the sentence with which somebody lets us keep them in mind; another when its wording changes."""


@transaction.atomic
def want_more(vip: Vip, *, now: datetime) -> None:
    """They would like to hear more: their host owes them an answer. Before the first message that is due anyway."""
    vip = vip_letters.they_have_it(vip, now=now)
    if vip.stage == VipStage.HIRED or vip.set_aside:
        raise Refusal("nobody_writes", "They are one of us, or nobody may write to them.")
    if vip.more_wanted_on is not None and (vip.step == Step.ANSWER or vip.contacted_at is None):
        return
    vip.more_wanted_on = now.date()
    vip.save(update_fields=["more_wanted_on"])
    # An answer that is owed already stays due when it was.
    if vip.stage in IN_TOUCH | {VipStage.PARTED} and vip.step != Step.ANSWER:
        hosting.say_answered(vip, by=None, now=now)
    else:
        audit.write(None, "wanted_more", vip)


@transaction.atomic
def not_now(vip: Vip, *, keep: str, now: datetime) -> None:
    """This is not the time. `keep` is the sentence with which they let us get in touch again later, "" without."""
    vip = vip_letters.they_have_it(vip, now=now)
    if keep:
        hosting.keep_in_touch(vip, keep, KEEP_VERSION, now=now)
    hosting.say_not_now(vip, now=now)
