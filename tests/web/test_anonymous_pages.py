"""The anonymous page and the receipt, as somebody without an account meets them."""

import logging
import re
import time

import pytest
from django.core.cache import caches
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from ifnotyou.models import Job, Referral, Vip, Workspace
from ifnotyou.playbook.receipts import read_receipt
from ifnotyou.services import anonymous, sealing
from ifnotyou.web import anonymous_pages, quiet_log
from tests.chance import without_chance
from tests.company import clock, found, house  # noqa: F401 - fixtures
from tests.holders import MONDAYS, sent_to
from tests.services.test_anonymous import rows_of_everything

FIREFOX = {
    "REMOTE_ADDR": "203.0.113.5",
    "HTTP_USER_AGENT": "Firefox of somebody",
    "HTTP_REFERER": "https://mail.example.com/inbox",
    "HTTP_COOKIE": "ifnotyou=abc",
}


@pytest.fixture(autouse=True)
def _fresh_hour():
    """What was counted in the hour before, by other tests."""
    caches["process"].clear()
    quiet_log._broken.clear()
    yield
    quiet_log._broken.clear()


@pytest.fixture
def page(house):  # noqa: F811 - the fixture
    return sent_to(house, 5)


@pytest.fixture
def address(page):
    return reverse("anonymous_page", args=[page.token])


def fresh(address, **headers):
    """The receipt that an empty form brings along."""
    return re.search(r'name="receipt" value="([^"]+)"', Client().get(address, **headers).content.decode())[1]


def send(address, who="Ida Wells", **fields):
    fields = {"receipt": fresh(address), "who": who, **fields}
    return Client(**FIREFOX).post(address, fields)


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def receipt_in(answer):
    return re.search(r'class="receipt">([^<]+)<', answer.content.decode())[1]


def back(receipt, **fields):
    """Come back with a receipt."""
    return Client(**FIREFOX).post("/receipt", {"receipt": receipt, **fields})


def waiting(page):
    """The names in the pool."""
    return sorted(item["given"]["name"] for item in sealing.open_pool(page))


# --- opening


def test_opening_shows_role_and_company_and_writes_nothing(page, address):
    before, sealed = rows_of_everything(), bytes(page.sealed)

    answer = Client(**FIREFOX).get(address)

    page.refresh_from_db()
    assert (answer.status_code, bytes(page.sealed), rows_of_everything()) == (200, sealed, before)
    assert "<title>data engineer, Acme</title>" in answer.content.decode().replace(
        "Data Engineer", "data engineer"
    )
    assert Client().head(address).status_code == 200


@pytest.mark.parametrize("path", ["d/nothing", "receipt"])
def test_no_page_leaves_anything_with_the_reader(page, path):
    for method in ("get", "post"):
        answer = getattr(Client(**FIREFOX), method)(f"/{path}")
        assert not answer.cookies
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "<script" not in answer.content.decode()


def test_an_address_that_leads_nowhere_says_so(page):
    assert Client().get("/d/made-up").status_code == 404


def test_the_form_keeps_itself_out_of_the_browsers_memory(address):
    text = Client().get(address).content.decode()
    inputs = re.findall(r"<(?:input|textarea)[^>]*>", text)
    assert len(inputs) == 5
    assert all('autocomplete="off"' in one or 'type="checkbox"' in one for one in inputs)
    assert "file" not in re.findall(r'type="(\w+)"', text)
    assert "tel" not in re.findall(r'type="(\w+)"', text)


def test_before_sending_it_says_what_holds_and_what_does_not(address):
    text = text_of(Client().get(address))
    for words in (
        "Few people were asked",
        "Write little, and plainly",
        "The name alone can point to you",
        "a device and a network of your own",
        "on a Monday, never sooner",
        "Only if you are free to",
        "It does not hold against",
    ):
        assert words in text


