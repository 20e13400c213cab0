"""The note as a mail: a person's plain mail, and nothing that could be slipped into it."""

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, message_from_string, policy
from email.header import decode_header, make_header
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ifnotyou.connectors.mail.message import (
    BadNote,
    Note,
    as_eml,
    as_mail,
    mailto,
    new_message_id,
    wire_address,
)
from tests.connectors.notes import a_note

HEADERS = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
]
BREAKS = [
    "\n",
    "\r",
    "\r\n",
    "\x00",
    "\x0b",
    "\x0c",
    "\x1b",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "\u202e",
    "\ud800",
]


def test_a_note_becomes_the_plain_mail_of_a_person():
    note = a_note(recipient_address="kim@example.net", message_id="<one@example.org>")

    assert as_eml(note, draft=False).decode() == (
        "Date: Mon, 23 Nov 2026 09:30:00 +0100\r\n"
        "From: Maria Okafor <maria@example.org>\r\n"
        "To: =?utf-8?q?Kim_=C3=81lvarez?= <kim@example.net>\r\n"
        "Subject: =?utf-8?q?Tuesday=E2=80=99s_talk=2C_and_one_question?=\r\n"
        "Message-ID: <one@example.org>\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: text/plain; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "Hi Kim,\r\n\r\n"
        "I still think of the queue you drew.\r\n=2E\r\n..\r\n"
        "If not you, whom should we talk to?\r\n\r\nMaria\r\n"
    )


def test_a_draft_opens_unsent_and_leaves_date_and_id_to_the_mail_program():
    draft = message_from_bytes(as_eml(a_note()), policy=policy.default)

    assert draft["X-Unsent"] == "1"
    assert "Date" not in draft
    assert "Message-ID" not in draft
    assert draft["To"].addresses[0].display_name == "Kim Álvarez"


def test_a_long_line_arrives_as_one_line():
    paragraph = "A paragraph as people write it, which goes on and on – without a break. " * 20

    mail = message_from_bytes(as_eml(a_note(body=paragraph), draft=False), policy=policy.default)

    assert mail.get_content() == f"{paragraph}\r\n"


@pytest.mark.parametrize(
    "field", ["sender_name", "recipient_name", "subject", "sender_address", "recipient_address"]
)
@pytest.mark.parametrize("hidden", BREAKS)
def test_a_hidden_character_is_refused_by_the_name_of_its_field(field, hidden):
    good = getattr(a_note(), field)

    for bad in (f"{good}{hidden}Bcc: eve@example.com", f"{hidden}{good}", f"{good}{hidden}"):
        with pytest.raises(BadNote) as refused:
            a_note(**{field: bad})
        assert refused.value.field == field
        assert bad not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kim",
        "kim@",
        "@example.net",
        "kim@example",
        "kim@@example.net",
        "kim@eve@example.net",
        "kim@example..net",
        "kim@-example.net",
        "kim@192.0.2.1",
        "kim@[192.0.2.1]",
        ".kim@example.net",
        "kim.@example.net",
        "kim..a@example.net",
        "kim @example.net",
        "kim,eve@example.net",
        "kim@example.net,eve@example.net",
        "kim@example.net> SIZE=1 <eve@example.net",
        '"kim"@example.net',
        "Kim <kim@example.net>",
        "mailto:kim@example.net",
        "kim\u200b@example.net",
        "kim@straße.example",
        "kim@ｅxample.net",
        "kim@例え。example",
        "k" * 65 + "@example.net",
        "kim@" + "a" * 64 + ".net",
        "kim@" + "a." * 130 + "net",
    ],
)
@pytest.mark.parametrize("field", ["sender_address", "recipient_address"])
def test_what_is_no_address_is_refused(field, address):
    with pytest.raises(BadNote) as refused:
        a_note(**{field: address})

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("address", "on_the_wire"),
    [
        ("kim+jobs@example.net", "kim+jobs@example.net"),
        ("o'hara@sub.example.net", "o'hara@sub.example.net"),
        ("a/b=c@example.net", "a/b=c@example.net"),
        ("kim@bücher.example", "kim@xn--bcher-kva.example"),
        ("kim@xn--bcher-kva.example", "kim@xn--bcher-kva.example"),
        ("jürgen@example.net", "jürgen@example.net"),
        ("用户@例え.example", "用户@xn--r8jz45g.example"),
    ],
)
def test_addresses_people_have_are_taken(address, on_the_wire):
    mail = as_mail(a_note(recipient_address=address, recipient_name=""))

    assert mail["To"].addresses[0].addr_spec == on_the_wire


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", ""),
        ("subject", "  "),
        ("subject", "x" * 251),
        ("body", ""),
        ("body", "\r\n \n"),
        ("body", "bell\a"),
        ("body", "torn \ud800"),
        ("message_id", ""),
        ("message_id", "one@example.org"),
        ("message_id", "<one@example.org>\r\nBcc: eve@example.com"),
        ("message_id", "<one@example.org>\n"),
        ("date", datetime(2026, 11, 23, 9, 30)),  # noqa: DTZ001 - that it has no zone is the point
    ],
)
def test_a_field_that_cannot_stand_in_a_mail_is_refused(field, value):
    with pytest.raises(BadNote) as refused:
        a_note(**{field: value})

    assert refused.value.field == field


