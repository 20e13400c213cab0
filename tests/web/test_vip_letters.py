"""The pages of a host's letters: who sees which, what stands on them, and the way from draft to what became of it."""

import html
import re
from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import unquote

import pytest
from django.test import Client

from ifnotyou.models import Letter, OptOut, Vip, Workspace
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import LetterKind, LetterState, VipStage
from ifnotyou.queries.humans import vip_keys
from ifnotyou.services import hosting, vip_letters
from tests.chance import without_chance
from tests.company import NOW, clock, house  # noqa: F401 - fixtures
from tests.connectors.mailserver import mail_server  # noqa: F401 - a fixture
from tests.letters import FIRST, GOODBYE, hosted, in_touch, name, saved, tell_of_itself, written

KINDS = pytest.mark.parametrize("kind", list(LetterKind))


@pytest.fixture
def acme(house):  # noqa: F811
    tell_of_itself(house)
    return house


def of(user):
    client = Client()
    client.force_login(user)
    return client


def text_of(answer):
    """What a page says, without the frame around it."""
    found = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    return without_chance(" ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split()))


def page_of(vip, kind=FIRST, rest=""):
    return f"/names/{vip.pk}/{kind}/{rest}"


def form_of(vip, kind=FIRST, language="en", **changes):
    words = written(vip, kind, language)
    return {"subject": words.subject, "body": words.body, "language": language} | changes


def write(client, vip, kind=FIRST, **changes):
    return client.post(page_of(vip, kind), form_of(vip, kind, **changes))


# --- who


@KINDS
def test_who_may_not_act_for_them_sees_none_of_it(acme, kind):
    vip = hosted(acme) if kind is FIRST else in_touch(acme)
    saved(vip, kind)
    for user, status in ((acme.maya, 404), (acme.steward, 403)):
        client = of(user)
        for rest in ("", "preview/", "letter.eml"):
            assert client.get(page_of(vip, kind, rest)).status_code == status
        for rest in ("", "tone/", "send/", "take-along/", "say/sent/", "say/not-sent/"):
            assert client.post(page_of(vip, kind, rest), form_of(vip, kind)).status_code == status
    assert Letter.objects.get(kind=kind).state == LetterState.DRAFT


def test_nobody_can_be_found_by_a_number_made_up(acme):
    for number in ("1", "0", "9" * 19):
        assert of(acme.jon).get(f"/names/{number}/first/").status_code == 404


def test_before_somebody_took_it_the_page_says_take_it(acme):
    vip = name(acme)
    answer = of(acme.recruiter).get(page_of(vip))
    assert (answer.status_code, f"/names/{vip.pk}/take/" in answer.content.decode()) == (200, True)
    assert "Nobody is their host yet." in text_of(answer)


def test_whoever_is_not_the_host_is_told_who_is_and_cannot_write(acme):
    vip = hosted(acme)
    client = of(acme.recruiter)
    answer = client.get(page_of(vip))
    assert (answer.status_code, "only the host writes" in text_of(answer)) == (409, True)
    assert "<form" not in answer.content.decode().partition("<main")[2].partition("</main>")[0]
    assert write(client, vip).status_code == 409
    assert client.post(page_of(vip, rest="send/")).status_code == 409
    assert not Letter.objects.exists()


# --- writing


def test_the_draft_stands_there_with_its_gaps_and_what_may_be_said(acme):
    vip = hosted(acme, why="Calm in a <b>crisis</b>.")
    answer = of(acme.jon).get(page_of(vip))
    text = text_of(answer)
    assert "[one true thing about their work that you can point to]" in text
    assert "Noor Haddad suggested you, and is happy for you to know." in text
    assert "Calm in a <b>crisis</b>." in text
    assert "&lt;b&gt;crisis" in answer.content.decode()
    assert "This holds the letter back." not in text
    assert "cannot leave yet" not in text


def test_what_is_missing_from_the_notice_is_told_while_one_writes(acme):
    vip = hosted(acme)
    Workspace.objects.update(notice={}, balancing={})
    text = text_of(of(acme.jon).get(page_of(vip)))
    assert "You can write already, but it cannot leave yet:" in text
    assert "The postal address of the company is missing." in text


@pytest.mark.parametrize("terms", [Terms.CONFIDENTIAL, Terms.ANONYMOUS])
def test_of_a_veiled_name_the_page_tells_neither_asker_nor_referrer(acme, terms):
    vip = hosted(acme, terms=terms)
    for answer in (of(acme.jon).get(page_of(vip)), write(of(acme.jon), vip)):
        assert not re.search("Maya|Noor", text_of(answer) if answer.status_code == 200 else "")
    of_preview = text_of(of(acme.jon).get(page_of(vip, rest="preview/")))
    assert not re.search("Maya|Noor", of_preview)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pt"])
@KINDS
def test_the_draft_can_begin_anew_in_another_language_and_nothing_is_kept_by_looking(acme, kind, language):
    vip = hosted(acme) if kind is FIRST else in_touch(acme)
    number = Letter.objects.count()
    answer = of(acme.jon).get(page_of(vip, kind), {"language": language})
    draft = vip_letters.draft_of(vip, kind, language, host=acme.jon)
    assert html.escape(draft.body).replace("&#x27;", "&#39;")[:60] in answer.content.decode()
    assert f'name="language" value="{language}"' in answer.content.decode()
    assert Letter.objects.count() == number


def test_a_language_that_we_have_not_begins_in_one_that_we_have(acme):
    vip = hosted(acme)
    assert 'name="language" value="en"' in of(acme.jon).get(page_of(vip), {"language": "xx"}).content.decode()
    assert write(of(acme.jon), vip, language="en").status_code == 302
    answer = of(acme.jon).post(page_of(vip), form_of(vip) | {"language": "xx"})
    assert answer.status_code == 400


def test_a_booking_link_stands_in_the_draft_by_itself(acme):
    vip = hosted(acme)
    acme.jon.booking_link = "https://book.example.org/jon"
    acme.jon.save()
    assert "https://book.example.org/jon" in text_of(of(acme.jon).get(page_of(vip), {"language": "de"}))


def test_what_was_saved_is_there_again(acme):
    vip = hosted(acme)
    assert write(of(acme.jon), vip, subject="Hello  from\tJon").headers["Location"] == page_of(
        vip, rest="preview/"
    )
    letter = Letter.objects.get()
    assert (letter.subject, letter.by, letter.state) == ("Hello from Jon", acme.jon, LetterState.DRAFT)
    assert letter.body in html.unescape(of(acme.jon).get(page_of(vip)).content.decode())


@pytest.mark.parametrize(
    "bad", [{"subject": ""}, {"body": "   "}, {"subject": "x" * 151}, {"body": "x" * 5001}, {"body": "a\0b"}]
)
def test_what_cannot_be_a_letter_is_told_beside_the_field(acme, bad):
    vip = hosted(acme)
    assert write(of(acme.jon), vip, **bad).status_code == 400
    assert not Letter.objects.exists()


def test_the_check_as_one_types_keeps_nothing(acme):
    vip = hosted(acme)
    client = of(acme.jon)
    bad = form_of(vip)["body"] + " We heard that you are unhappy there. There is a gift card in it."
    text = client.post(page_of(vip, rest="tone/"), form_of(vip, body=bad)).content.decode()
    assert ("Presumes" in text, "Incentive" in text, text.count("This holds the letter back.")) == (
        True,
        True,
        2,
    )
    good = client.post(page_of(vip, rest="tone/"), form_of(vip)).content.decode()
    assert "This reads like a kind letter." in good
    german = client.post(page_of(vip, rest="tone/"), form_of(vip, language="de")).content.decode()
    assert "Only partly checked" in german
    assert client.post(page_of(vip, rest="tone/"), {}).status_code == 200
    assert client.post(page_of(vip, rest="tone/"), {"language": "xx", "body": "[" * 3000}).status_code == 200
    assert not Letter.objects.exists()


# --- the preview, and leaving


def test_the_preview_shows_all_that_will_arrive(acme):
    vip = hosted(acme)
    write(of(acme.jon), vip)
    answer = of(acme.jon).get(page_of(vip, rest="preview/"))
    page = html.unescape(answer.content.decode())
    letter = Letter.objects.get()
    words = vip_letters.Words(letter.subject, letter.body, letter.language)
    assert vip_letters.whole_letter(vip, FIRST, words, host=acme.jon) in page
    assert "To: Kim Park <kim@example.net>" in page
    assert "Send it now" not in page
    assert "Send it from my own mail program" in page


def test_a_preview_of_what_may_not_leave_has_no_way_to_let_it(acme):
    vip = hosted(acme)
    write(of(acme.jon), vip, body="Hi Kim, there is a gift card in it for you.")
    text = text_of(of(acme.jon).get(page_of(vip, rest="preview/")))
    assert "This letter should not leave as it is." in text
    assert "Back to the letter" in text
    assert "Send" not in text.replace("Sent", "")
    answer = of(acme.jon).post(page_of(vip, rest="take-along/"))
    assert (answer.status_code, Letter.objects.get().state) == (409, LetterState.DRAFT)


def test_without_a_draft_there_is_nothing_to_look_at(acme):
    vip = hosted(acme)
    for rest in ("preview/",):
        assert of(acme.jon).get(page_of(vip, rest=rest)).headers["Location"] == page_of(vip)
    assert of(acme.jon).get(page_of(vip, rest="letter.eml")).status_code == 404
    assert of(acme.jon).post(page_of(vip, rest="say/sent/")).headers["Location"] == page_of(vip)


@KINDS
def test_sent_from_here_it_arrives_and_the_page_says_so(acme, mail_server, kind):  # noqa: F811
    address = f"kim-web-{kind}@example.net"
    vip = hosted(acme, email=address) if kind is FIRST else in_touch(acme, email=address)
    acme.connect(acme.jon, mail_server, "jon@example.org")
    client = of(acme.jon)
    write(client, vip, kind)
    assert "Send it now" in text_of(client.get(page_of(vip, kind, "preview/")))
    answer = client.post(page_of(vip, kind, "send/"))
    assert answer.headers["Location"] == f"/names/{vip.pk}/"
    again = client.post(page_of(vip, kind, "send/"))
    assert again.status_code in {200, 409}
    assert len(mail_server.messages(address)) == 1
    vip.refresh_from_db()
    assert vip.stage == (VipStage.CONTACTED if kind is FIRST else VipStage.PARTED)
    assert "What was written by Jon" in text_of(client.get(page_of(vip, kind)))


@KINDS
def test_taken_along_it_is_a_file_a_link_and_a_text_and_then_somebody_says_what_became_of_it(acme, kind):
    vip = hosted(acme) if kind is FIRST else in_touch(acme)
    client = of(acme.jon)
    write(client, vip, kind)
    assert client.get(page_of(vip, kind, "letter.eml")).status_code == 404
    assert client.post(page_of(vip, kind, "take-along/")).headers["Location"] == page_of(vip, kind)
    answer = client.get(page_of(vip, kind))
    page = html.unescape(answer.content.decode())
    letter = Letter.objects.get(kind=kind)
    words = vip_letters.Words(letter.subject, letter.body, letter.language)
    whole = vip_letters.whole_letter(vip, kind, words, host=acme.jon)
    (link,) = re.findall(r'href="(mailto:[^"]+)"', page)
    assert link.startswith("mailto:kim@example.net?subject=")
    # A first message is long: its link opens a mail to paste it into.
    assert (len(link) <= 1900, letter.body in unquote(link).replace("\r\n", "\n")) == (True, kind is GOODBYE)
    assert whole.strip() in page.replace("\r\n", "\n")

    file = client.get(page_of(vip, kind, "letter.eml"))
    mail = message_from_bytes(file.content, policy=policy.SMTPUTF8)
    assert (file["Content-Type"], mail["To"], mail["X-Unsent"]) == (
        "message/rfc822",
        "Kim Park <kim@example.net>",
        "1",
    )
    assert mail.get_content().replace("\r\n", "\n").strip() == whole.strip()

    assert client.post(page_of(vip, kind, "say/not-sent/")).headers["Location"] == page_of(vip, kind)
    assert Letter.objects.get(kind=kind).state == LetterState.DRAFT
    client.post(page_of(vip, kind, "take-along/"))
    assert client.post(page_of(vip, kind, "say/sent/")).headers["Location"] == f"/names/{vip.pk}/"
    vip.refresh_from_db()
    assert vip.stage == (VipStage.CONTACTED if kind is FIRST else VipStage.PARTED)
    assert client.post(page_of(vip, kind, "say/not-sent/")).status_code in {200, 409}
    assert Letter.objects.get(kind=kind).state == LetterState.SENT
    assert client.get(page_of(vip, kind, "letter.eml")).status_code == 404


def test_where_only_a_profile_is_known_the_text_is_taken_there(acme):
    vip = hosted(acme, email="", found_at="https://www.linkedin.com/in/kim-park")
    client = of(acme.jon)
    write(client, vip)
    text = text_of(client.get(page_of(vip, rest="preview/")))
    assert "Take the text along" in text
    client.post(page_of(vip, rest="take-along/"))
    page = client.get(page_of(vip)).content.decode()
    assert "https://www.linkedin.com/in/kim-park" in page
    assert "mailto:" not in page
    assert client.get(page_of(vip, rest="letter.eml")).status_code == 409
    client.post(page_of(vip, rest="say/sent/"), {"linked": "on"})
    vip.refresh_from_db()
    assert (vip.stage, vip.notice_how) == (VipStage.CONTACTED, "linked")


def test_an_address_at_work_is_refused_in_words(acme, mail_server):  # noqa: F811
    vip = hosted(acme, email="kim-at-work@birch.com", works_at="Birch Ltd")
    acme.connect(acme.jon, mail_server, "jon@example.org")
    client = of(acme.jon)
    write(client, vip)
    text = text_of(client.get(page_of(vip, rest="preview/")))
    assert "looks like their address at work" in text
    assert "Send it now" not in text
    assert client.post(page_of(vip, rest="send/")).status_code == 409
    client.post(page_of(vip, rest="take-along/"))
    page = client.get(page_of(vip)).content.decode()
    assert "mailto:" not in page
    assert "kim-at-work@birch.com" not in page


def test_uncertain_it_is_a_question_to_a_person(acme):
    vip = hosted(acme)
    letter = saved(vip)
    Letter.objects.filter(pk=letter.pk).update(
        state=LetterState.UNCERTAIN, claimed_at=NOW, message_id="<x@example.org>", trouble="It hung up."
    )
    for user in (acme.jon, acme.recruiter):
        text = text_of(of(user).get(page_of(vip)))
        assert "It is not certain whether Kim was written to. It hung up." in text
        assert "ifnotyou does not send it again by itself." in text
    assert "Jon wrote it: ask them what they find." in text
    assert write(of(acme.jon), vip).status_code == 200
    assert Letter.objects.get().body == letter.body
    assert of(acme.jon).post(page_of(vip, rest="send/")).status_code == 409
    of(acme.recruiter).post(page_of(vip, rest="say/sent/"))
    vip.refresh_from_db()
    assert (vip.stage, vip.contacted_by) == (VipStage.CONTACTED, acme.jon)


def test_while_it_leaves_the_page_says_so(acme):
    vip = hosted(acme)
    letter = saved(vip)
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.SENDING, claimed_at=NOW)
    assert "leaving this very moment" in text_of(of(acme.jon).get(page_of(vip)))


