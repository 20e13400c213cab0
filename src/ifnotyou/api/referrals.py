"""Each word for somebody, for programs: of a veiled one the week in which it came, and never who gave it."""

from __future__ import annotations

from typing import Annotated

from django.shortcuts import get_object_or_404
from ninja import Query, Router

from ifnotyou.api.auth import Call
from ifnotyou.api.operations import get, post
from ifnotyou.api.page import Page, Paged, page_of
from ifnotyou.api.vip_schemas import ArrivedOut, ReferralOut, WhoIn
from ifnotyou.api.vips import person_given, referral_fields, told
from ifnotyou.models import Referral
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.queries.names import (
    given_of,
    introductions_visible_to,
    names_visible_to,
    vips_visible_to,
)
from ifnotyou.services import referrals

router = Router(tags=["Referrals"])


@get(router, "/referrals", Page[ReferralOut])
def list_referrals(
    call: Call,
    paging: Paged,
    terms: Annotated[Terms | None, Query(description="Only those on these terms.")] = None,
) -> Page[ReferralOut]:
    """Every word for somebody that was announced, the newest first; within a week the order says nothing."""
    found = told(names_visible_to(call.user)).select_related("vip")
    if terms is not None:
        found = found.filter(terms=terms)
    return page_of(call, found, paging, by="-came_on", show=_out)


@get(router, "/referrals/{int:referral_id}", ReferralOut)
def get_referral(call: Call, referral_id: int) -> ReferralOut:
    """One word for somebody, as far as it may be told."""
    visible = told(names_visible_to(call.user)).select_related("vip")
    return _out(get_object_or_404(visible, pk=referral_id))


@post(
    router,
    "/referrals/{int:referral_id}/arrived",
    ArrivedOut,
    example={"name": "Kim Park", "works_at": "Acme", "email": "kim@example.net"},
)
def mark_introduction_arrived(call: Call, referral_id: int, body: WhoIn) -> ArrivedOut:
    """The introduction came that they said they would make: from now on it is ours to answer."""
    visible = introductions_visible_to(call.user).select_related("ask__candidate", "job")
    referral = get_object_or_404(visible, pk=referral_id)
    vip = referrals.introduction_arrived(referral, person_given(call, body), by=call.user, now=call.now)
    theirs = vip is not None and vips_visible_to(call.user).filter(pk=vip.pk).exists()
    return ArrivedOut(vip=str(vip.pk) if vip is not None and theirs else None)


def _out(referral: Referral) -> ReferralOut:
    (given,) = given_of([referral])
    return ReferralOut.model_validate(referral_fields(given, referral.vip))
