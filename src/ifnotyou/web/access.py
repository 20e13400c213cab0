"""Who may open which page: one table, and the middleware that holds every request to it.

The same table stands in docs/permissions.md; tests hold page, table and document
to each other. A route that is not in the table is an error, not a public page.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect
from django_scopes import scope

from ifnotyou.counting import MINUTE, too_often
from ifnotyou.models import ADMINS, EVERYONE, HOSTS, KEEPERS, RECRUITERS, STEWARDS, User, Workspace
from ifnotyou.services.sessions import note_seen
from ifnotyou.web.errors import too_many

ANYBODY = frozenset({"anybody"})
"""Signed in or not."""

ACCESS: dict[str, frozenset[str]] = {
    "declines": RECRUITERS,
    "decline": RECRUITERS,
    "decline_record": RECRUITERS,
    "decline_decide": RECRUITERS,
    "decline_hand_over": RECRUITERS,
    "decline_take_back": RECRUITERS,
    "decline_enjoyed": RECRUITERS,
    "decline_opt_out": RECRUITERS,
    "cards": EVERYONE,
    "card": EVERYONE,
    "card_write": EVERYONE,
    "card_tone": EVERYONE,
    "card_preview": EVERYONE,
    "card_send": EVERYONE,
    "card_take_along": EVERYONE,
    "card_draft": EVERYONE,
    "card_note": EVERYONE,
    "card_talk": EVERYONE,
    "card_pass_on": EVERYONE,
    "card_say": EVERYONE,
    "card_answer": EVERYONE,
    "card_reply": EVERYONE,
    "card_names": EVERYONE,
    "card_take_back": EVERYONE,
    "card_thanks": EVERYONE,
    "card_weighing": EVERYONE,
    "replies": EVERYONE,
    "reply": EVERYONE,
    "reply_throw_away": EVERYONE,
    # The people named
    "names": RECRUITERS | STEWARDS,
    "name": EVERYONE,
    "name_contacted": HOSTS,
    "name_join": RECRUITERS,
    "name_question": RECRUITERS,
    # Hosting: whoever hosts, or is proposed, and those who recruit
    "board": EVERYONE,
    "board_move": HOSTS,
    "board_export": RECRUITERS,
    "name_take": HOSTS,
    "name_give_back": HOSTS,
    "name_hand_on": HOSTS,
    "name_say": HOSTS,
    "name_next": HOSTS,
    "name_set_aside": RECRUITERS,
    "name_correct": HOSTS,
    "name_role": HOSTS,
    "name_write": HOSTS,
    "name_tone": HOSTS,
    "name_preview": HOSTS,
    "name_send": HOSTS,
    "name_take_along": HOSTS,
    "name_draft": HOSTS,
    "name_letter": HOSTS,
    "name_letter_say": HOSTS,
    "name_times": HOSTS,
    "name_talk": HOSTS,
    "name_talk_off": HOSTS,
    "name_invitation": HOSTS,
    "introduction_arrived": EVERYONE,
    "insights": RECRUITERS,
    "insights_data": RECRUITERS,
    "insights_picture": RECRUITERS,
    "off_limits": RECRUITERS | STEWARDS,
    "off_limits_remove": KEEPERS,
    # The steward's; who gave a name in confidence is weighed by the steward alone
    "privacy": KEEPERS,
    "privacy_person": KEEPERS,
    "privacy_request": KEEPERS,
    "privacy_answered": KEEPERS,
    "privacy_erase": KEEPERS,
    "weighing_open": STEWARDS,
    "weighing": STEWARDS,
    # People without an account
    "personal_page": ANYBODY,
    "anonymous_page": ANYBODY,
    "receipt": ANYBODY,
    "forget_me": ANYBODY,
    "vip_page": ANYBODY,
    "vip_page_talk": ANYBODY,
    "mail_hook": ANYBODY,
    "chat_hook": ANYBODY,
    "ats_hook": ANYBODY,
    # The systems for applicants
    "connections": RECRUITERS,
    "connection": RECRUITERS,
    "connection_try": RECRUITERS,
    "connection_answers": RECRUITERS,
    "connection_hook": RECRUITERS,
    "connection_read": RECRUITERS,
    "connection_progress": RECRUITERS,
    "connection_pause": RECRUITERS,
    "connection_filing": RECRUITERS,
    "connection_remove": RECRUITERS,
    "connection_again": RECRUITERS,
    "name_filing": RECRUITERS,
    # Files
    "imports": RECRUITERS,
    "import_upload": RECRUITERS,
    "import": RECRUITERS,
    "import_take_in": RECRUITERS,
    "import_throw_away": RECRUITERS,
    "import_columns": RECRUITERS,
    "audit": KEEPERS,
    "home": EVERYONE,
    "healthz": ANYBODY,
    # Signing in
    "welcome": ANYBODY,
    "account_login": ANYBODY,
    "account_logout": EVERYONE,
    "account_inactive": ANYBODY,
    "sign_in_link_ask": ANYBODY,
    "sign_in_link": ANYBODY,
    "sign_in_with": ANYBODY,
    "sign_in_back": ANYBODY,
    "mfa_login_webauthn": ANYBODY,
    "invitation": ANYBODY,
    "mfa_authenticate": ANYBODY,
    # My settings
    "me": EVERYONE,
    "my_asking": EVERYONE,
    "my_telling": EVERYONE,
    "my_mailbox": EVERYONE,
    "my_mailbox_connect": EVERYONE,
    "my_mailbox_back": EVERYONE,
    "my_mailbox_try": EVERYONE,
    "my_mailbox_remove": EVERYONE,
    "my_hours": EVERYONE,
    "my_calendar": EVERYONE,
    "my_calendar_try": EVERYONE,
    "my_calendar_remove": EVERYONE,
    "my_tokens": EVERYONE,
    "my_token_new": EVERYONE,
    "my_token_revoke": EVERYONE,
    "account_change_password": EVERYONE,
    "account_set_password": EVERYONE,
    "account_reauthenticate": EVERYONE,
    "mfa_reauthenticate": EVERYONE,
    "mfa_reauthenticate_webauthn": EVERYONE,
    "mfa_index": EVERYONE,
    "mfa_list_webauthn": EVERYONE,
    "mfa_add_webauthn": EVERYONE,
    "mfa_edit_webauthn": EVERYONE,
    "mfa_remove_webauthn": EVERYONE,
    "my_sessions": EVERYONE,
    "my_sessions_end": EVERYONE,
    "mfa_activate_totp": EVERYONE,
    "mfa_deactivate_totp": EVERYONE,
    "mfa_view_recovery_codes": EVERYONE,
    "mfa_generate_recovery_codes": EVERYONE,
    "mfa_download_recovery_codes": EVERYONE,
    # People and the company
    "people": ADMINS,
    "people_invite": ADMINS,
    "person": ADMINS,
    "person_role": ADMINS,
    "person_colleague": ADMINS,
    "person_again": ADMINS,
    "person_off": ADMINS,
    "person_on": ADMINS,
    "person_sign_out": ADMINS,
    "person_unlink": ADMINS,
    "settings": ADMINS,
    "mail_app": ADMINS,
    "mail_app_remove": ADMINS,
    "sign_in_providers": ADMINS,
    "sign_in_provider": ADMINS,
    "sign_in_provider_new": ADMINS,
    "sign_in_provider_remove": ADMINS,
    "listeners": ADMINS,
    "listener": ADMINS,
    "listener_change": ADMINS,
    "listener_secret": ADMINS,
    "listener_pause": ADMINS,
    "listener_try": ADMINS,
    "listener_again": ADMINS,
    "listener_remove": ADMINS,
    "chat": ADMINS,
    "chat_try": ADMINS,
    "chat_remove": ADMINS,
    "tokens": ADMINS,
    "token_revoke": ADMINS,
    "notice": KEEPERS,
    "doors": ADMINS,
    "learning": ADMINS,
    "learning_adopt": ADMINS,
    "learning_reset": ADMINS,
    "learning_freeze": ADMINS,
}
"""By route name. What somebody sees of a page besides is cut to them by queries/."""


def user_of(request: HttpRequest) -> User:
    """Whoever is signed in; the table has seen to it that somebody is."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


