"""Times to talk: what a host could offer, the talk that is agreed on; and the host's hours and calendar."""

from __future__ import annotations

from datetime import datetime, tzinfo

from allauth.decorators import rate_limit
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ifnotyou.models import Calendar, Talk, User, Vip
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import HOSTED, IN_TOUCH
from ifnotyou.playbook.times import USUAL_MINUTES, moment_in_words
from ifnotyou.queries.names import may_act_for, vips_visible_to
from ifnotyou.queries.places import zone_there
from ifnotyou.queries.talks import talk_ahead
from ifnotyou.queries.working_time import working_time_of
from ifnotyou.services import calendars, people, scheduling
from ifnotyou.services.vip_letters import first_language
from ifnotyou.web.access import user_of
from ifnotyou.web.scheduling_forms import CalendarForm, HoursForm, LookForm, TalkForm
from ifnotyou.web.settings_pages import my_page

_PAGE = "scheduling/times.html"
_TALK = "scheduling/talk.html"


def section(vip: Vip, user: User) -> dict[str, object]:
    """What the page of somebody named shows of talks, for templates/scheduling/section.html. Asks no calendar."""
    now = timezone.now()
    talk = talk_ahead(vip, now)
    may = may_act_for(user, vip)
    return {
        "talk": talk,
        "talk_told": _told(talk.starts_at, vip, talk.host or user, now) if talk else None,
        "may_offer_times": may and vip.stage in HOSTED,
        "may_agree": may and vip.stage in IN_TOUCH,
    }


@require_GET
def times(request: HttpRequest, vip_id: int) -> HttpResponse:
    """Three times that could be offered; the one page that looks into the host's calendar."""
    vip = _vip(request, vip_id)
    host, now = _host(vip, request), timezone.now()
    form = LookForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    minutes = asked.get("minutes") or USUAL_MINUTES
    language = asked.get("language") or first_language(vip)
    found, refusal = None, None
    try:
        found = scheduling.times_for(vip, host, now=now, minutes=minutes)
    except Refusal as error:
        refusal = error
    context = {
        "vip": vip,
        "host": host,
        "mine": host == request.user,
        "minutes": minutes,
        "language": language,
        "look_form": LookForm(initial={"minutes": minutes, "language": language}),
        "found": found,
        "refusal": refusal,
        "told": [_told(moment, vip, host, now) for moment in found.moments] if found else [],
        "offer": scheduling.offer_times(found, host, language) if found else host.booking_link,
        "may_agree": vip.stage in IN_TOUCH,
    }
    template = f"{_PAGE}#times" if request.htmx else _PAGE  # type: ignore[attr-defined]
    return render(request, template, context, status=409 if refusal and not request.htmx else 200)  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest, vip_id: int) -> HttpResponse:
    """A time that both agreed on: kept, and the next step until then."""
    vip = _vip(request, vip_id)
    host, now = _host(vip, request), timezone.now()
    talk = talk_ahead(vip, now)
    if request.method != "POST":
        return _talk_page(request, vip, TalkForm(host=host, talk=talk, initial=_chosen(request)))
    form = TalkForm(request.POST, host=host)
    if not form.is_valid():
        return _talk_page(request, vip, form, status=400)
    answers = form.cleaned_data
    try:
        scheduling.agree(
            vip,
            starts_at=answers["when"],
            minutes=answers["minutes"],
            place=answers["place"],
            by=user_of(request),
            now=now,
        )
    except Refusal as refusal:
        return _talk_page(request, vip, form, refusal=refusal, status=409)
    messages.success(request, "Kept. The invitation is on this page, for them and for your own calendar.")
    return redirect("name", vip.pk)


@require_POST
def call_off(request: HttpRequest, vip_id: int, talk_id: int) -> HttpResponse:
    """The talk does not take place."""
    vip = _vip(request, vip_id)
    talk = get_object_or_404(Talk, pk=talk_id, vip=vip)
    try:
        scheduling.call_off(talk, by=user_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.text)
        return redirect("name", vip.pk)
    return render(request, "scheduling/off.html", {"vip": vip, "talk": talk})


