"""Whatever is sent to the pages for people without an account: no error of ours, no cookie, always the headers."""

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ifnotyou.models import RolePage
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.services import anonymous, asks, referrals, vips
from ifnotyou.services.vips import Contact
from tests.company import NOW, TODAY, WORDS, clock, house, usual_story  # noqa: F401 - two are fixtures
from tests.promises.sending import CARRIES_MANY

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
FIELDS = [
    "who",
    "works_at",
    "why",
    "welcome",
    "terms",
    "do",
    "as_it_is",
    "receipt",
    "text",
    "name",
    "email",
    "found_at",
    "language",
    "keep",
    "csrfmiddlewaretoken",
]
KNOWN = [
    "name",
    "introduce",
    "nobody",
    "never",
    "take_back",
    "add",
    "withdraw",
    "more",
    "not_now",
    "stop_keeping",
    "correct",
    "confidential",
    "named",
    "anonymous",
]
KINDS = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json",
    "text/plain",
    "",
]
ODD = [
    "\x00",
    "a" * 301,
    "ü" * 300,
    "ß" * 5000,
    "https://[::1",
    "https://linkedin.com/in/%ff",
    "a@b.c " * 60,
    "\u202e",
    "+49 30 1234567",
]

texts = st.one_of(
    st.sampled_from(KNOWN + ODD), st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
)
forms = st.dictionaries(st.one_of(st.sampled_from(FIELDS), st.text(max_size=5)), texts, max_size=8)
languages = st.one_of(
    st.sampled_from(["de", "fr-CH, fr;q=0.9", "pt-BR", "*", "x" * 500, "en;q=nan"]),
    st.text(st.characters(max_codepoint=255, exclude_categories=["Cc", "Cs"]), max_size=40),
)
often = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


@pytest.fixture
def addresses(house):  # noqa: F811 - the fixture
    """Where each page is. Six were sent the links; a name was given openly, and one anonymously."""
    story = usual_story()
    for number in range(5):
        key = f"c{number}"
        story.candidate(key, name=f"Candi {'abcde'[number]}", email=f"{key}@example.com")
        story.offer(f"offer-{key}", candidate=key).met("maya", candidate=key, minutes=60, kind="lunch")
    house.tell(story)
    house.workspace.policy = CARRIES_MANY
    house.workspace.save()
    house.recruiter.workspace = house.workspace
    asked = [house.hand("maya", offer) for offer in ("offer", *(f"offer-c{number}" for number in range(5)))]
    for ask in asked:
        asks.take_along(ask, WORDS, by=house.maya, now=NOW)
        asks.say_asked(ask, by=house.maya, now=NOW)
    page = RolePage.objects.select_related("job", "workspace").get()
    receipt = anonymous.give(page, Given("Robin Berg"), anonymous.new_receipt(page))
    named = referrals.give(asked[0], Given("Kim Park"), Terms.NAMED, now=NOW)
    written_to = referrals.give(asked[2], Given("Ida Wells"), Terms.NAMED, now=NOW)
    referrals.announce(house.workspace, now=NOW)
    contact = Contact(TODAY, "in_message", "2026-11")
    vips.say_contacted(written_to.vip, contact, by=house.recruiter, now=NOW)
    return {
        "/r/": reverse("personal_page", args=[asked[1].page_token]),
        "/r/ with a name": reverse("personal_page", args=[asked[0].page_token]),
        "/d/": reverse("anonymous_page", args=[page.token]),
        "/receipt": reverse("receipt"),
        "/forget/": reverse("forget_me", args=[named.vip.forget_token]),
        "/v/": reverse("vip_page", args=[named.vip.forget_token]),
        "/v/ after a message": reverse("vip_page", args=[written_to.vip.forget_token]),
        "receipt": str(receipt),
    }


PAGES = ["/r/", "/r/ with a name", "/d/", "/receipt", "/forget/", "/v/", "/v/ after a message"]


def sent(method, address, body=b"", kind="", language="en"):
    """The answer; what it changed is taken back."""
    caches["process"].clear()
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        answer = client.generic(method, address, body, content_type=kind, HTTP_ACCEPT_LANGUAGE=language)
        transaction.set_rollback(True)
    return answer


def refuse_bad(answer):
    assert answer.status_code < 500, answer.status_code
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert b"<script" not in answer.content


@pytest.mark.parametrize("page", PAGES)
def test_no_form_breaks_a_page(page, addresses):
    receipt = addresses["receipt"]

    @often
    @given(form=forms, language=languages, own=st.booleans())
    @example(form={"who": "Kim\x00Park", "do": "name"}, language="de", own=False)
    @example(form={"who": "K" * 250, "do": "name", "as_it_is": "1"}, language="en", own=False)
    @example(
        form={"who": "Kim Park", "works_at": "W" * 200, "why": "é" * 300, "do": "name"}, language="", own=True
    )
    @example(form={"text": "\x00", "do": "add"}, language="en", own=True)
    @example(form={"name": "Kim\x00", "found_at": "https://[::1", "do": "correct"}, language="fr", own=False)
    @example(form={"name": "ß" * 200, "email": "a@b.c", "do": "correct"}, language="de", own=False)
    @example(form={"who": "𝔎𝔦𝔪 " * 60, "do": "name", "as_it_is": "1"}, language="en", own=True)
    def try_it(form, language, own):
        if own:
            form = form | {"receipt": receipt}
        kind = "application/x-www-form-urlencoded"
        refuse_bad(sent("POST", addresses[page], urlencode(form).encode(), kind, language))

    try_it()


@pytest.mark.parametrize("page", PAGES)
def test_no_bytes_break_a_page(page, addresses):
    @often
    @given(
        method=st.sampled_from(METHODS),
        body=st.binary(max_size=300),
        kind=st.sampled_from(KINDS),
        language=languages,
    )
    @example(method="POST", body=b"a&" * 1500, kind=KINDS[0], language="en")
    @example(method="POST", body=b"who=" + b"a" * 30_000, kind=KINDS[0], language="en")
    @example(
        method="POST", body=b"--x\r\nContent-Disposition: form-data; name=who", kind=KINDS[1], language="en"
    )
    @example(method="POST", body=b"who=%ff%fe%00", kind=KINDS[0], language="en")
    @example(
        method="POST",
        body=b'--x\r\nContent-Disposition: form-data; name="who"; filename="a.txt"\r\n\r\nKim\r\n--x--\r\n',
        kind=KINDS[1],
        language="en",
    )
    @example(method="POST", body=b"", kind="multipart/form-data", language="en")
    @example(
        method="POST",
        body=b"who=Kim",
        kind="application/x-www-form-urlencoded; charset=klingon",
        language="en",
    )
    def try_it(method, body, kind, language):
        refuse_bad(sent(method, addresses[page], body, kind, language))

    try_it()


def test_no_address_breaks_a_page(addresses):
    @often
    @given(
        start=st.sampled_from(["personal_page", "anonymous_page", "forget_me", "vip_page", "vip_page_talk"]),
        token=st.text(
            st.characters(exclude_categories=["Cs"], exclude_characters="/"), min_size=1, max_size=80
        ),
        method=st.sampled_from(["GET", "POST"]),
        query=st.text(max_size=20),
    )
    def try_it(start, token, method, query):
        answer = sent(method, f"{reverse(start, args=[token])}?{urlencode({'q': query})}")
        refuse_bad(answer)
        to_look_only = start == "vip_page_talk" and method == "POST"
        assert answer.status_code in ({405} if to_look_only else {404, 410})

    try_it()
