"""What is kept of a mail, whatever program made it and whoever tried to break it."""

from email import message_from_bytes
from email.message import EmailMessage

import pytest

from ifnotyou.connectors.mail.received import MOST_TEXT, UnreadableMail, received, text_of_html

HEAD = b"From: Maya Chen <Maya@Example.org>\r\nMessage-ID: <one@example.org>\r\n"


def read(octets):
    return received(message_from_bytes(octets))


def mail(**changes):
    made = EmailMessage()
    for name, value in ({"From": "maya@example.org", "Message-ID": "<one@example.org>"} | changes).items():
        made[name] = value
    return made


def text_of(made):
    return read(made.as_bytes()).text


def test_sender_id_and_text_are_kept():
    one = read(
        HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\nKim P\xc3\xa1rk, at Birch.\r\nMaya\r\n"
    )

    assert (one.sender, one.message_id) == ("maya@example.org", "<one@example.org>")
    assert one.text == "Kim Párk, at Birch.\nMaya"


@pytest.mark.parametrize(
    ("header", "sender"),
    [
        (b"From: maya@example.org", "maya@example.org"),
        (b"from: <MAYA@EXAMPLE.ORG>", "maya@example.org"),
        (b"From: =?utf-8?q?Maya_=C3=81?=\r\n <maya@example.org>", "maya@example.org"),
        (b'From: "jon@example.org" <maya@example.org>', "maya@example.org"),
        (b"From: maya@example.org, jon@example.org", ""),
        (b"From: ", ""),
        (b"From: \xff\xfe", ""),
        (b"X-Nothing: at all", ""),
    ],
)
def test_only_one_sender_counts(header, sender):
    read_sender = read(header + b"\r\n\r\nHello").sender

    assert read_sender == sender or (not sender and "@" not in read_sender)


def test_plain_text_comes_before_html():
    both = mail()
    both.set_content("Kim Park")
    both.add_alternative("<p>Kim <b>Park</b></p>", subtype="html")

    assert text_of(both) == "Kim Park"


def test_html_alone_becomes_text():
    page = mail()
    page.set_content(
        "<html><head><title>no</title><style>p {color: red}</style></head><body><p>Try&nbsp;Kim&#33;</p>"
        '<div>Or <a href="https://example.com/in/noa">Noa</a><br>at\n   Birch</div>'
        "<script>alert(1)</script></body></html>",
        subtype="html",
    )

    assert text_of(page) == "Try Kim!\n\nOr Noa <https://example.com/in/noa>\nat Birch"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>open<div>ended", "open\nended"),
        ("<head><style>a{}<body>x", ""),  # a style that never ends holds everything
        ("<head><title>a</title><body>seen", "seen"),
        ("a &amp; b &lt;c&gt; &unknown; <", "a & b <c> &unknown; <"),
        ("<!-- hidden --><td>a</td><td>b</td>", "a b"),
        ("<![CDATA[x]]><p>y", "y"),
        ("", ""),
    ],
)
def test_broken_pages_are_survived(page, text):
    assert text_of_html(page) == text


def test_an_attached_mail_is_read_and_no_other_file():
    inner = mail(**{"From": "Noor <noor@example.net>", "Subject": "Grüße", "Message-ID": "<two@example.net>"})
    inner.set_content("Talk to Kim Park.")
    outer = mail()
    outer.set_content("See below.")
    outer.add_attachment(inner)
    outer.add_attachment("name,phone\nKim,1", subtype="csv", filename="people.csv")
    outer.add_attachment("secret plans", filename="notes.txt")

    assert text_of(outer) == (
        "See below.\n\n---------- Forwarded message ---------\nFrom: Noor <noor@example.net>\nSubject: Grüße\n\n"
        "Talk to Kim Park."
    )


def test_only_an_attached_mail_is_enough():
    octets = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n"
        b"Content-Disposition: attachment; filename=x.eml\r\n\r\nFrom: noor@example.net\r\n\r\nKim\r\n--b--\r\n"
    )

    assert read(octets).text.endswith("From: noor@example.net\n\nKim")


def test_a_mail_program_that_hides_the_text_in_the_richer_way_is_read():
    """Apple Mail puts attachments inside the alternative."""
    octets = (
        HEAD
        + b"Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain\r\n\r\n \r\n--a\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Kim</p>\r\n--b\r\n"
        b"Content-Type: application/pdf\r\n\r\nx\r\n--b--\r\n--a--\r\n"
    )

    assert read(octets).text == "Kim"


@pytest.mark.parametrize(
    ("declared", "octets", "text"),
    [
        ("iso-8859-1", b"P\xe1rk", "Párk"),
        ("utf-8", b"P\xe1rk", "Párk"),  # a lie
        ("us-ascii", "Párk".encode(), "Párk"),
        ("no-such-charset", "Párk".encode(), "Párk"),
        ("undefined", b"Park", "Park"),
        ("hex", b"Park", "Park"),
        ("utf-7", b"+2AA-", "?"),  # half of a character
        ("windows-1252", b"\x81x", "�x"),
        ("iso-2022-jp", "田中".encode("iso-2022-jp"), "田中"),
    ],
)
def test_every_charset_is_survived(declared, octets, text):
    header = HEAD + f"Content-Type: text/plain; charset={declared}\r\n\r\n".encode()

    assert read(header + octets).text == text


def test_no_more_text_is_kept_than_is_said():
    long = read(HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "é".encode() * MOST_TEXT).text

    assert len(long.encode()) == MOST_TEXT


def test_control_characters_are_left_out():
    assert read(HEAD + b"\r\nKim\x00\x1b[2J\tPark\r\rBirch").text == "Kim[2J\tPark\n\nBirch"


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x00" * 50,
        b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\n\r\nx",
        b"From: a@b.c\r\nContent-Type: ;;;=\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64",
        b"From: a@b.c\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nRnJvbTogeA==",
        b"From: =?x?y?z?= <\r\nMessage-ID: [\r\nContent-Disposition: attachment; filename*=x''%FF\r\n\r\nx",
    ],
)
def test_what_is_hardly_a_mail_is_read_as_far_as_it_goes(octets):
    assert isinstance(read(octets).text, str)


def test_what_is_nested_deeper_than_any_mail_is_not_read():
    with pytest.raises(UnreadableMail):
        read(HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 40 + b"deep")


@pytest.mark.parametrize(
    ("header", "message_id"),
    [
        (b"Message-ID: <a@b>", "<a@b>"),
        (b"Message-Id:\r\n <a@b>", "<a@b>"),
        (b"Message-ID: a@b (a comment)", "a@b (a comment)"),
        (b"Subject: none", ""),
    ],
)
def test_a_mail_is_known_by_its_id(header, message_id):
    assert read(header + b"\r\n\r\nx").message_id == message_id
