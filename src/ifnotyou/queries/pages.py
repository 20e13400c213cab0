"""What a link leads to. Looked up before anybody knows in which workspace: by the hash of a secret, by nothing else."""

from __future__ import annotations

import hashlib

from django_scopes import scopes_disabled

from ifnotyou.models import Ask, Job, RolePage, Vip
from ifnotyou.playbook.asking import ENDED, AskState
from ifnotyou.playbook.channel import Channel

SENT_A_LINK = ENDED | {AskState.ASKED}
"""In these states a note has certainly arrived, with the links that were in it."""

PAGE_LINE, ANONYMOUS_LINE = "page", "anonymous"
"""The quiet lines that hold a link. The personal page tells the address of the anonymous one, so it counts as well."""


def hash_of(token: str) -> str:
    """What is kept of a token to find it again: SHA-256; a token has 192 random bits, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def ask_of_page(token: str) -> Ask | None:
    """The ask whose personal page this is; None for what leads nowhere (any more)."""
    with scopes_disabled():
        found = Ask.objects.filter(page_hash=hash_of(token))
        return found.select_related("candidate", "asker", "decline__job", "workspace").first()


def role_page_of(token: str) -> RolePage | None:
    """The anonymous page of a role."""
    with scopes_disabled():
        return RolePage.objects.filter(token_hash=hash_of(token)).select_related("job", "workspace").first()


def vip_of_forget(token: str) -> Vip | None:
    """The person named whose "forget me" link this is."""
    with scopes_disabled():
        return Vip.objects.filter(forget_hash=hash_of(token)).select_related("workspace").first()


def holders_of(job: Job) -> int:
    """How many human beings were sent the link of this role's anonymous page.

    Each ask that left is another human being (services/once.py). What they answered makes no difference to the
    number: else it would tell who answered how.
    """
    sent = Ask.objects.filter(decline__job=job, channel=Channel.EMAIL, state__in=sorted(SENT_A_LINK))
    return sum(
        1 for quiet in sent.values_list("quiet", flat=True) if {PAGE_LINE, ANONYMOUS_LINE} & set(quiet)
    )