BEFORE_THE_WORKSPACE = frozenset(
    {
        "welcome",
        "healthz",
        "personal_page",
        "anonymous_page",
        "receipt",
        "forget_me",
        "vip_page",
        "vip_page_talk",
        "mail_hook",
        "chat_hook",
        "ats_hook",
    }
)
"""What there is before the first visitor made the workspace; every other page leads to the welcome."""


class AccessMiddleware:
    """Lets a request through only if its route is theirs, and opens the workspace of whoever is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next middleware."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Run the rest of the request inside the user's workspace; outside of one, every query for rows fails."""
        if _is_for_programs(request):
            response = self.get_response(request)
        elif request.user.is_authenticated:
            note_seen(request.session, request.user, request.META.get("HTTP_USER_AGENT", ""))
            with scope(workspace=request.user.workspace_id):
                response = self.get_response(request)
        else:
            response = self.get_response(request)
        # No page is for a shared cache, nor for the back button of whoever comes next.
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Look the route up in the table: None lets it through."""
        if _is_for_programs(request):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        allowed = ACCESS.get(name)
        if allowed is None:
            raise ImproperlyConfigured(f'The route "{name}" is not in the table of web/access.py.')
        if name not in BEFORE_THE_WORKSPACE and _nobody_was_here(request):
            return redirect("welcome")
        if allowed is ANYBODY:
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if request.user.role not in allowed:
            raise PermissionDenied
        if request.method == "POST" and too_often(
            f"forms/{request.user.pk}", settings.MOST_FORMS, within=MINUTE
        ):
            return too_many(request)
        return None


def _is_for_programs(request: HttpRequest) -> bool:
    """Whether the table of api/access.py decides: by a token, never by who is signed in."""
    return request.path_info.startswith("/api/")


def _nobody_was_here(request: HttpRequest) -> bool:
    return not request.user.is_authenticated and not Workspace.objects.exists()


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, and back to where they wanted to go; a fragment makes the whole page go there."""
    back = request.get_full_path() if request.method == "GET" else "/"
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect("/sign-in/")
    return redirect(f"/sign-in/?{urlencode({'next': back})}")
