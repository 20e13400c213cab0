"""What an asker does in a browser: talk, write, send, pass on."""

import re
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from ifnotyou.models import Ask, Claim
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.letters import GAP
from ifnotyou.services import referrals
from tests.company import NOTE
from tests.connectors.mailserver import Break, Fault, FaultySmtp, Stage

BONUS = " There is a referral bonus in it for you."


@pytest.fixture
def connected(house, mail_server):
    """Maya's mailbox, at a real mail server that keeps its mails from test to test."""
    house.connect(house.maya, mail_server)
    return house


def arrived(mail_server):
    return mail_server.messages("noor@example.com")


def text_of(mail):
    return mail.get_content().replace("\r\n", "\n").strip()


def arrive(page, heading):
    """Wait for the page with this heading, and for its style sheet: line breaks and focus rings are its business."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.wait_for_load_state()


def previewed(page):
    """The note as the eye sees it, without the lines that say from whom to whom."""
    arrive(page, "Exactly as it will arrive")
    note = page.locator(".note")
    return note.inner_text().removeprefix(note.locator("header").inner_text()).strip()


def words_of(page):
    return page.get_by_label("Your note", exact=True)


def write_on(page, ask):
    """From the card to the draft, with its gap filled."""
    page.goto(f"/cards/{ask.pk}/")
    page.get_by_role("button", name="Write a note").click()
    draft = words_of(page).input_value()
    assert GAP in draft
    words_of(page).fill(draft.replace(GAP, "the ferry timetables"))


def state():
    return Ask.objects.get().state


def test_the_note_is_written_and_arrives_as_it_was_shown(connected, page_of, mail_server):
    before = len(arrived(mail_server))
    ask, page = connected.hand(), page_of(connected.maya)
    page.goto("/")
    page.get_by_role("link", name="Noor Haddad").click()
    write_on(page, ask)
    tone = page.get_by_role("region", name="How it reads")
    expect(tone).to_have_text("This reads like a kind ask.")

    kind = words_of(page).input_value()
    words_of(page).press("Control+End")
    words_of(page).press_sequentially(BONUS)
    expect(tone.locator(".finding.strong")).to_contain_text("This holds the note back.")
    words_of(page).fill(kind)
    expect(tone).to_have_text("This reads like a kind ask.")

    page.get_by_role("button", name="See how it will arrive").click()
    shown = previewed(page)
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("status")).to_contain_text("Your note has left.")

    (mail,) = arrived(mail_server)[before:]
    assert text_of(mail) == shown
    assert shown.startswith("Hi Noor,\n\n")
    assert str(mail["From"]) == "Maya Chen <maya@example.org>"
    page.reload()
    expect(page.get_by_role("button", name=re.compile("Send|Write"))).to_have_count(0)


def test_the_note_is_written_without_javascript(connected, page_of, mail_server):
    before = len(arrived(mail_server))
    ask, page = connected.hand(), page_of(connected.maya, java_script_enabled=False)
    write_on(page, ask)
    kind = words_of(page).input_value()
    words_of(page).fill(kind + BONUS)
    page.get_by_role("button", name="See how it will arrive").click()
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("referral bonus")
    expect(page.get_by_role("button", name=re.compile("^Send"))).to_have_count(0)

    page.get_by_role("button", name="Back to the note").click()
    expect(page.locator(".finding.strong p")).to_have_text(
        [
            re.compile("^Incentive: “.*referral bonus"),
            re.compile("Leave the reward out"),
            "This holds the note back.",
        ]
    )
    words_of(page).fill(kind)
    page.get_by_role("button", name="See how it will arrive").click()
    expect(problem).to_have_count(0)
    shown = previewed(page)
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("status")).to_contain_text("Your note has left.")

    assert [text_of(mail) for mail in arrived(mail_server)[before:]] == [shown]


def tab_to(page, target):
    """Press Tab until the target has the focus, which has to be seen; a page has no more than fifty stops."""
    for _ in range(50):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_IS_SEEN), page.evaluate("document.activeElement.outerHTML")
        if target.evaluate("it => it === document.activeElement"):
            return
    pytest.fail(f"The keyboard does not get to {target}.")


FOCUS_IS_SEEN = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect(), style = getComputedStyle(it);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
  const above = document.elementFromPoint(x, y);
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return ring && inside && (it.contains(above) || above.contains(it));
}"""


