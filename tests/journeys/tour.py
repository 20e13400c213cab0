"""Every page there is: who opens it, and how they get there.

A page stands here under the name of its route, or as "route: what is different".
"""

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.urls import reverse
from playwright.sync_api import Page, expect

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import (
    Ask,
    Candidate,
    DataRequest,
    Decline,
    Employee,
    Import,
    Job,
    Letter,
    OffLimits,
    Referral,
    Reply,
    Role,
    RolePage,
    Talk,
    User,
    Vip,
    Weighing,
    Workspace,
)
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.hosting import VipStage
from ifnotyou.services import hosting, imports, links, referrals, scheduling
from tests import hosted, letters
from tests.company import NOTE, NOW, PASSWORD, WORDS, House, usual_story
from tests.files.written import as_bytes, with_cell, zipped

LONG = "Maximiliane" * 18  # 198 letters without a place to break a line
LONG_AND_RIGHT_TO_LEFT = "عبدالرحمن" * 22
UNKIND = NOTE + "\nThere is a referral bonus in it for you, and you owe us that much.\n"


@dataclass
class Tour:
    """The company, and the page of whoever is being shown around."""

    house: House
    page: Page
    kept: dict[str, str] = field(default_factory=dict)

    def open(self, route: str, *arguments: object, query: str = "") -> None:
        self.page.goto(reverse(route, args=arguments) + query)

    def press(self, button: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).first.click()


Way = Callable[[Tour], None]
NOBODY, ADMIN, RECRUITER, STEWARD, MAYA, JON = "nobody admin recruiter steward maya jon".split()


def prepare(house: House, folder) -> None:
    """Something for every page: a card, a decline to decide, an import with problems, somebody invited."""
    story = usual_story(notes="Their team of now made a better offer.")
    story.candidate("lee", name="Lee Brown", current_title="Lead", current_company="Harbour & Sons").offer(
        "lee-1", candidate="lee", days=8, decline_reason="Felt disrespected by the interviewers"
    )
    story.met("jon", "maya", "sam", "ana", candidate="lee", minutes=50)
    for number in range(60):
        key = f"more{number}"
        story.candidate(key, name=f"Candidate {number}").offer(key, candidate=key, days=9 + number)
    house.tell(story)
    house.hand()
    Ask.objects.update(subject=WORDS.subject, body=NOTE)
    User.objects.create_user(
        "ida@example.org", None, name="Ida Wells", role=Role.MEMBER, workspace=house.workspace
    )
    files = with_cell("offers", "candidate_id", "nobody")
    uploaded = zipped(folder / "export.zip", as_bytes(files)).read_bytes()
    imports.begin(by=house.recruiter, name="export.zip", chunks=[uploaded])
    run_due_jobs()
    name_people(house)
    host_people(house)
    house.jon.set_unusable_password()
    house.jon.save()


def name_people(house: House) -> None:
    """Somebody named on each of the terms, two of them perhaps the same; a weighing, a request, a reply, a list."""
    ask, rows = Ask.objects.get(), {"workspace": house.workspace}
    job = ask.decline.job
    for name, terms in (
        ("Kim Park", Terms.NAMED),
        ("Lee Brown", Terms.CONFIDENTIAL),
        ("Kim Park", Terms.ANONYMOUS),
    ):
        vip = referrals.intake(Given(name, works_at="Birch & Sons"), job, terms, NOW.date())
        kept = referrals.keep(
            vip, job, terms, "The calmest person I know.", NOW.date(), ask=ask, receipt_hash="0" * 64
        )
        if terms is Terms.CONFIDENTIAL:
            Weighing.objects.create(**rows, referral=kept, opened_by=house.steward, opened_on=NOW.date())
    referrals.keep(None, job, Terms.INTRODUCE, "", NOW.date(), ask=ask)
    referrals.announce(house.workspace, now=NOW)
    DataRequest.objects.create(**rows, vip=vip, opened_on=NOW.date(), due_on=NOW.date() + timedelta(days=30))
    Reply.objects.create(
        **rows,
        user=house.maya,
        text="Talk to Kim Park at Birch & Sons.",
        message_hash="1",
        came_on=NOW.date(),
    )
    OffLimits.objects.create(
        **rows,
        company="Birch & Sons",
        plain="birch sons",
        kind="own_choice",
        owner="Ana Lund",
        reference="Counsel, 3",
        expires_on=NOW.date() + timedelta(days=300),
    )


