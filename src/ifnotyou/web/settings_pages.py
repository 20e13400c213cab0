"""My settings, and the company's."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings as django_settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ifnotyou.connectors.mail.services import NAME_IN_ADDRESS, SERVICES
from ifnotyou.models import Employee, Mailbox, User, Workspace
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries.people import held_about
from ifnotyou.services import inbound, mailboxes
from ifnotyou.services import people as service
from ifnotyou.web.access import user_of
from ifnotyou.web.chat_forms import TellingForm, how_told
from ifnotyou.web.forms import AskingForm, MailboxForm, MeForm, WorkspaceForm
from ifnotyou.web.scheduling_forms import CalendarForm, HoursForm, hours_and_calendar

_MAILBOX_OF_REPLIES = frozenset(
    {
        "inbound_host",
        "inbound_port",
        "inbound_security",
        "inbound_username",
        "inbound_password",
        "inbound_address",
    }
)


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """My settings. Posting keeps name, time zone and which mails I want."""
    user = user_of(request)
    if request.method != "POST":
        return my_page(request)
    # A form writes into the row it is given even where it refuses: not into the one that the page shows.
    form = MeForm(request.POST, instance=User.objects.get(pk=user.pk))
    if not form.is_valid():
        return my_page(request, me_form=form)
    service.change_me(user, form.cleaned_data)
    messages.success(request, "That is kept.")
    return redirect("me")


@require_POST
def my_asking(request: HttpRequest) -> HttpResponse:
    """Whether I may be asked to ask, and until when I am away."""
    user = user_of(request)
    form = AskingForm(request.POST, instance=get_object_or_404(Employee, user=user))
    if not form.is_valid():
        return my_page(request, asking_form=form)
    service.change_my_asking(
        user, open_to_asking=not form.cleaned_data["rather_not"], away_until=form.cleaned_data["away_until"]
    )
    messages.success(request, "That is kept.")
    return redirect("me")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """The company's settings. Keeping another mailbox for replies tries it at once."""
    admin = user_of(request)
    workspace = Workspace.objects.get(pk=admin.workspace_id)
    form = WorkspaceForm(request.POST or None, instance=workspace)
    if request.method != "POST" or not form.is_valid():
        return _settings_page(request, form, status=400 if request.method == "POST" else 200)
    different = service.change_workspace(admin.workspace, form.cleaned_data, by=admin)
    if admin.workspace.inbound_host and (
        _MAILBOX_OF_REPLIES.intersection(different) or inbound.trouble_of(admin.workspace)
    ):
        try:
            inbound.try_mailbox(admin.workspace, now=timezone.now())
        except Refusal:
            fresh = WorkspaceForm(instance=Workspace.objects.get(pk=admin.workspace_id))
            return _settings_page(request, fresh, status=409)
        messages.success(request, "That is kept, and the mailbox for replies let us in.")
        return redirect("settings")
    messages.success(request, "That is kept.")
    return redirect("settings")


def _settings_page(request: HttpRequest, form: WorkspaceForm, *, status: int) -> HttpResponse:
    # As it is kept, not as somebody is about to change it: a form writes into its own row even where it refuses.
    kept = user_of(request).workspace
    chosen = SERVICES.get(kept.inbound_service)
    return render(
        request,
        "settings/workspace.html",
        {
            "form": form,
            "kept": kept,
            "trouble": inbound.trouble_of(kept),
            "hook": _hook_of(kept, signs=chosen.signs) if chosen else "",
            "chosen": chosen,
        },
        status=status,
    )


def _hook_of(workspace: Workspace, *, signs: bool) -> str:
    """The address that the mail service has to call, as an admin types it there."""
    path = reverse("mail_hook", args=[workspace.pk, workspace.inbound_service])
    scheme, _, host = django_settings.PUBLIC_URL.partition("://")
    return f"{scheme}://{'' if signs else f'{NAME_IN_ADDRESS}:PASSWORD@'}{host}{path}"


def my_page(
    request: HttpRequest,
    *,
    me_form: MeForm | None = None,
    asking_form: AskingForm | None = None,
    mailbox_form: MailboxForm | None = None,
    mailbox_refusal: Refusal | None = None,
    hours_form: HoursForm | None = None,
    calendar_form: CalendarForm | None = None,
    calendar_refusal: Refusal | None = None,
    telling_form: TellingForm | None = None,
    telling_refusal: Refusal | None = None,
) -> HttpResponse:
    """The page of my settings, with what somebody just tried and could not do."""
    user = user_of(request)
    mailbox = Mailbox.objects.filter(user=user).first()
    at_server = mailbox is None or not mailboxes.makes_drafts(mailbox)
    new_mailbox = MailboxForm(instance=mailbox, initial={} if mailbox else {"address": user.email})
    employee = Employee.objects.filter(user=user).first()
    wrong = me_form or asking_form or mailbox_form or hours_form or calendar_form or telling_form
    refused = mailbox_refusal or calendar_refusal or telling_refusal
    return render(
        request,
        "settings/me.html",
        {
            "me_form": me_form or MeForm(instance=user),
            "asking_form": asking_form or (AskingForm(instance=employee) if employee else None),
            "mailbox_form": mailbox_form or new_mailbox,
            "mailbox_refusal": mailbox_refusal,
            "mailbox": mailbox,
            "at_server": at_server,
            "mailbox_label": mailboxes.label_of(mailbox) if mailbox else "",
            "providers": mailboxes.choices(),
            "employee": employee,
            "held": held_about(employee) if employee else [],
            "second_factor": is_mfa_enabled(user),
            **hours_and_calendar(
                user,
                hours_form=hours_form,
                calendar_form=calendar_form,
                calendar_refusal=calendar_refusal,
            ),
            **how_told(user, telling_form=telling_form, telling_refusal=telling_refusal),
        },
        status=409 if refused else 400 if wrong else 200,
    )
