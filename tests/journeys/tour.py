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

from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import Page, expect

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import (
    ApiToken,
    Ask,
    Candidate,
    Chat,
    ChatAddress,
    Connection,
    DataRequest,
    Decline,
    Delivery,
    DeliveryState,
    Employee,
    Filing,
    FilingState,
    Happening,
    Import,
    Job,
    Letter,
    Listener,
    MailApp,
    Mailbox,
    OffLimits,
    Referral,
    Reply,
    Role,
    RolePage,
    SignInProvider,
    Talk,
    Telling,
    TellingState,
    User,
    Vip,
    Weighing,
    Workspace,
)
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.hosting import VipStage
from ifnotyou.services import hosting, imports, links, referrals, scheduling
from ifnotyou.services.tokens import SCOPES
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
    connect_systems(house)
    let_programs_listen(house)
    tell_in_chat(house)
    give_tokens(house)
    connect_mailboxes(house)
    house.jon.set_unusable_password()
    house.jon.save()


def connect_systems(house: House) -> None:
    """One system that is read and calls, one in trouble; and somebody who was filed in the first."""
    rows = {"workspace": house.workspace, "checked_at": NOW, "address": "http://127.0.0.1:9"}
    read = Connection.objects.create(
        **rows,
        system="greenhouse",
        synced_at=NOW,
        read_at=NOW,
        progress={"read": 1250, "declined": 60},
        hook_secret="s" * 40,
        refused=2,
        refused_at=NOW,
        writes_back=True,
    )
    Connection.objects.create(
        **rows,
        system="ashby",
        trouble="Ashby does not know this key. Make a new one there and enter it here.",
        trouble_code="sign_in_refused",
        trouble_since=NOW,
    )
    for key, state in enumerate(DeliveryState):
        Delivery.objects.create(
            workspace=house.workspace,
            connection=read,
            key=str(key),
            event="offer_updated",
            state=state,
            received_at=NOW,
            problem="Greenhouse, calls: this is no JSON." if state == DeliveryState.UNREADABLE else "",
        )
    for vip in Vip.objects.filter(contacted_at__isnull=False):
        Filing.objects.create(
            workspace=house.workspace, connection=read, vip=vip, state=FilingState.UNCERTAIN, tried_at=NOW
        )


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


def connect_mailboxes(house: House) -> None:
    """The company has a client at a provider: the admin is connected there, and Jon is no longer let in."""
    rows = {"workspace": house.workspace}
    MailApp.objects.create(
        **rows, provider="gmail", client_id="1234-abcd.apps.example.com", client_secret="s"
    )
    Mailbox.objects.create(
        **rows, user=house.admin, kind="gmail", address="a.rather.long.address.of.the.admin@alder.example.org"
    )
    Mailbox.objects.create(
        **rows,
        user=house.jon,
        kind="gmail",
        address="jon@alder.example.org",
        lost="Gmail does not let us in any more: the consent was taken back there, or it has ended. Connect your "
        "mailbox again in your settings.",
    )


def _refused_mail_app(tour: Tour) -> None:
    tour.open("mail_app", "microsoft")
    tour.page.get_by_label("Client ID", exact=True).fill("two words")
    tour.press("Keep and try")


def tell_in_chat(house: House) -> None:
    """Slack is connected, in trouble, and Jon is told there."""
    Chat.objects.create(
        workspace=house.workspace,
        system="slack",
        team="T0ALDER",
        secrets='{"token": "xoxb-1", "signing_secret": "s", "address": "http://127.0.0.1:9"}',
        checked_at=NOW,
        trouble="The app in Slack lacks chat:write. Add it under OAuth & Permissions and install the app again.",
    )
    ChatAddress.objects.create(
        workspace=house.workspace,
        user=house.jon,
        system="slack",
        their_id="U0JON",
        trouble="Slack does not find you any more. Choose Slack once more under “How we reach you”.",
    )
    User.objects.filter(pk=house.jon.pk).update(told_by="slack")
    house.jon.refresh_from_db(fields=["told_by"])


def let_programs_listen(house: House) -> None:
    """One that was told, waits and failed; one that was given up."""
    rows = {"workspace": house.workspace, "url": "https://hooks.example.com/1", "secret": "whsec_" + "a" * 44}
    heard = Listener.objects.create(**rows, host="hooks.example.com", kinds=["decline.found", "vip.arrived"])
    Listener.objects.create(
        **rows,
        host="old.example.com",
        paused=True,
        failing_since=NOW,
        trouble="It says that nobody listens there any more (410).",
    )
    for number, (kind, ids) in enumerate(
        [("decline.found", {"decline_ids": list(range(1, 61))}), ("vip.arrived", {"vip_id": 1})] * 14
    ):
        happening = Happening.objects.create(
            workspace=house.workspace, uid=f"msg_{number}", kind=kind, ids=ids, at=NOW
        )
        state = list(TellingState)[number % 3]
        is_told = state == TellingState.TOLD
        Telling.objects.create(
            workspace=house.workspace,
            listener=heard,
            happening=happening,
            state=state,
            attempts=number % 3,
            next_at=NOW + timedelta(days=3),
            status=204 if is_told else 500,
            trouble="" if is_told else "Something is wrong over there (500).",
        )


