"""The page of somebody named: on a phone, with and without JavaScript, by keyboard, in five languages."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.urls import reverse
from playwright.sync_api import expect

from ifnotyou.models import Talk, Vip
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.hosting import Step, VipStage
from ifnotyou.services import asks, hosting, notice, referrals, vips
from ifnotyou.services.vips import Contact
from tests.company import NOW, TODAY
from tests.journeys.test_accessibility import ALL_LOOKS, AXE, findings
from tests.journeys.tour import LONG, LONG_AND_RIGHT_TO_LEFT
from tests.services.test_notice import COMPLETE

PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LANGUAGES = ("en", "de", "fr", "es", "pt")


@pytest.fixture
def kim(house, settings, tmp_path):
    """Kim, whom Noor named and Jon has written to; the company's notice is complete."""
    settings.DATA_DIR = tmp_path
    caches["process"].clear()
    notice.change(house.workspace, COMPLETE, by=house.admin)
    notice.confirm(house.workspace, "A", "B", "C", by=house.admin, today=TODAY)
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    given = Given(
        "Kim Park", email="kim@example.net", works_at="Birch", why="The calmest person in a crisis."
    )
    vip = referrals.give(ask, given, Terms.NAMED, by=house.maya, now=NOW).vip
    referrals.announce(house.workspace, now=NOW)
    hosting.take(vip, by=house.jon, now=NOW)
    vips.say_contacted(vip, Contact(TODAY, "in_message", "2026-11"), by=house.jon, now=NOW)
    return Vip.objects.get(pk=vip.pk)


def address(vip):
    return reverse("vip_page", args=[vip.forget_token])


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_more_is_one_tap_and_delete_me_is_as_large(page_of, kim, scripts):
    phone = page_of(java_script_enabled=scripts, **PHONE)
    phone.goto(address(kim))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Somebody thought of you")
    more, delete = (
        phone.get_by_role("button", name=name, exact=True)
        for name in ("Tell me more", "No thanks, delete me")
    )
    sizes = [(box["width"], box["height"]) for box in (more.bounding_box(), delete.bounding_box())]
    assert sizes[0] == sizes[1]
    looks = (
        "it => [getComputedStyle(it).backgroundColor, getComputedStyle(it).color, getComputedStyle(it).font]"
    )
    if scripts:
        assert more.evaluate(looks) == delete.evaluate(looks)
    more.tap()
    expect(phone.locator("main")).to_contain_text("You would like to hear more: thank you.")
    kim.refresh_from_db()
    assert (kim.stage, kim.step) == (VipStage.TALKING, Step.ANSWER)
    assert phone.context.cookies() == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_delete_me_is_two_taps(page_of, kim, scripts):
    phone = page_of(java_script_enabled=scripts, **PHONE)
    phone.goto(address(kim))
    phone.get_by_role("button", name="No thanks, delete me").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Shall Acme forget you?")
    phone.get_by_role("button", name="Forget me now").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("You are forgotten")
    assert not Vip.objects.exists()


def test_not_now_and_what_is_wrong_by_keyboard_alone(page_of, kim):
    page = page_of()
    page.goto(address(kim))
    page.locator("summary", has_text="Not now").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    keep = page.get_by_role("checkbox", name="You may get in touch with me again later.")
    expect(keep).to_be_focused()
    expect(keep).not_to_be_checked()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(
        "You said that we may get in touch again, until 17 June 2028"
    )

    page.locator("summary", has_text="Something is wrong").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Your name")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Kim Lee")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("what we hold is put right")
    kim.refresh_from_db()
    assert kim.name == "Kim Lee"


def test_a_mistake_is_announced_and_leads_to_its_field(page_of, kim):
    page = page_of()
    page.goto(address(kim))
    page.locator("summary", has_text="Something is wrong").click()
    page.get_by_label("A public profile").fill("not an address")
    with page.expect_navigation():
        page.get_by_role("button", name="Keep it like this").click()
    page.get_by_role("alert").get_by_role("link").click()
    field = page.get_by_label("A public profile")
    expect(field).to_be_visible()
    expect(field).to_have_accessible_description("This is not the address of a public profile.")


def faces(page, vip):
    """Every face of the page, one after the other, by name."""
    page.goto(address(vip))
    yield "first"
    for summary in page.locator("summary").all():
        summary.click()
    yield "all of it open"
    page.locator("#found_at").fill("not an address")
    with page.expect_navigation():
        page.locator("button[value=correct]").click()
    yield "a mistake"
    page.goto(address(vip))
    page.locator("summary").first.click()
    page.locator("#keep").check()
    with page.expect_navigation():
        page.locator("button[value=not_now]").click()
    yield "not now"
    with page.expect_navigation():
        page.locator("button[value=more]").click()
    yield "more"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_face_is_for_everybody_in_every_language(house, page_of, kim, language):
    Vip.objects.update(language=language)
    Talk.objects.create(
        workspace=house.workspace,
        vip=kim,
        host=house.jon,
        starts_at=NOW + timedelta(days=1),
        minutes=30,
        place="By video",
        uid="a",
    )
    page = page_of(locale="ja-JP")
    page.goto(address(kim))
    buttons = page.locator(".same button").all()
    sizes = {(box["width"], box["height"]) for box in (button.bounding_box() for button in buttons)}
    assert (len(buttons), len(sizes)) == (2, 1)
    page.add_init_script(path=AXE)
    looks = ALL_LOOKS if language == "de" else ALL_LOOKS[2:3]
    found = [line for name in faces(page, kim) for line in findings(page, f"{language}, {name}", looks)]
    assert page.locator("html").get_attribute("lang") == language
    assert found == []


def test_it_stands_long_names_and_other_scripts(house, page_of, kim):
    Vip.objects.update(
        name=LONG_AND_RIGHT_TO_LEFT[:200], works_at=LONG[:200], found_at="https://birch.example/" + "x" * 300
    )
    house.jon.name = LONG[:200]
    house.jon.save()
    page = page_of()
    page.add_init_script(path=AXE)
    assert [line for name in faces(page, kim) for line in findings(page, name, ALL_LOOKS[2:3])] == []


def test_the_settings_of_the_notice_are_for_everybody(house, page_of):
    page = page_of(house.steward)
    page.add_init_script(path=AXE)
    page.goto("/settings/notice/")
    assert findings(page, "empty", ALL_LOOKS) == []
    page.get_by_label("Full name of the company").fill("Acme GmbH")
    page.get_by_label("Data protection officer", exact=False).first.fill("Ana Lund")
    page.get_by_label("The law asks for none here").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was kept yet")
    for summary in page.locator("summary").all():
        summary.click()
    assert findings(page, "a mistake, previews open", ALL_LOOKS) == []