def host_people(house: House) -> None:
    """Somebody at every stage of the board; the recruiter hosts whom nobody has written to yet, and has a letter."""
    letters.tell_of_itself(house)
    hosted.in_every_stage(house)
    own = hosting.take(hosted.named(house, "Ida Wells", email="ida@example.net"), by=house.recruiter, now=NOW)
    letters.saved(own)
    talking = Vip.objects.get(stage=VipStage.TALKING)
    scheduling.agree(
        talking, starts_at=NOW + timedelta(days=1), minutes=30, place="The café", by=house.jon, now=NOW
    )


def lengthen(house: House) -> None:
    """Names that no layout was drawn for."""
    Workspace.objects.update(name=LONG[:120])
    Candidate.objects.update(name=LONG, current_title=LONG, current_company=LONG)
    Job.objects.update(title=LONG)
    Employee.objects.update(name=LONG_AND_RIGHT_TO_LEFT, title=LONG_AND_RIGHT_TO_LEFT, department=LONG)
    User.objects.update(name=LONG_AND_RIGHT_TO_LEFT)
    Import.objects.update(name=f"{LONG}.zip")
    Vip.objects.update(
        name=LONG, works_at=LONG, found_at=f"https://example.org/{LONG}", email=f"{LONG[:60]}@example.org"
    )
    Vip.objects.exclude(step="").update(step_words=LONG)
    Talk.objects.update(place=LONG)
    Letter.objects.update(subject=LONG[:150], body=LONG)
    Referral.objects.update(why=LONG_AND_RIGHT_TO_LEFT)
    OffLimits.objects.update(company=LONG, owner=LONG_AND_RIGHT_TO_LEFT, reference=LONG)
    for reply in Reply.objects.all():
        reply.text = LONG
        reply.save()
    Ask.objects.update(subject=LONG[:150], because=[LONG], trouble=LONG)


def _at(route: str, *, query: str = "") -> Way:
    return lambda tour: tour.open(route, query=query)


def _card(state: AskState) -> Way:
    def way(tour: Tour) -> None:
        Ask.objects.update(state=state, claimed_at=NOW, message_id="<one@example.org>")
        tour.open("card", Ask.objects.get().pk)

    return way


def _note(route: str, body: str) -> Way:
    def way(tour: Tour) -> None:
        Ask.objects.update(state=AskState.WAITING, body=body)
        tour.open(route, Ask.objects.get().pk)

    return way


def _refused_note(tour: Tour) -> None:
    _note("card_write", NOTE)(tour)
    tour.page.get_by_label("Subject").fill(" ")
    tour.press("See how it will arrive")


def _refused_answer(tour: Tour) -> None:
    _card(AskState.TALKING)(tour)
    tour.page.get_by_label("The name you heard").fill("Ida, Jo, Kim, Lee")
    tour.press("Keep it")


def _decline(offer: str) -> Way:
    return lambda tour: tour.open("decline", Decline.objects.get(offer__external_id=offer).pk)


def _unfolded(tour: Tour) -> None:
    _decline("more3")(tour)
    for fold in tour.page.locator("details").all():
        fold.locator("summary").click()


def _refused_decision(tour: Tour) -> None:
    _decline("lee-1")(tour)
    tour.page.get_by_label("Yes, ask").check()
    tour.page.get_by_label("Why?").fill(" ")
    tour.press("Keep this decision")


def _decided(tour: Tour) -> None:
    _decline("lee-1")(tour)
    tour.page.get_by_label("No, leave it").check()
    tour.page.get_by_label("Why?").fill("Let it rest for a while.")
    tour.press("Keep this decision")


def _refused_record(tour: Tour) -> None:
    tour.open("decline_record")
    tour.page.get_by_label("Who declined?").fill("Ada Moreno")
    tour.page.get_by_label("Which role?").fill(" ")
    tour.press("Record")


def _import(state: str) -> Way:
    def way(tour: Tour) -> None:
        Import.objects.update(state=state, finished_at=NOW, error="This is not a .zip.")
        tour.open("import", Import.objects.get().pk)

    return way


def _refused_upload(tour: Tour) -> None:
    Import.objects.update(state="done")
    tour.open("imports")
    tour.page.locator("input[type=file]").set_input_files(
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"not a zip"}
    )
    tour.press("Look at it")