def test_a_double_click_and_two_tabs_do_no_harm(acme):
    vip = hosted(acme)
    one, other = of(acme.jon), of(acme.jon)
    write(one, vip)
    write(other, vip, subject="The second thought")
    assert Letter.objects.get().subject == "The second thought"
    assert one.post(page_of(vip, rest="take-along/")).status_code == 302
    answer = other.post(page_of(vip, rest="take-along/"))
    assert (answer.status_code, "say first whether it was sent" in text_of(answer)) == (409, True)
    assert one.post(page_of(vip, rest="say/sent/")).status_code == 302
    answer = other.post(page_of(vip, rest="say/sent/"))
    assert (answer.status_code, "already" in text_of(answer)) == (200, True)
    assert Letter.objects.count() == 1


@KINDS
def test_whoever_opted_out_is_not_written_to(acme, kind):
    vip = hosted(acme) if kind is FIRST else in_touch(acme)
    saved(vip, kind)
    OptOut.objects.create(workspace=acme.workspace, key=vip_keys(vip, acme.workspace)[0])
    client = of(acme.jon)
    answer = client.get(page_of(vip, kind))
    assert (answer.status_code, "please do not write" in text_of(answer)) == (409, True)
    assert client.post(page_of(vip, kind, "send/")).status_code == 409
    assert client.post(page_of(vip, kind, "take-along/")).status_code == 409


def test_a_goodbye_before_a_hello_is_refused(acme):
    vip = hosted(acme)
    answer = of(acme.jon).get(page_of(vip, GOODBYE))
    assert (answer.status_code, "Nobody has written to them yet." in text_of(answer)) == (409, True)


def test_another_host_begins_with_a_draft_of_their_own(acme):
    vip = hosted(acme)
    write(of(acme.jon), vip, subject="From Jon himself")
    hosting.hand_on(vip, acme.maya, by=acme.recruiter, now=NOW + timedelta(minutes=1))
    page = of(acme.maya).get(page_of(vip)).content.decode()
    assert "From Jon himself" not in page
    assert "I am Maya" in page
    assert of(acme.maya).get(page_of(vip, rest="preview/")).headers["Location"] == page_of(vip)
    assert Vip.objects.get().host == acme.maya