@require_GET
def invitation(request: HttpRequest, vip_id: int, talk_id: int) -> HttpResponse:
    """The invitation as a file, for the host to send along and to take into their own calendar."""
    vip = _vip(request, vip_id)
    return invitation_file(get_object_or_404(Talk, pk=talk_id, vip=vip))


def invitation_file(talk: Talk) -> HttpResponse:
    """The answer that a browser keeps as talk.ics."""
    return HttpResponse(
        scheduling.invitation_of(talk),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="talk.ics"'},
    )


@require_POST
def my_hours(request: HttpRequest) -> HttpResponse:
    """When I work."""
    user = user_of(request)
    form = HoursForm(request.POST, instance=User.objects.get(pk=user.pk))
    if not form.is_valid():
        return my_page(request, hours_form=form)
    people.change_me(user, form.cleaned_data)
    messages.success(request, "That is kept.")
    return redirect("me")


@sensitive_post_parameters()
@require_POST
@rate_limit(action="try_mailbox")
def my_calendar(request: HttpRequest) -> HttpResponse:
    """Keep where my calendar is, and try it at once."""
    user = user_of(request)
    form = CalendarForm(request.POST, instance=Calendar.objects.filter(user=user).first())
    if not form.is_valid():
        return my_page(request, calendar_form=form)
    return _tried(request, calendars.connect_calendar(user, **form.cleaned_data))


@require_POST
@rate_limit(action="try_mailbox")
def my_calendar_try(request: HttpRequest) -> HttpResponse:
    """Read my calendar once."""
    return _tried(request, get_object_or_404(Calendar, user=user_of(request)))


@require_POST
def my_calendar_remove(request: HttpRequest) -> HttpResponse:
    """Forget my calendar."""
    calendars.remove_calendar(user_of(request))
    messages.success(request, "Your calendar's address and password are forgotten here.")
    return redirect("me")


def _tried(request: HttpRequest, calendar: Calendar) -> HttpResponse:
    try:
        calendars.try_calendar(calendar, now=timezone.now())
    except Refusal as refusal:
        return my_page(request, calendar_refusal=refusal)
    messages.success(request, "It works: we could see when you are busy. Nothing of it is kept.")
    return redirect("me")


def _talk_page(
    request: HttpRequest, vip: Vip, form: TalkForm, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "vip": vip,
        "form": form,
        "refusal": refusal,
        "talk": talk_ahead(vip, timezone.now()),
        "may_agree": vip.stage in IN_TOUCH,
    }
    return render(request, _TALK, context, status=status)


def _vip(request: HttpRequest, vip_id: int) -> Vip:
    """As web/names.vip_to_act_for, whose page shows our section: 404 where they may not even see them, else 403."""
    vip = get_object_or_404(vips_visible_to(user_of(request)), pk=vip_id)
    if not may_act_for(user_of(request), vip):
        raise PermissionDenied
    return vip


def _host(vip: Vip, request: HttpRequest) -> User:
    """Whose time it is: the host's; of somebody whom nobody has taken yet, that of whoever asks."""
    return vip.host or user_of(request)


def _chosen(request: HttpRequest) -> dict[str, str]:
    """What a link of the page of times fills in."""
    return {name: request.GET[name] for name in ("when", "minutes") if name in request.GET}


def _told(moment: datetime, vip: Vip, host: User, now: datetime) -> dict[str, object]:
    """A time as it is shown: by the host's clock, and by theirs where it is known and another."""
    zone = working_time_of(host).zone
    return {
        "words": moment_in_words(moment, zone),
        "theirs": _by_their_clock(moment, zone, zone_there(vip.country, now) if vip.country else None),
        "local": f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}",
    }


def _by_their_clock(moment: datetime, zone: tzinfo, theirs: tzinfo | None) -> str:
    if theirs is None or moment.astimezone(theirs).utcoffset() == moment.astimezone(zone).utcoffset():
        return ""
    return moment_in_words(moment, theirs)
