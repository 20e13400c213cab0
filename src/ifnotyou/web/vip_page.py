"""The page of somebody named: who thought of them, what we hold, who their host is; and what they would like.

Opening it does nothing and is kept nowhere: mail scanners open links too, and whether somebody looked is nobody's
business. What a button does is done once, however often it is pressed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django_scopes import scope

from ifnotyou.counting import too_often
from ifnotyou.models import User, Vip
from ifnotyou.playbook.disclosure import VEILED
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import Step, VipStage
from ifnotyou.playbook.notice import language_known
from ifnotyou.playbook.promises import time_zone
from ifnotyou.queries.pages import vip_of_forget
from ifnotyou.queries.talks import talk_ahead
from ifnotyou.services import correcting, hosting, notice, vip_letters
from ifnotyou.services import vip_page as service
from ifnotyou.web.countries import COUNTRIES
from ifnotyou.web.outside import outside, see, sender_mark, show
from ifnotyou.web.scheduling import invitation_file
from ifnotyou.web.vip_page_forms import CorrectionForm

MOST_AN_HOUR = 20
"""Buttons pressed on one page, or by one sender, within the hour."""

KEEP = gettext_lazy("You may get in touch with me again later.")
KEEP_MEANS = gettext_lazy("For at most two years, and you can take it back here at any time.")
NOT_POSSIBLE = gettext_lazy("This is not possible any more, so nothing was changed.")


@outside
@require_http_methods(["GET", "HEAD", "POST"])
def vip_page(request: HttpRequest, token: str) -> HttpResponse:
    """The page, or what one of its buttons does."""
    vip = vip_of_forget(token)
    if vip is None:
        return show(request, "outside/forget_over.html", {}, status=404)
    with scope(workspace=vip.workspace_id):
        _speak_their_language(vip)
        if request.method != "POST":
            return _page(request, vip, token)
        if too_often(f"vip {vip.pk}", MOST_AN_HOUR) | too_often(sender_mark(request), MOST_AN_HOUR):
            return show(request, "outside/too_many.html", {}, status=429)
        act = ACTS.get(request.POST.get("do", ""), _unknown)
        try:
            return act(request, vip, token) or see("vip_page", token)
        except Refusal:
            fresh = vip_of_forget(token)
            if fresh is None:
                return show(request, "outside/forget_over.html", {}, status=404)
            return _page(request, fresh, token, refusal=NOT_POSSIBLE, status=409)


@outside
@require_safe
def talk_file(request: HttpRequest, token: str) -> HttpResponse:
    """The talk that is agreed on, as calendars take it in."""
    vip = vip_of_forget(token)
    if vip is None:
        return show(request, "outside/forget_over.html", {}, status=404)
    with scope(workspace=vip.workspace_id):
        talk = talk_ahead(vip, timezone.now())
        if talk is None:
            _speak_their_language(vip)
            return _page(request, vip, token, status=404)
        return invitation_file(talk)


def _want_more(_request: HttpRequest, vip: Vip, _token: str) -> None:
    service.want_more(vip, now=timezone.now())


def _not_now(request: HttpRequest, vip: Vip, _token: str) -> None:
    keep = f"{KEEP} {KEEP_MEANS}" if "keep" in request.POST else ""
    service.not_now(vip, keep=keep, now=timezone.now())


def _stop_keeping(_request: HttpRequest, vip: Vip, _token: str) -> None:
    hosting.stop_keeping(vip, now=timezone.now())


def _correct(request: HttpRequest, vip: Vip, token: str) -> HttpResponse:
    """Keep what they put right, at once; the page says so, and shows it."""
    form = CorrectionForm(request.POST, vip=vip)
    if not form.is_valid():
        return _page(request, vip, token, form=form, status=400)
    vip = correcting.correct(vip, form.about(), by=None, now=timezone.now())
    _speak_their_language(vip)
    return _page(request, vip, token, corrected=True, taken_out=form.cleaned().taken_out)


def _unknown(request: HttpRequest, vip: Vip, token: str) -> HttpResponse:
    return _page(request, vip, token, status=400)


ACTS: dict[str, Callable[[HttpRequest, Vip, str], HttpResponse | None]] = {
    "more": _want_more,
    "not_now": _not_now,
    "stop_keeping": _stop_keeping,
    "correct": _correct,
}
"""What the buttons do, by their value; None leads back to the page."""


def _speak_their_language(vip: Vip) -> None:
    """In the language that we know they read, else in that of their browser. @outside ends it with the request."""
    if language := language_known(vip.language):
        translation.activate(language)


def _page(
    request: HttpRequest,
    vip: Vip,
    token: str,
    *,
    form: CorrectionForm | None = None,
    refusal: object = None,
    corrected: bool = False,
    taken_out: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """The page as things stand."""
    language = language_known(translation.get_language() or "") or "en"
    talk = talk_ahead(vip, timezone.now())
    zone = time_zone(talk.host.zone if talk and talk.host else "UTC")
    context = {
        "token": token,
        "vip": vip,
        "company": vip.workspace.name,
        "contact": vip.workspace.privacy_contact,
        "host": vip.host,
        "host_title": vip.host.employee.title if vip.host and vip.host.employee else "",
        "sources": notice.sources_of(vip, language),
        "talk": talk,
        "talk_day": _day(talk.starts_at.astimezone(zone)) if talk else "",
        "talk_time": f"{talk.starts_at.astimezone(zone):%H:%M}" if talk else "",
        "talk_zone": str(zone),
        "said": _said(vip),
        "role_differs": vip.referrals.filter(announced_on__isnull=False).exclude(job=vip.job).exists(),
        "country": dict(COUNTRIES).get(vip.country, ""),
        "their_language": dict(settings.LANGUAGES).get(language_known(vip.language), vip.language),
        "waits_for_answer": vip.more_wanted_on is not None
        and (vip.step == Step.ANSWER or vip.contacted_at is None),
        "answer_by": _answer_by(vip, timezone.now()),
        "said_not_now": vip.closed_on is not None and vip.stage == VipStage.TALKING,
        "may_say_not_now": vip.closed_on is None
        and (vip.stage in {VipStage.CONTACTED, VipStage.TALKING} or vip_letters.may_hold_it(vip)),
        "contacted_on": _day(vip.contacted_at),
        "answered_on": _day(vip.answered_on),
        "erased_on": _day(vip.retain_until),
        "kept_until": _day(vip.keep_consent_until),
        "hired": vip.stage == VipStage.HIRED,
        "keep": KEEP,
        "keep_means": KEEP_MEANS,
        "form": form or CorrectionForm(vip=vip),
        "refusal": refusal,
        "corrected": corrected,
        "taken_out": taken_out,
        "notice": _notice(vip, vip.host, language),
    }
    return show(request, "outside/vip.html", context, status=status)


def _answer_by(vip: Vip, now: datetime) -> str:
    """The day by which an answer is promised to them; "" where that is over."""
    if vip.due_at is None or vip.due_at <= now:
        return ""
    return _day(vip.due_at.astimezone(time_zone(vip.host.zone if vip.host else "UTC")))


def _day(day: date | None) -> str:
    """A day as it is written in the reader's language; in English not as only Americans do."""
    english = (translation.get_language() or "en").startswith("en")
    return date_format(day, "j F Y" if english else "DATE_FORMAT") if day else ""


def _said(vip: Vip) -> list[dict[str, str]]:
    """For which role they were named, when, and in which words; what we hold of a veiled name is the week alone."""
    told = []
    for referral in vip.referrals.filter(announced_on__isnull=False).select_related("job").order_by("pk"):
        day = _day(referral.came_on)
        when = gettext("in the week of %(day)s") % {"day": day} if referral.terms in VEILED else day
        told.append({"role": str(referral.job), "when": when, "why": referral.why})
    return told


def _notice(vip: Vip, host: User | None, language: str) -> Any:
    """The notice by its headings; nothing while the company has not filled it in."""
    try:
        return notice.parts_of(vip, host, language)
    except Refusal:
        return ()