def give_tokens(house: House) -> None:
    """One in use, one never used, one that is over."""
    for number, name in enumerate(("Nightly report", "A try", "The old script")):
        ApiToken.objects.create(
            workspace=house.workspace,
            user=house.maya if number else house.admin,
            name=name,
            hint="ifny_abcd",
            key_hash=str(number) * 64,
            scopes=sorted(SCOPES)[: 4 * number],
            expires_at=NOW + timedelta(days=3650),
            revoked_at=NOW if number == 2 else None,
            used_on=NOW.date() if number else None,
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
    Listener.objects.update(host=LONG, trouble=LONG)
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


def _of_system(route: str, system: str) -> Way:
    return lambda tour: tour.open(route, system)


def _columns(tour: Tour) -> None:
    Import.objects.update(state="columns", error="Missing: offers.csv. Found: export.csv.")
    tour.open("import_columns", Import.objects.get().pk)
    for part in tour.page.locator("details").all():
        if part.get_attribute("open") is None:
            part.locator("summary").click()


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


def _with_providers(tour: Tour) -> None:
    made = {"issuer": "http://127.0.0.1:9", "client_id": "client-1", "client_secret": "a secret"}
    for slug, label in (("birch", "Birch ID"), ("long", LONG[:80])):
        SignInProvider.objects.get_or_create(
            workspace=tour.house.workspace, slug=slug, defaults={"label": label, **made}
        )
    tour.open("account_login")


def _provider_is_silent(tour: Tour) -> None:
    tour.open("account_login")
    tour.press("Sign in with Birch ID")


def _refused_domain(tour: Tour) -> None:
    tour.open("sign_in_providers")
    tour.page.get_by_label("Domains").fill("gmail.com")
    tour.press("Keep")


def _refused_provider(tour: Tour) -> None:
    tour.open("sign_in_provider_new", "other")
    tour.page.get_by_label("What people call it").fill("Birch ID")
    tour.page.get_by_label("Issuer").fill("https://192.168.1.1/realms/staff")
    tour.page.get_by_label("Client ID").fill("client-1")
    tour.page.get_by_label("Client secret").fill("a secret")
    tour.press("Try it and keep it")


def _passkey_added(tour: Tour) -> None:
    """By a device that knows the finger."""
    device = tour.page.context.new_cdp_session(tour.page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    known = {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options | known})
    tour.open("mfa_add_webauthn")
    tour.page.get_by_label("A name for it").fill(LONG[:100])
    tour.press("Add it")
    tour.open("mfa_list_webauthn")


def _passkey(route: str) -> Way:
    def way(tour: Tour) -> None:
        tour.open(route, Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).pk)
        if tour.page.get_by_role("heading", level=1).inner_text() == "Is it still you?":
            tour.open("mfa_reauthenticate_webauthn")
            tour.press("Use my passkey")
            tour.open(route, Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).pk)

    return way


def _refused_settings(tour: Tour) -> None:
    tour.open("settings")
    tour.page.get_by_label("The playbook, where it should differ").fill("this is = not [TOML")
    tour.press("Keep")


def _made_token(tour: Tour) -> None:
    _new_token(tour)
    tour.page.get_by_label("What it is for").fill("Nightly report")
    tour.press("Make it")


def _refused_token(tour: Tour) -> None:
    _new_token(tour)
    tour.press("Make it")


def _new_token(tour: Tour) -> None:
    tour.open("my_token_new")
    if tour.page.get_by_label("Password").count():  # asked once, and then again after a while
        tour.page.get_by_label("Password").fill(PASSWORD)
        tour.press("Confirm")


def _refused_listener(tour: Tour) -> None:
    tour.open("listeners")
    tour.page.get_by_label("The address to call").fill("https://10.0.0.1/")
    tour.press("Add it")


def _begun_chat(tour: Tour) -> None:
    Chat.objects.update(team="", secrets="", checked_at=None)
    tour.open("chat", "slack")


def _listener(*, paused: bool) -> Way:
    return lambda tour: tour.open("listener", Listener.objects.get(paused=paused).pk)


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
        "settings listeners tokens my_tokens privacy audit me".split()
    )
} | {
    "declines: a part with nothing in it": _at("declines", query="?stage=asked"),
    "chat: nothing yet": lambda tour: tour.open("chat", "slack"),
}
"""What the admin of a workspace sees that was just made."""