def test_message_ids_are_in_the_domain_of_the_sender_and_do_not_repeat():
    ids = {new_message_id("maria@bücher.example") for _ in range(100)}

    assert len(ids) == 100
    assert all(len(one) >= 32 + len("<@xn--bcher-kva.example>") for one in ids)
    assert all(one.endswith("@xn--bcher-kva.example>") for one in ids)


def test_a_mailto_link_is_as_rfc_6068_wants_it():
    note = a_note(
        recipient_address="kim+50%?&x=1@example.net",
        subject="Café & queues?",
        body="Hi Kim,\nis 1+1=2 #so?",
    )

    assert mailto(note) == (
        "mailto:kim%2B50%25%3F%26x%3D1@example.net?subject=Caf%C3%A9%20%26%20queues%3F"
        "&body=Hi%20Kim%2C%0D%0Ais%201%2B1%3D2%20%23so%3F"
    )


def lines_of(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")


# --- for any note whatever -----------------------------------------------------------------------------------------

ANY_TEXT = st.text(max_size=120) | st.text(alphabet='\r\n:,;<>@"\\()=?_ .aBcé日', max_size=120)
ADDRESSES = st.sampled_from(["kim@example.net", "o'hara+x@example.net", "jürgen@bücher.example"]) | ANY_TEXT
ZONES = st.integers(-720, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def name_in(wire: bytes, header: str) -> str:
    """The name beside an address.

    Encoded words are put together by decode_header: the parser of EmailMessage keeps the
    folds between them, which RFC 2047 says are not there.
    """
    words = message_from_string(wire.decode())[header].rpartition(" <")[0]
    if words.startswith("=?"):
        return str(make_header(decode_header(words)))
    return message_from_string(wire.decode(), policy=policy.default)[header].addresses[0].display_name


@given(
    sender_name=ANY_TEXT,
    recipient_name=ANY_TEXT,
    recipient_address=ADDRESSES,
    subject=ANY_TEXT,
    body=ANY_TEXT,
    date=st.datetimes(min_value=datetime(1990, 1, 1), timezones=ZONES),  # noqa: DTZ001 - the zone comes beside it
    draft=st.booleans(),
)
@example(
    sender_name="Doe, Jürgen " * 12,
    recipient_name='Kim "K" \\ <eve@example.com>, =?utf-8?q?x?=',
    recipient_address="jürgen@bücher.example",
    subject="é" * 250,
    body=".\r\n\r\n.\r\nBcc: eve@example.com\r\n.",
    date=datetime(2026, 11, 23, tzinfo=UTC),
    draft=False,
)
def test_a_note_is_refused_or_arrives_as_it_was_written(
    sender_name, recipient_name, recipient_address, subject, body, date, draft
):
    """Nothing that stands in a field becomes a header, a recipient or the end of the mail."""
    try:
        note = a_note(
            sender_name=sender_name,
            recipient_name=recipient_name,
            recipient_address=recipient_address,
            subject=subject,
            body=body,
            date=date,
        )
    except BadNote:
        return

    wire = as_eml(note, draft=draft)

    head, _, _ = wire.partition(b"\r\n\r\n")
    names = [line.split(b":")[0].decode() for line in head.split(b"\r\n") if not line.startswith(b" ")]
    assert names == (
        ["X-Unsent", *(h for h in HEADERS if h not in {"Date", "Message-ID"})] if draft else HEADERS
    )
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert b"\r" not in wire.replace(b"\r\n", b"")
    assert max(map(len, wire.split(b"\r\n"))) <= 998
    assert wire.isascii() or not note.recipient_address.isascii()
    mail = message_from_string(wire.decode(), policy=policy.default)
    assert mail["Subject"] == note.subject.strip()
    (sender,), (recipient,) = mail["From"].addresses, mail["To"].addresses
    assert sender.addr_spec == note.sender_address
    assert recipient.addr_spec == wire_address(note.recipient_address)
    assert name_in(wire, "From") == note.sender_name.strip()
    assert name_in(wire, "To") == note.recipient_name.strip()
    assert lines_of(mail.get_content()) == lines_of(note.body)


@given(subject=ANY_TEXT, body=ANY_TEXT)
def test_a_mailto_link_carries_any_text(subject, body):
    try:
        note = a_note(subject=subject, body=body)
    except BadNote:
        return

    link = urlsplit(mailto(note))

    assert unquote(link.path) == note.recipient_address
    parts = parse_qs(link.query, strict_parsing=True)
    assert parts["subject"] == [note.subject.strip()]
    assert parts["body"] == [
        note.body.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").rstrip()
    ]


@given(data=st.data())
def test_what_is_looked_at_is_what_leaves(data):
    note = a_note(body=data.draw(st.text(alphabet="a. é\n", min_size=1).filter(str.strip)))

    assert as_mail(note).as_bytes() == as_eml(note, draft=False)


def test_a_note_cannot_be_changed_after_the_check():
    with pytest.raises(dataclasses.FrozenInstanceError):
        a_note().subject = "x\r\nBcc: eve@example.com"
    assert [field.name for field in dataclasses.fields(Note)][:4] == [
        "sender_name",
        "sender_address",
        "recipient_name",
        "recipient_address",
    ]
