"""The links of an ask: the candidate's personal page, and the anonymous page of the role."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.urls import reverse

from ifnotyou.models import Ask, Job, RolePage
from ifnotyou.playbook.letters import Links
from ifnotyou.queries.pages import hash_of
from ifnotyou.services import sealing

TOKEN_BYTES = 24
"""192 bits: more than the 128 that a link which opens something needs (ASVS 5.0, 11.5.1)."""


def new_token() -> str:
    """What stands in a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def give_page(ask: Ask) -> None:
    """Let an ask have its personal page; the caller saves it."""
    ask.page_token = new_token()
    ask.page_hash = hash_of(ask.page_token)


def page_of(job: Job) -> RolePage:
    """The anonymous page of this role, made with the first card that is handed over for it.

    Made then, and not with the first name: so its being there says nothing.
    """
    page = RolePage.objects.filter(job=job).first()
    if page is None:
        token = new_token()
        page, made = RolePage.objects.get_or_create(
            workspace_id=job.workspace_id,
            job=job,
            defaults={"token": token, "token_hash": hash_of(token), "sealed": b""},
        )
        if made:
            sealing.close_pool(page, [])
    return page


def links_of(ask: Ask) -> Links:
    """The two addresses that the quiet lines of this ask's note tell."""
    page = RolePage.objects.get(job=ask.decline.job_id)
    return Links(_address("personal_page", ask.page_token), _address("anonymous_page", page.token))


def _address(route: str, token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(route, args=[token])}"
