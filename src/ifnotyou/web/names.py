"""The people named, for those who recruit: why, on whose word as far as that may be told, and by when."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ifnotyou.models import Letter, ReceiptLine, Role, User, Vip, Weighing
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import LetterState
from ifnotyou.playbook.people import first_name
from ifnotyou.queries.names import (
    MAY_SEE,
    has_opted_out,
    line_of,
    may_act_for,
    names_page,
    names_visible_to,
    perhaps_same_as,
    vips_visible_to,
)
from ifnotyou.services import anonymous, audit, vips
from ifnotyou.web.access import user_of
from ifnotyou.web.filing_card import section as filing_section
from ifnotyou.web.filing_forms import WhereForm
from ifnotyou.web.host_card import HostCard, card_of
from ifnotyou.web.hosting_forms import AsideForm, StepForm
from ifnotyou.web.name_forms import NOTICE_HOW, ContactForm, QuestionForm
from ifnotyou.web.paging import page_number
from ifnotyou.web.scheduling import section as talks_section


@require_GET
def show_names(request: HttpRequest) -> HttpResponse:
    """Everybody who was named and announced, the newest week first."""
    page = names_page(user_of(request), page_number(request), timezone.now().date())
    return render(request, "names/list.html", {"page": page})


@require_GET
def show_name(request: HttpRequest, vip_id: int) -> HttpResponse:
    """One of them: who hosts, what comes next, what we hold, why, and what may be said of the source."""
    vip = vip_of(request, vip_id)
    audit.write_seen(user_of(request), vip)
    return page_of_name(request, vip)


@require_POST
def contacted(request: HttpRequest, vip_id: int) -> HttpResponse:
    """Somebody has been in touch, and the notice was given."""
    vip = vip_to_act_for(request, vip_id)
    form = ContactForm(request.POST, vip=vip)
    if not form.is_valid():
        return page_of_name(request, vip, contact_form=form, status=400)
    user = user_of(request)
    return _do(request, vip, lambda: vips.say_contacted(vip, form.contact(), by=user, now=timezone.now()))


@require_POST
def join(request: HttpRequest, vip_id: int) -> HttpResponse:
    """Two of them are the same person."""
    vip, user = vip_of(request, vip_id), user_of(request)
    asked = request.POST.get("other", "")
    other = next((one for one in perhaps_same_as(vip, user) if str(one.pk) == asked), None)
    if other is None:
        refusal = Refusal("not_same", "This other name is no longer here, or is not like this one.")
        return page_of_name(request, vip, refusal=refusal, status=409)
    try:
        kept = vips.join(vip, other, by=user)
    except Refusal as refusal:
        return page_of_name(request, vip, refusal=refusal, status=409)
    messages.success(request, "Joined: one person, one page.")
    return redirect("name", kept.pk)


@require_POST
def ask_question(request: HttpRequest, vip_id: int) -> HttpResponse:
    """A question to whoever named them anonymously, by way of the receipt."""
    vip, user = vip_of(request, vip_id), user_of(request)
    asked = request.POST.get("referral", "")
    names = names_visible_to(user).filter(vip=vip, terms=Terms.ANONYMOUS).select_related("job")
    referral = next((one for one in names if str(one.pk) == asked), None)
    if referral is None:
        refusal = Refusal("not_anonymous", "Only whoever gave a name anonymously is asked by this way.")
        return page_of_name(request, vip, refusal=refusal, status=409)
    form = QuestionForm(request.POST, prefix=_prefix(referral.pk))
    if not form.is_valid():
        return page_of_name(request, vip, question_form=form, status=400)
    text = form.cleaned_data["text"]
    return _do(request, vip, lambda: anonymous.ask_question(referral, text, user, timezone.now()))


def vip_to_act_for(request: HttpRequest, vip_id: int) -> Vip:
    """Somebody named for whom this user may do something: 404 where they may not even see them, else 403."""
    vip = vip_of(request, vip_id)
    if not may_act_for(user_of(request), vip):
        raise PermissionDenied
    return vip


def vip_of(request: HttpRequest, vip_id: int) -> Vip:
    """Somebody named whom this user may see, else 404."""
    visible = vips_visible_to(user_of(request)).select_related("host", "proposed", "job")
    return get_object_or_404(visible, pk=vip_id)


def _do(request: HttpRequest, vip: Vip, service: Callable[[], object]) -> HttpResponse:
    """Call the service and show the page, or why not."""
    try:
        service()
    except Refusal as refusal:
        return page_of_name(request, vip_of(request, vip.pk), refusal=refusal, status=409)
    messages.success(request, "Kept.")
    return redirect("name", vip.pk)


def page_of_name(
    request: HttpRequest,
    vip: Vip,
    *,
    refusal: Refusal | None = None,
    contact_form: ContactForm | None = None,
    question_form: QuestionForm | None = None,
    step_form: StepForm | None = None,
    aside_form: AsideForm | None = None,
    where_form: WhereForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one person, with what somebody just tried and could not do."""
    user, now = user_of(request), timezone.now()
    line = line_of(vip, user, now.date())
    letters = list(Letter.objects.filter(vip=vip).select_related("by").order_by("sent_at", "pk"))
    host = card_of(vip, user, line.notices, letters, now)
    opted_out = has_opted_out(vip, user.workspace)
    may_contact = host.acts and vip.contacted_at is None and not opted_out
    context = {
        **talks_section(vip, user),
        **filing_section(vip, user, where_form),
        "line": line,
        "vip": vip,
        "them": first_name(vip.name),
        "host": host,
        "letters": [letter for letter in letters if letter.state == LetterState.SENT],
        "step_form": (step_form or StepForm(host=vip.host, now=now)) if vip.host and host.contacted else None,
        "aside_form": _aside_form(aside_form, vip, user, host),
        "told": [_told(one.referral.pk, one, question_form) for one in line.given],
        "opted_out": opted_out,
        "notice_how": dict(NOTICE_HOW).get(vip.notice_how, vip.notice_how),
        "forget_address": f"{settings.PUBLIC_URL}{reverse('forget_me', args=[vip.forget_token])}"
        if vip.forget_token
        else "",
        "contact_form": (contact_form or ContactForm(vip=vip)) if may_contact else None,
        "others": perhaps_same_as(vip, user),
        "weighings": _weighings(vip, user),
        "may_list": user.role in MAY_SEE,
        "may_weigh": user.role == Role.STEWARD,
        "refusal": refusal,
    }
    return render(request, "names/name.html", context, status=status)


def _aside_form(tried: AsideForm | None, vip: Vip, user: User, host: HostCard) -> AsideForm | None:
    """For whoever recruits, where something says that nobody may write."""
    if tried is not None:
        return tried
    if not user.recruits or vip.set_aside or not host.aside_reasons:
        return None
    return AsideForm(reasons=host.aside_reasons)


def _told(key: int, given: object, tried: QuestionForm | None) -> dict[str, object]:
    """One referral with what was said by way of its receipt, and the form for a question."""
    prefix = _prefix(key)
    form = tried if tried is not None and tried.prefix == prefix else QuestionForm(prefix=prefix)
    lines = ReceiptLine.objects.filter(referral=key).order_by("said_on", "-from_host", "pk")
    return {"given": given, "lines": list(lines), "question_form": form}


def _weighings(vip: Vip, user: User) -> list[Weighing]:
    """For the steward alone: what was weighed or is."""
    if user.role != Role.STEWARD:
        return []
    return list(Weighing.objects.filter(referral__vip=vip).order_by("opened_on", "pk"))


def _prefix(key: int) -> str:
    return f"question-{key}"