NOBODY_YET: dict[str, Way] = {"welcome": _at("welcome"), "welcome: refused": _refused_welcome}
"""Before there is a workspace."""

PAGES: dict[str, dict[str, Way]] = {
    NOBODY: {
        "account_login": _at("account_login"),
        "account_login: by somebody who vouches": _with_providers,
        "account_login: wrong password": _wrong_password,
        "sign_in_back": lambda tour: tour.open("sign_in_back", "birch"),
        "sign_in_with: does not answer": _provider_is_silent,
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
            for state in "reading columns committing done failed thrown_away".split()
        },
        "import_columns": _columns,
        "connections": _at("connections"),
        "connection": _of_system("connection", "greenhouse"),
        "connection: in trouble": _of_system("connection", "ashby"),
        "connection: nothing yet": _of_system("connection", "workable"),
        "connection_answers": _of_system("connection_answers", "ashby"),
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
        "my_tokens": _at("my_tokens"),
        "my_token_new": _new_token,
        "my_token_new: refused": _refused_token,
        "my_token_new: made": _made_token,
        "account_change_password": _at("account_change_password"),
        "account_reauthenticate": _at("account_reauthenticate"),
        "account_logout": _at("account_logout"),
        "not for them": _at("declines"),
    },
    JON: {
        "me: told in a chat": _at("me"),
        "account_set_password": _at("account_set_password"),
        "my_sessions": _at("my_sessions"),
        "mfa_list_webauthn: none": _at("mfa_list_webauthn"),
        "mfa_add_webauthn": _at("mfa_add_webauthn"),
        "mfa_list_webauthn": _passkey_added,
        "mfa_index: with a passkey": _at("mfa_index"),
        "mfa_reauthenticate_webauthn": _at("mfa_reauthenticate_webauthn"),
        "mfa_remove_webauthn": _passkey("mfa_remove_webauthn"),
        "mfa_edit_webauthn": _passkey("mfa_edit_webauthn"),
    },
    ADMIN: {
        "people": _at("people"),
        "people: refused": _refused_invitation,
        "person": _person,
        "person: off": _person_off,
        "me: at a provider": _at("me"),
        "mail_app": lambda tour: tour.open("mail_app", "gmail"),
        "mail_app: nothing yet": lambda tour: tour.open("mail_app", "microsoft"),
        "mail_app: refused": _refused_mail_app,
        "settings": _at("settings"),
        "settings: refused": _refused_settings,
        "listeners": _at("listeners"),
        "tokens": _at("tokens"),
        "listeners: refused": _refused_listener,
        "listener": _listener(paused=False),
        "listener: given up": _listener(paused=True),
        "sign_in_providers": _at("sign_in_providers"),
        "sign_in_providers: refused": _refused_domain,
        "sign_in_provider": lambda tour: tour.open("sign_in_provider", "birch"),
        "sign_in_provider_new": lambda tour: tour.open("sign_in_provider_new", "microsoft"),
        "sign_in_provider_new: does not answer": _refused_provider,
        "learning": _at("learning"),
        "doors": _at("doors"),
        "chat": lambda tour: tour.open("chat", "slack"),
        "chat: everybody for themselves": lambda tour: tour.open("chat", "teams"),
        "chat: begun": _begun_chat,
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
    "my_mailbox_back": "leads on",
    "mfa_login_webauthn": "leads on",
    "card_note": "file",
    "mfa_download_recovery_codes": "file",
    **dict.fromkeys(
        "connection_progress board_export name_letter name_invitation insights_data insights_picture "
        "vip_page_talk".split(),
        "file",
    ),
    **dict.fromkeys(
        "decline_decide decline_hand_over decline_take_back decline_enjoyed decline_opt_out card_tone card_send "
        "card_take_along card_draft name_draft my_mailbox_connect mail_app_remove "
        "card_talk card_pass_on card_say card_answer import_upload import_take_in "
        "import_throw_away my_asking my_mailbox my_mailbox_try my_mailbox_remove people_invite person_role "
        "person_colleague person_again person_off person_on card_names card_take_back reply_throw_away "
        "name_contacted name_join name_question off_limits_remove privacy_request privacy_answered privacy_erase "
        "weighing_open mail_hook board_move name_take name_give_back name_say name_next name_set_aside name_tone "
        "name_send name_take_along name_letter_say name_talk_off my_hours my_calendar my_calendar_try "
        "my_calendar_remove learning_adopt learning_reset learning_freeze ats_hook connection_try "
        "connection_hook connection_read connection_remove connection_pause connection_filing "
        "connection_again name_filing listener_change listener_secret listener_pause listener_try listener_again "
        "my_sessions_end person_sign_out person_unlink sign_in_provider_remove "
        "my_token_revoke token_revoke chat_hook chat_try chat_remove my_telling listener_remove".split(),
        "post",
    ),
}
"""Routes that show no page, and what they are instead."""