@pytest.mark.parametrize("people", [1, 4])
def test_where_few_hold_the_link_it_says_so_and_takes_nothing(house, people):  # noqa: F811
    page = sent_to(house, people)
    address = reverse("anonymous_page", args=[page.token])

    shown = Client().get(address)
    sent = Client().post(address, {"who": "Ida Wells", "receipt": str(anonymous.new_receipt(page))})

    assert (shown.status_code, sent.status_code) == (200, 409)
    assert "this page would not protect you" in text_of(shown)
    assert "<form" not in shown.content.decode()
    assert sealing.open_pool(page) == []


def test_a_role_that_is_filled_is_said_so_and_takes_nothing(page, address):
    receipt = fresh(address)
    Job.objects.update(status="filled")

    assert "no longer open" in text_of(Client().get(address))
    assert Client().post(address, {"who": "Ida Wells", "receipt": receipt}).status_code == 409
    assert sealing.open_pool(page) == []


def test_it_speaks_the_readers_language_as_far_as_it_can(address):
    assert Client().get(address, headers={"accept-language": "pt-BR"}).headers["Content-Language"] == "pt"


# --- giving


def test_a_name_is_sealed_and_its_receipt_is_shown_once(page, address):
    answer = send(address, "Ida Wells, Harbour & Sons", why="Calm in storms.")

    assert answer.status_code == 200
    assert waiting(page) == ["Ida Wells"]
    assert anonymous.standing_of(page, read_receipt(receipt_in(answer)))
    assert receipt_in(answer) not in Client().get(address).content.decode()


def test_sending_leaves_no_trace_but_the_sealed_pool(page, address, caplog):
    before = rows_of_everything()
    with caplog.at_level(logging.DEBUG):
        send(address)
    assert rows_of_everything() == before
    assert caplog.records == []


def test_the_same_form_twice_is_one_name_and_one_receipt(page, address):
    fields = {"receipt": fresh(address), "who": "Ida Wells"}
    first, second = (Client().post(address, fields) for _ in range(2))
    assert receipt_in(first) == receipt_in(second) == fields["receipt"]
    assert waiting(page) == ["Ida Wells"]


@pytest.mark.parametrize("changed", ["", "nonsense", "99-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA"])
def test_a_form_whose_receipt_was_changed_gets_a_good_one(page, address, changed):
    answer = send(address, receipt=changed)
    assert receipt_in(answer) != changed
    assert anonymous.standing_of(page, read_receipt(receipt_in(answer)))


