"""Links that sign somebody in: one time, for a short while, and useless to a program that opens every link.

A link asked for by mail works only in the browser that asked: the browser keeps
a random text in its session, which is part of what the link is signed with.
Nothing of a link is stored. "One time" is the moment of the last sign-in, which
every link is signed with too: signing in makes all older links void.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from sesame.tokens import create_token, parse_token

from ifnotyou.models import User
from ifnotyou.services.later import later

BY_MAIL = timedelta(minutes=10)
AT_THE_CONSOLE = timedelta(hours=24)
INVITATION = timedelta(days=7)

_CONSOLE = "console"
_INVITATION = "invitation"


def ask_for_link(email: str, browser: str) -> None:
    """Have a link mailed to whoever signs in with this address; for an unknown one the same, without a mail."""
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    later("mail_sign_in_link", user_id=user.pk if user else 0, browser=browser)


def mail_link(user_id: int, browser: str) -> None:
    """Write the mail with the link that works in the browser of that name."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    _mail(
        user,
        "Your link to sign in to ifnotyou",
        "people/mail_link.txt",
        _address("sign_in_link", create_token(user, _of(browser))),
    )


def mail_invitation(user_id: int) -> None:
    """Write the mail that invites somebody, unless they were there already or were switched off meanwhile."""
    user = (
        User.objects.select_related("workspace").filter(pk=user_id, is_active=True, last_login=None).first()
    )
    if user is None:
        return
    _mail(
        user,
        f"{user.workspace.name} invites you to ifnotyou",
        "people/mail_invitation.txt",
        invitation_link(user),
    )


def invitation_link(user: User) -> str:
    """What the invited click: good for seven days."""
    return _address("invitation", create_token(user, _INVITATION))


def console_link(user: User) -> str:
    """A link for whoever sits at the server: in any browser, for a day, once."""
    return _address("sign_in_link", create_token(user, _CONSOLE))


def user_of_link(token: str, browser: str) -> User | None:
    """Whom this link signs in, in this browser; None where it is used, too old, of another browser or made up."""
    user: User | None = None
    if browser:
        user = parse_token(token, _active_user, scope=_of(browser), max_age=BY_MAIL)
    return user or parse_token(token, _active_user, scope=_CONSOLE, max_age=AT_THE_CONSOLE)


def user_of_invitation(token: str) -> User | None:
    """Who is invited by this link; None where it is used, too old or made up."""
    user: User | None = parse_token(token, _active_user, scope=_INVITATION, max_age=INVITATION)
    return user


def use_up(user: User) -> bool:
    """Make every link of theirs void. False when somebody else did so since `user` was read: one click wins."""
    now = timezone.now()
    won = User.objects.filter(pk=user.pk, is_active=True, last_login=user.last_login).update(last_login=now)
    user.last_login = now
    return bool(won)


def _of(browser: str) -> str:
    return f"browser:{browser}"


def _active_user(pk: int) -> User | None:
    return User.objects.filter(pk=pk, is_active=True).first()


def _address(route: str, token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(route, args=[token])}"


def _mail(user: User, subject: str, template: str, link: str) -> None:
    words = render_to_string(template, {"user": user, "link": link})
    # A line break in a company's name must not become a header of the mail.
    send_mail(" ".join(subject.split()), words, None, [user.email])
