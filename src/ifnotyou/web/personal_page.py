"""The candidate's own page: a name, an introduction, nobody, or peace; and to take back what was given.

Opening it does nothing. It shows how many names were given and on which terms, never the names: mail scanners open
links too. What a button does is done once, however often it is pressed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods
from django_scopes import scope

from ifnotyou.counting import too_often
from ifnotyou.models import Ask
from ifnotyou.playbook.asking import CLAIMED, AskState
from ifnotyou.playbook.cues import Work, work_of
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.letters import spoken_title
from ifnotyou.queries.pages import ask_of_page
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import pages, personal, referrals
from ifnotyou.services.reading import Cleaned, clean
from ifnotyou.web.outside import outside, see, sender_mark, show
from ifnotyou.web.personal_forms import NameForm

MOST_AN_HOUR = 20
"""Buttons pressed on one page, or by one sender, within the hour."""

CUES: dict[Work, str | Promise] = {
    Work.DATA: gettext_lazy("Whoever found out why the figures were wrong, perhaps, when nobody else could."),
    Work.DESIGN: gettext_lazy("Whoever drew the version, perhaps, that suddenly needed no explaining."),
    Work.PRODUCT: gettext_lazy("Whoever asked, perhaps, the question that made the whole plan simpler."),
    Work.ENGINEERING: gettext_lazy("Whoever you wanted beside you, perhaps, when something broke at night."),
    Work.SALES: gettext_lazy("Whoever the customers asked for by name, perhaps, years later."),
    Work.MARKETING: gettext_lazy("Whoever found the words, perhaps, that everybody used from then on."),
    Work.PEOPLE: gettext_lazy("Whoever people went to, perhaps, when something was hard to say."),
    Work.MONEY: gettext_lazy("Whoever saw it coming, perhaps, and said so in a way that helped."),
    Work.CARE: gettext_lazy("Whoever stayed calm and kind, perhaps, on the worst day of the year."),
    Work.ANY: gettext_lazy("Whoever you would call first, perhaps, if you had to do it all again."),
}
"""A little help to remember, by the kind of work; about the past, never about a present team."""

REFUSALS: dict[str, str | Promise] = {
    "enough": gettext_lazy("Thank you: that is as many names as we take from one person."),
    "contacted": gettext_lazy(
        "Somebody has been in touch with them already, so it can no longer be changed or taken back here. "
        "They can tell us at any time to forget them."
    ),
    "gave_a_name": gettext_lazy("You have given a name already. If you would rather not have, take it back."),
    "filled": gettext_lazy("This role is no longer open, so nothing was kept."),
}
OTHER_REFUSAL = gettext_lazy("This is not possible any more, so nothing was changed.")

PERMISSION = gettext_lazy("You may say it was me")
PERMISSION_MEANS = gettext_lazy(
    "When we write to them, we tell them that you suggested them. You can take this back until we have told them."
)


@outside
@require_http_methods(["GET", "HEAD", "POST"])
def personal_page(request: HttpRequest, token: str) -> HttpResponse:
    """The page, or what one of its buttons does."""
    ask = ask_of_page(token)
    if ask is None or ask.state not in CLAIMED:
        return show(request, "outside/closed.html", {}, status=404)
    with scope(workspace=ask.workspace_id):
        if _is_past(ask):
            return show(request, "outside/closed.html", {}, status=410)
        if request.method != "POST":
            return _page(request, ask)
        if too_often(f"page {ask.pk}", MOST_AN_HOUR) | too_often(sender_mark(request), MOST_AN_HOUR):
            return show(request, "outside/too_many.html", {}, status=429)
        act = ACTS.get(request.POST.get("do", ""), _unknown)
        try:
            return act(request, ask) or see("personal_page", token)
        except Refusal as refusal:
            ask.refresh_from_db()
            return _page(request, ask, refusal=refusal, status=409)


def _give_name(request: HttpRequest, ask: Ask) -> HttpResponse | None:
    """Keep a name, after a second look where something was taken out or is better left unwritten."""
    _refuse_closed_role(ask)
    form = NameForm(request.POST)
    if not form.is_valid():
        return _page(request, ask, form=form, status=400)
    cleaned = clean(form.given(), welcome_address=form.cleaned_data["welcome"], region=ask.workspace.country)
    given = cleaned.given
    nobody = not (given.name or given.found_at or given.email)
    if nobody or (form.is_only_address() and not given.email):
        form.add_error("who", _nothing_left(cleaned))
        return _page(request, ask, form=form, status=400)
    if (cleaned.taken_out or cleaned.remarks) and "as_it_is" not in request.POST:
        context = {"form": form, "cleaned": cleaned, "terms": form.cleaned_data["terms"].value}
        return show(request, "outside/personal_look.html", _about(ask) | context)
    terms = form.cleaned_data["terms"]
    wording = f"{PERMISSION}: {PERMISSION_MEANS}"
    kept = personal.give_name(
        ask, given, terms, wording=wording, wants_word=form.cleaned_data["word"], now=timezone.now()
    )
    # Somebody who asked us not to keep their name: nobody reads that from this page.
    return None if kept else _page(request, ask, also=[(terms, form.cleaned_data["word"])])


def _introduce(_request: HttpRequest, ask: Ask) -> None:
    _refuse_closed_role(ask)
    referrals.give(ask, Given(""), Terms.INTRODUCE, now=timezone.now())


def _nobody(_request: HttpRequest, ask: Ask) -> None:
    personal.say_nobody(ask, now=timezone.now())


def _never_again(_request: HttpRequest, ask: Ask) -> None:
    personal.say_never_again(ask, now=timezone.now())


def _take_back(_request: HttpRequest, ask: Ask) -> None:
    referrals.take_back(ask, now=timezone.now())


def _tell_me(_request: HttpRequest, ask: Ask) -> None:
    referrals.wish_for_word(ask, wanted=True)


def _never_mind(_request: HttpRequest, ask: Ask) -> None:
    referrals.wish_for_word(ask, wanted=False)


def _unknown(request: HttpRequest, ask: Ask) -> HttpResponse:
    return _page(request, ask, status=400)


ACTS: dict[str, Callable[[HttpRequest, Ask], HttpResponse | None]] = {
    "name": _give_name,
    "introduce": _introduce,
    "nobody": _nobody,
    "never": _never_again,
    "take_back": _take_back,
    "tell_me": _tell_me,
    "never_mind": _never_mind,
}
"""What the buttons do, by their value; None leads back to the page."""


def _page(
    request: HttpRequest,
    ask: Ask,
    *,
    form: NameForm | None = None,
    refusal: Refusal | None = None,
    also: Sequence[tuple[Terms, bool]] = (),
    status: int = 200,
) -> HttpResponse:
    """The page as things stand. `also` counts as given: on which terms, and whether they would like to hear of it."""
    names = referrals.names_of(ask)
    terms = Counter([*(Terms(one.terms) for one in names), *(on_terms for on_terms, _ in also)])
    arrived = sum(one.arrived_on is not None for one in names)
    context = {
        "form": form or NameForm(),
        "refusal": REFUSALS.get(refusal.code, OTHER_REFUSAL) if refusal else None,
        "given": terms.total(),
        "introduced": terms[Terms.INTRODUCE] - arrived,
        "arrived": arrived,
        "named": terms[Terms.NAMED],
        "confidential": terms[Terms.CONFIDENTIAL],
        "contacted": arrived
        or any(one.vip is not None and one.vip.contacted_at is not None for one in names),
        "word": referrals.word_of(names, [wanted for _, wanted in also]),
        "more": terms.total() < policy_of(ask.workspace).disclosure.most_names,
        "nobody": ask.state == AskState.NOBODY,
        "never": ask.state == AskState.OPTED_OUT,
        "role_open": _is_open(ask),
        "name_days": policy_of(ask.workspace).retention.name_days,
    }
    return show(request, "outside/personal.html", _about(ask) | context, status=status)


def _about(ask: Ask) -> dict[str, object]:
    """Who asks, for what, and the ways there are."""
    title = ask.decline.job.title
    return {
        "asker": ask.asker.name,
        "address": ask.asker.email,
        "company": ask.workspace.name,
        "role": spoken_title(title),
        "cue": CUES[work_of(title)],
        "permission": PERMISSION,
        "permission_means": PERMISSION_MEANS,
        "anonymous_page": pages.links_of(ask).anonymous,
    }


def _nothing_left(cleaned: Cleaned) -> str:
    """Why there is nothing to find somebody by."""
    if cleaned.taken_out:
        return gettext(
            "We keep no telephone numbers, and a mail address only if you tick that it is welcome. "
            "A name, or a link to a public profile, is enough."
        )
    return gettext("We could not read a name in this. A name, or a link to a public profile, is enough.")


def _is_past(ask: Ask) -> bool:
    """Whether the page has closed: so long after the ask."""
    asked_at = ask.asked_at or ask.claimed_at
    days = timedelta(days=policy_of(ask.workspace).disclosure.page_days)
    return asked_at is not None and timezone.now() > asked_at + days


def _is_open(ask: Ask) -> bool:
    return ask.decline.job.status == "open"


def _refuse_closed_role(ask: Ask) -> None:
    if not _is_open(ask):
        raise Refusal("filled", "This role is no longer open.")