def _told():
    """The names of name_people, without those who only stand on the board."""
    return Referral.objects.exclude(receipt_hash="r" * 64)


def _name(terms: Terms) -> Way:
    return lambda tour: tour.open("name", _told().get(terms=terms).vip_id)


def _hosted(route: str, *more: object, stage: str = VipStage.TAKEN) -> Way:
    """A page about the one at this stage whom the recruiter hosts, or else anybody does."""

    def way(tour: Tour) -> None:
        there = Vip.objects.filter(stage=stage).order_by("host__role")
        own = there.filter(host=tour.house.recruiter).first() or there.first()
        tour.open(route, own.pk, *more)

    return way


def _underway(state: str) -> Way:
    def way(tour: Tour) -> None:
        Letter.objects.update(state=state, claimed_at=NOW, message_id="<one@example.org>")
        _hosted("name_write", "first")(tour)

    return way


def _unkind_letter(tour: Tour) -> None:
    Letter.objects.update(state="draft", body=UNKIND)
    _hosted("name_preview", "first")(tour)


def _introduction(tour: Tour) -> None:
    tour.open("introduction_arrived", _told().get(terms=Terms.INTRODUCE).pk)


def _vip(stage: str) -> Way:
    return lambda tour: tour.open("vip_page", Vip.objects.filter(stage=stage).first().forget_token)


def _weighing(tour: Tour) -> None:
    tour.open("weighing", Weighing.objects.get().pk)


def _thanks(tour: Tour) -> None:
    Ask.objects.update(state=AskState.NAMED, claimed_at=NOW, asked_at=NOW)
    tour.open("card_thanks", Ask.objects.get().pk)


def _reply(tour: Tour) -> None:
    tour.open("reply", Reply.objects.get().pk)


def _pasted(text: str) -> Way:
    def way(tour: Tour) -> None:
        Referral.objects.all().delete()  # three names were given: no more are taken
        _card(AskState.ASKED)(tour)
        tour.page.get_by_label("What they wrote, or what you heard").fill(text)
        tour.press("Read it")

    return way


def _found_person(who: str) -> Way:
    def way(tour: Tour) -> None:
        tour.open("privacy")
        tour.page.get_by_label("Address, profile link, record id or exact name").fill(who)
        tour.press("Find them")

    return way


def _personal(state: AskState) -> Way:
    def way(tour: Tour) -> None:
        Ask.objects.update(state=state, claimed_at=NOW, asked_at=NOW)
        tour.open("personal_page", Ask.objects.get().page_token)

    return way


def _forget(tour: Tour) -> None:
    tour.open("forget_me", Vip.objects.first().forget_token)


def _person(tour: Tour) -> None:
    tour.open("person", User.objects.get(email="ida@example.org").pk)


def _person_off(tour: Tour) -> None:
    _person(tour)
    tour.press("Switch off")


def _refused_invitation(tour: Tour) -> None:
    tour.open("people")
    tour.page.get_by_label("Name").fill("Ida Wells")
    tour.page.get_by_label("Address").fill("ida@example.org")
    tour.press("Send the invitation")


def _refused_settings(tour: Tour) -> None:
    tour.open("settings")
    tour.page.get_by_label("The playbook, where it should differ").fill("this is = not [TOML")
    tour.press("Keep")


def _wrong_password(tour: Tour) -> None:
    _sign_in(tour, "not the password")


def _sign_in(tour: Tour, password: str = PASSWORD) -> None:
    tour.open("account_login")
    tour.page.get_by_label("Your address").fill(tour.house.maya.email)
    tour.page.get_by_label("Password").fill(password)
    tour.press("Sign in")


def _form_expired(tour: Tour) -> None:
    tour.open("account_login")
    tour.page.context.clear_cookies()
    tour.page.get_by_label("Your address").fill(tour.house.maya.email)
    tour.page.get_by_label("Password").fill(PASSWORD)
    tour.press("Sign in")


def _link_sent(tour: Tour) -> None:
    tour.open("sign_in_link_ask")
    tour.page.get_by_label("Your address").fill(tour.house.maya.email)
    tour.press("Mail me a link")


def _asked_too_often(tour: Tour) -> None:
    for _ in range(4):
        _link_sent(tour)
    expect(tour.page.get_by_role("heading", level=1)).not_to_have_text("Look into your mail")


def _link(tour: Tour) -> None:
    tour.page.goto(links.console_link(tour.house.steward))