def test_the_keyboard_alone_is_enough(connected, page_of, mail_server):
    before = len(arrived(mail_server))
    connected.hand()
    page = page_of(connected.maya)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Noor Haddad"))
    page.keyboard.press("Enter")
    arrive(page, "Noor Haddad")
    tab_to(page, page.get_by_role("button", name="Write a note"))
    page.keyboard.press("Enter")
    arrive(page, "A note to Noor")
    tab_to(page, words_of(page))
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(NOTE)
    tab_to(page, page.get_by_role("button", name="See how it will arrive"))
    page.keyboard.press("Enter")
    arrive(page, "Exactly as it will arrive")
    tab_to(page, page.get_by_role("button", name="Send it now"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your note has left.")
    assert len(arrived(mail_server)) == before + 1


def test_the_doorway_is_read_and_kept_on_a_phone(house, page_of):
    ask = house.hand()
    phone = page_of(house.maya, width=360, height=740, has_touch=True, is_mobile=True, device_scale_factor=2)
    phone.goto(f"/cards/{ask.pk}/")
    phone.get_by_role("button", name="I’ll ask in conversation").tap()
    sentences = phone.get_by_role("region", name="What to say").locator("p")
    expect(sentences).to_have_count(3)
    expect(sentences.first).to_contain_text("If not you, who should we talk to about the Data Engineer role?")
    phone.wait_for_load_state()  # what is where is the style sheet's business
    for sentence in sentences.all():
        box = sentence.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    assert sentences.last.bounding_box()["y"] < 740  # all three begin on the first screen

    phone.get_by_label("The name you heard").fill("Ida Wells")
    phone.get_by_role("button", name="Keep it").tap()
    heard = phone.get_by_role("region", name="Noor named")
    expect(heard).to_contain_text("Ida Wells: in confidence, nobody but you sees who it came from")
    (name,) = referrals.names_of(Ask.objects.get())
    assert (name.vip.name, name.terms) == ("Ida Wells", "confidential")


def test_the_note_is_taken_to_ones_own_mail_program(house, page_of, tmp_path):
    ask, page = house.hand(), page_of(house.maya)
    write_on(page, ask)
    page.get_by_role("button", name="See how it will arrive").click()
    shown = previewed(page)
    expect(page.get_by_role("button", name="Send it now")).to_have_count(0)
    page.get_by_role("button", name="Send it from my own mail program").click()

    link = urlsplit(page.get_by_role("button", name="Open in my mail program").get_attribute("href"))
    assert (link.scheme, link.path) == ("mailto", "noor@example.com")
    assert parse_qs(link.query)["body"][0].replace("\r\n", "\n") == shown
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as .eml").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    mail = message_from_bytes(Path(file).read_bytes(), policy=policy.default)
    assert (file.suffix, mail["To"], mail["X-Unsent"]) == (".eml", "Noor Haddad <noor@example.com>", "1")
    assert text_of(mail) == shown

    page.get_by_role("button", name="I sent it").click()
    expect(page.locator("main")).to_contain_text("You asked on 17 June 2026.")
    assert state() == AskState.ASKED


def test_a_note_that_may_have_left_is_looked_for_and_comes_back(house, page_of):
    ask, page = house.hand(), page_of(house.maya)
    with FaultySmtp(Fault(Stage.END, Break.DROP)) as server:
        house.connect(house.maya, server)
        write_on(page, ask)
        page.get_by_role("button", name="See how it will arrive").click()
        page.get_by_role("button", name="Send it now").click()
        told = page.get_by_role("alert")
        expect(told).to_contain_text("It is not certain whether Noor was asked.")
        expect(told).to_contain_text("Is it in your Sent folder? Look for a note to noor@example.com")
        expect(told).to_contain_text("does not send it again by itself")
        assert Claim.objects.filter(ask=ask).exists()

        page.get_by_role("button", name="It did not leave").click()
        expect(page.get_by_role("button", name="Write a note")).to_be_visible()
        assert (state(), server.taken) == (AskState.WAITING, [])
    page.get_by_role("button", name="Write a note").click()
    expect(words_of(page)).to_have_value(re.compile("ferry timetables"))