@pytest.mark.parametrize(
    "fields",
    [
        {"who": ""},
        {"who": "x" * 301},
        {"why": "x" * 301},
        {"works_at": "x" * 201},
        {"who": "+49 171 2345678"},
        {"who": "ida@example.org, 0171 2345678", "works_at": "x" * 201},
        {"who": "Ida Wells, Jo March, Kim Lee, Lee Brown, Sam Okafor"},
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_field_and_not_kept(page, address, fields):
    answer = send(address, **fields)
    assert answer.status_code == 400
    assert 'class="errors"' in answer.content.decode()
    assert sealing.open_pool(page) == []


def test_numbers_and_addresses_are_taken_out_and_said(page, address):
    answer = send(address, "Ida Wells", why="Ask her at +49 171 2345678 or ida@example.org, she is calm.")

    text = text_of(answer)
    assert "what looked like a telephone number" in text
    assert "left out the mail address" in text
    (item,) = sealing.open_pool(page)
    told = without_chance(str(item))
    assert "171" not in told
    assert "ida@" not in told


def test_an_address_that_nobody_called_welcome_is_not_kept(page, address):
    assert "left out the mail address" in text_of(send(address, "ida.wells@example.org"))
    (item,) = sealing.open_pool(page)
    assert (item["given"]["name"], item["given"]["email"]) == ("Ida Wells", "")


def test_an_address_that_is_welcome_is_kept(page, address):
    send(address, "Ida Wells ida@example.org", welcome="on")
    (item,) = sealing.open_pool(page)
    assert item["given"]["email"] == "ida@example.org"


def test_a_sensitive_remark_is_pointed_out_once_before_anything_is_kept(page, address):
    words = {"receipt": fresh(address), "who": "Ida Wells", "why": "She is unhappy there."}
    look = Client().post(address, words)
    assert "Are they needed?" in text_of(look)
    assert words["receipt"] in look.content.decode()
    assert sealing.open_pool(page) == []

    kept = Client().post(address, {**words, "as_it_is": "1"})

    assert receipt_in(kept) == words["receipt"]
    assert waiting(page) == ["Ida Wells"]


@pytest.mark.usefixtures("same_hour")
def test_one_sender_gives_a_few_names_an_hour_and_the_page_not_many_more(page, address, settings):
    codes = [send(address, f"Ida Number{letter}").status_code for letter in "abcde"]
    assert codes == [200, 200, 200, 200, 429]

    others = [
        Client(REMOTE_ADDR=f"198.51.100.{number}").post(address, {"receipt": "", "who": "Jo March"})
        for number in range(3)
    ]

    assert [one.status_code for one in others] == [200, 429, 429]
    assert "Jo March" in others[-1].content.decode()  # what was typed is still there
    assert len(waiting(page)) == 5


def test_a_full_pool_is_said_kindly_and_nothing_is_lost(page, address):
    send(address)
    item = {"kind": "line", "receipt": "", "seen": False, "text": "x" * 500}
    items = [*sealing.open_pool(page), *[item] * 80]
    sealing.close_pool(page, items)

    answer = send(address, "Jo March")

    assert answer.status_code == 503
    assert "nothing more fits" in text_of(answer)
    assert len(sealing.open_pool(page)) == 81


# --- coming back


def test_the_receipt_shows_how_it_stands_and_nothing_about_the_person(page, address):
    receipt = receipt_in(send(address))
    assert "It waits, sealed" in text_of(back(receipt))
    for moment in MONDAYS:
        anonymous.release(page.workspace, now=moment)
    assert "The company has it" in text_of(back(receipt.lower().replace("-", " ")))
    Vip.objects.update(contacted_at=MONDAYS[1], answered_on=MONDAYS[1].date(), closed_on=MONDAYS[1].date())

    text = text_of(back(receipt))

    assert "Somebody has been in touch" in text
    assert "Thank you for your trust." in text
    assert "Ida" not in text
    assert "Take the name back" not in text


def test_looking_writes_nothing(page, address):
    receipt = receipt_in(send(address))
    page.refresh_from_db()
    before, sealed = rows_of_everything(), bytes(page.sealed)
    back(receipt)
    page.refresh_from_db()
    assert (rows_of_everything(), bytes(page.sealed)) == (before, sealed)


def test_wrong_and_expired_receipts_are_answered_alike(page, address):
    receipt = receipt_in(send(address))
    for moment in MONDAYS:
        anonymous.release(page.workspace, now=moment)
    Referral.objects.update(receipt_hash="")

    wrong = [receipt, str(anonymous.new_receipt(page)), "99-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", "hello"]
    answers = [back(one) for one in wrong]

    assert {one.status_code for one in answers} == {404}
    assert len({text_of(one) for one in answers}) == 1
    assert "you can give them again" in text_of(answers[0])


def test_a_receipt_in_an_address_is_not_read(page, address):
    receipt = receipt_in(send(address))
    assert "It waits, sealed" not in text_of(Client().get(f"/receipt?receipt={receipt}"))


def test_taking_back_before_the_release(page, address):
    receipt = receipt_in(send(address))
    answer = back(receipt, do="withdraw")
    assert "It is taken back" in text_of(answer)
    assert sealing.open_pool(page) == []
    assert back(receipt, do="withdraw").status_code == 404


def test_taking_back_after_the_release(page, address):
    receipt = receipt_in(send(address))
    for moment in MONDAYS:
        anonymous.release(page.workspace, now=moment)

    assert "It is being taken back" in text_of(back(receipt, do="withdraw"))

    anonymous.release(page.workspace, now=MONDAYS[1].replace(day=30))
    assert (Referral.objects.count(), Vip.objects.count()) == (0, 0)


def test_a_question_is_read_and_answered(page, address, house):  # noqa: F811
    receipt = receipt_in(send(address))
    for moment in MONDAYS:
        anonymous.release(page.workspace, now=moment)
    anonymous.ask_question(Referral.objects.get(), "Which language is best?", house.recruiter, MONDAYS[1])
    assert "Which language is best?" in text_of(back(receipt))

    answer = back(receipt, do="add", text="Frisian, or call 0171 2345678.")

    assert "what looked like a telephone number" in text_of(answer)
    assert "waits for the next Monday" in text_of(answer)
    anonymous.release(page.workspace, now=MONDAYS[1].replace(month=7, day=6))
    lines = Referral.objects.get().lines.filter(from_host=False)
    assert [("Frisian" in line.text, "2345678" in line.text) for line in lines] == [(True, False)]


@pytest.mark.parametrize("text", ["", "x" * 301, "0171 2345678"])
def test_an_addition_that_cannot_be_taken_is_said_beside_the_field(page, address, text):
    answer = back(receipt_in(send(address)), do="add", text=text)
    assert answer.status_code == 400
    assert 'id="text_error"' in answer.content.decode()


def test_a_sensitive_addition_is_pointed_out_first(page, address):
    receipt = receipt_in(send(address))
    words = {"do": "add", "text": "She is unhappy there."}
    assert "Are they needed?" in text_of(back(receipt, **words))
    assert sealing.open_pool(page)[0]["lines"] == []

    back(receipt, **words, as_it_is="1")

    assert sealing.open_pool(page)[0]["lines"] == ["She is unhappy there."]


def test_more_than_enough_additions_wait_for_a_monday(page, address):
    receipt = receipt_in(send(address))
    codes = [back(receipt, do="add", text=f"More, {letter}.").status_code for letter in "abcd"]
    assert codes == [200, 200, 200, 409]


@pytest.mark.usefixtures("same_hour")
def test_receipts_are_not_tried_out_by_the_hundred(page):
    codes = [back("1-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA").status_code for _ in range(31)]
    assert codes == [404] * 30 + [429]


# --- what breaks


def break_it(monkeypatch):
    def broken(*_, **__):
        raise DatabaseError("disk of 203.0.113.5 full while keeping Ida Wells")

    monkeypatch.setattr(anonymous_pages.anonymous, "give", broken)


def test_what_breaks_is_shown_to_the_reader_and_told_to_no_log(page, address, monkeypatch, caplog, capfd):
    receipt = fresh(address)
    break_it(monkeypatch)
    client = Client(raise_request_exception=False, **FIREFOX)

    answer = client.post(address, {"receipt": receipt, "who": "Ida Wells"})

    assert answer.status_code == 500
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
    assert sealing.open_pool(page) == []


def test_it_is_told_in_a_later_hour_without_when_and_what(page, address, monkeypatch, caplog, same_hour):
    break_it(monkeypatch)
    client = Client(raise_request_exception=False, **FIREFOX)
    for _ in range(2):
        client.post(address, {"receipt": "", "who": "Ida Wells"})
    client.get("/healthz")
    assert caplog.records == []

    quiet_log.tell_what_broke(same_hour + 3600)
    quiet_log.tell_what_broke(same_hour + 3600)

    (record,) = caplog.records
    told = record.getMessage()
    assert "something broke (2 times): DatabaseError at " in told
    assert "> anonymous_pages.py:" in told
    assert not re.search(r"203|Ida|disk|/d/", told)


def test_errors_of_other_pages_are_told_at_once(caplog):
    with quiet_log.hushed():
        logging.getLogger("django.request").error("hushed")
    logging.getLogger("django.request").error("told")
    quiet_log.tell_what_broke(time.time() + 3600)
    assert [record.getMessage() for record in caplog.records] == [
        "told",
        "On an anonymous page, in an hour gone by, something broke (1 times): an error without an exception",
    ]


def test_before_there_is_a_workspace_the_pages_are_what_they_are(db):
    assert Workspace.objects.count() == 0
    assert Client().get("/receipt").status_code == 200
    assert Client().get("/d/made-up").status_code == 404