def _invitation(tour: Tour) -> None:
    tour.page.goto(links.invitation_link(User.objects.get(email="ida@example.org")))


def _refused_welcome(tour: Tour) -> None:
    tour.open("welcome")
    for label in ("Your company", "Your name"):
        tour.page.get_by_label(label).fill("Ana")
    tour.page.get_by_label("Your address").fill("ana@example.org")
    tour.page.get_by_label("A password").fill("short")
    tour.press("Begin")


def _second_factor_on(tour: Tour) -> None:
    tour.open("mfa_activate_totp")
    tour.page.get_by_label("Password").fill(PASSWORD)
    tour.press("Confirm")
    tour.kept["secret"] = tour.page.locator("main code").inner_text()


def _recovery_codes(tour: Tour) -> None:
    tour.page.locator("main input[type=text]").fill(_code_of(tour.kept["secret"]))
    tour.press("Turn it on")
    expect(tour.page.get_by_role("heading", level=1)).not_to_have_text("Turn the second factor on")
    tour.open("mfa_view_recovery_codes")


def _asked_for_the_code(tour: Tour) -> None:
    tour.press("Sign out")
    expect(tour.page.get_by_role("heading", level=1)).to_have_text("Sign in")
    _sign_in(tour)


def _code_of(secret: str) -> str:
    """What an authenticator app shows (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(re.sub(r"\s", "", secret)), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


EMPTY: dict[str, Way] = {
    name: _at(name)
    for name in (
        "declines decline_record board insights notice learning names off_limits cards replies imports people "
        "settings privacy audit me".split()
    )
} | {"declines: a part with nothing in it": _at("declines", query="?stage=asked")}
"""What the admin of a workspace sees that was just made."""

NOBODY_YET: dict[str, Way] = {"welcome": _at("welcome"), "welcome: refused": _refused_welcome}
"""Before there is a workspace."""

PAGES: dict[str, dict[str, Way]] = {
    NOBODY: {
        "account_login": _at("account_login"),
        "account_login: wrong password": _wrong_password,
        "account_login: the form has expired": _form_expired,
        "sign_in_link_ask": _at("sign_in_link_ask"),
        "sign_in_link_ask: sent": _link_sent,
        "sign_in_link_ask: too often": _asked_too_often,
        "sign_in_link": _link,
        "sign_in_link: void": lambda tour: tour.open("sign_in_link", "made-up"),
        "invitation": _invitation,
        "invitation: void": lambda tour: tour.open("invitation", "made-up"),
        "account_inactive": _at("account_inactive"),
        "personal_page": _personal(AskState.ASKED),
        "personal_page: nobody": _personal(AskState.NOBODY),
        "personal_page: never again": _personal(AskState.OPTED_OUT),
        "personal_page: void": lambda tour: tour.open("personal_page", "made-up"),
        "anonymous_page": lambda tour: tour.open("anonymous_page", RolePage.objects.first().token),
        "receipt": _at("receipt"),
        "vip_page": _vip(VipStage.TAKEN),
        "vip_page: talking": _vip(VipStage.TALKING),
        "vip_page: parted": _vip(VipStage.PARTED),
        "vip_page: void": lambda tour: tour.open("vip_page", "made-up"),
        "forget_me": _forget,
        "forget_me: void": lambda tour: tour.open("forget_me", "made-up"),
        "not found": lambda tour: tour.page.goto("/nothing/here/"),
    },
    RECRUITER: {
        "declines": _at("declines", query="?stage=missed"),
        "declines: all of them, page 2": _at("declines", query="?stage=&page=2"),
        "declines: nothing found": _at("declines", query="?q=nobody"),
        "decline": _unfolded,
        "decline: with a colleague": _decline("offer"),
        "decline: to decide, refused": _refused_decision,
        "decline: decided": _decided,
        "decline_record": _at("decline_record"),
        "decline_record: refused": _refused_record,
        "names": _at("names"),
        "name": _name(Terms.NAMED),
        "name: anonymous": _name(Terms.ANONYMOUS),
        **{f"name: {stage}": _hosted("name", stage=stage) for stage in VipStage},
        "board": _at("board"),
        "board: nobody found": _at("board", query="?q=nobody"),
        "name_hand_on": _hosted("name_hand_on"),
        "name_correct": _hosted("name_correct"),
        "name_role": _hosted("name_role"),
        "name_write": _hosted("name_write", "first"),
        "name_preview": _hosted("name_preview", "first"),
        "name_preview: held back": _unkind_letter,
        "name_write: taken": _underway("taken"),
        "name_write: uncertain": _underway("uncertain"),
        "name_write: sent": _underway("sent"),
        "name_times": _hosted("name_times"),
        "name_talk": _hosted("name_talk", stage=VipStage.TALKING),
        "introduction_arrived": _introduction,
        "insights": _at("insights"),
        "imports": _at("imports"),
        "import": _import("ready"),
        **{
            f"import: {state}": _import(state)
            for state in "reading committing done failed thrown_away".split()
        },
        "imports: refused": _refused_upload,
    },
    MAYA: {
        "cards": _at("cards"),
        "card": _card(AskState.WAITING),
        **{
            f"card: {state}": _card(state)
            for state in sorted(set(AskState) - {AskState.WAITING, AskState.PASSED, AskState.WITHDRAWN})
        },
        "card: refused": _refused_answer,
        "card_write": _note("card_write", NOTE),
        "card_write: unkind": _note("card_write", UNKIND),
        "card_write: refused": _refused_note,
        "card_preview": _note("card_preview", NOTE),
        "card_preview: held back": _note("card_preview", UNKIND),
        "card_thanks": _thanks,
        "card_weighing": lambda tour: tour.open(
            "card_weighing", Ask.objects.get().pk, Weighing.objects.get().pk
        ),
        "replies": _at("replies"),
        "reply": _reply,
        "card_reply": _pasted("Talk to Kim Park at Birch, she is unhappy there: +49 30 1234567."),
        "card_reply: a list": _pasted("a,b,c\nAda,Birch,1\nBo,Birch,2\nCy,Birch,3\nDee,Birch,4"),
        "me": _at("me"),
        "account_change_password": _at("account_change_password"),
        "account_reauthenticate": _at("account_reauthenticate"),
        "account_logout": _at("account_logout"),
        "not for them": _at("declines"),
    },
    JON: {"account_set_password": _at("account_set_password")},
    ADMIN: {
        "people": _at("people"),
        "people: refused": _refused_invitation,
        "person": _person,
        "person: off": _person_off,
        "settings": _at("settings"),
        "settings: refused": _refused_settings,
        "learning": _at("learning"),
    },
    STEWARD: {
        "audit": _at("audit"),
        "privacy": _at("privacy"),
        "privacy_person": _found_person("noor@example.com"),
        "privacy_person: nobody": _found_person("nobody@example.com"),
        "name: in confidence": _name(Terms.CONFIDENTIAL),
        "notice": _at("notice"),
        "weighing": _weighing,
        "off_limits": _at("off_limits"),
    },
    "maya, with a second factor": {
        "mfa_activate_totp": _second_factor_on,
        "mfa_view_recovery_codes": _recovery_codes,
        "mfa_index": _at("mfa_index"),
        "mfa_generate_recovery_codes": _at("mfa_generate_recovery_codes"),
        "mfa_deactivate_totp": _at("mfa_deactivate_totp"),
        "mfa_reauthenticate": _at("mfa_reauthenticate"),
        "mfa_authenticate": _asked_for_the_code,
    },
}
"""By who looks, the pages of a company with everything in it."""

NO_PAGES = {
    "healthz": "text",
    "home": "leads on",
    "card_note": "file",
    "mfa_download_recovery_codes": "file",
    **dict.fromkeys(
        "board_export name_letter name_invitation insights_data insights_picture vip_page_talk".split(),
        "file",
    ),
    **dict.fromkeys(
        "decline_decide decline_hand_over decline_take_back decline_enjoyed decline_opt_out card_tone card_send "
        "card_take_along card_talk card_pass_on card_say card_answer import_upload import_take_in "
        "import_throw_away my_asking my_mailbox my_mailbox_try my_mailbox_remove people_invite person_role "
        "person_colleague person_again person_off person_on card_names card_take_back reply_throw_away "
        "name_contacted name_join name_question off_limits_remove privacy_request privacy_answered privacy_erase "
        "weighing_open mail_hook board_move name_take name_give_back name_say name_next name_set_aside name_tone "
        "name_send name_take_along name_letter_say name_talk_off my_hours my_calendar my_calendar_try "
        "my_calendar_remove learning_adopt learning_reset learning_freeze".split(),
        "post",
    ),
}
"""Routes that show no page, and what they are instead."""
