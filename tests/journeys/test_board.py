"""The board in a real browser: by mouse, by keyboard, without JavaScript, on a phone, and with two people at once."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from ifnotyou.models import Job, Referral, Vip
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import VipStage
from ifnotyou.services import hosting
from tests.company import NOW, TODAY
from tests.hosted import at, give, in_every_stage, many, named
from tests.journeys.test_accessibility import ALL_LOOKS, AXE, findings

LONG_NAME = "Wilhelmina-Alexandra von Schwarzenberg-Hohenlohe" + "W" * 90

scripts = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])


def card(page, name):
    return page.locator(".vip", has=page.get_by_role("link", name=name, exact=True))


def column(page, stage):
    return page.locator(f"section[data-stage={stage}]")


def stands(page, name, stage):
    """Wait until the card is there and nowhere else; then it is so in the database too."""
    expect(column(page, stage).get_by_role("link", name=name, exact=True)).to_be_visible()
    expect(card(page, name)).to_have_count(1)
    assert Vip.objects.get(name=name).stage == stage


def drag(page, name, stage):
    card(page, name).drag_to(column(page, stage).get_by_role("heading"))


def test_the_mouse_drags_a_card_through_every_column(house, page_of):
    named(house)
    at(house, "contacted", "Ada Berg")
    page = page_of(house.recruiter)
    page.goto("/board/")
    for stage in ("taken", "named", "taken"):
        drag(page, "Kim Park", stage)
        stands(page, "Kim Park", stage)
    expect(page.get_by_role("status").get_by_text("Kim Park: taken.")).to_be_visible()
    for stage in ("talking", "contacted", "talking", "in_process", "hired", "in_process"):
        drag(page, "Ada Berg", stage)
        stands(page, "Ada Berg", stage)
    assert Vip.objects.get(name="Kim Park").host == house.recruiter


def test_what_wants_a_letter_is_dragged_to_where_it_is_written(house, page_of):
    taken, talking = at(house, "taken", "Ada Taken"), at(house, "talking", "Ada Talking")
    page = page_of(house.recruiter)
    for name, stage, address in (
        ("Ada Taken", "contacted", f"/names/{taken.pk}/first/"),
        ("Ada Talking", "parted", f"/names/{talking.pk}/goodbye/"),
    ):
        page.goto("/board/")
        drag(page, name, stage)
        page.wait_for_url(f"**{address}")
    assert {vip.stage for vip in Vip.objects.all()} == {"taken", "talking"}


def test_where_no_way_leads_the_board_says_why_and_nothing_moves(house, page_of):
    named(house)
    page = page_of(house.recruiter)
    page.goto("/board/")
    drag(page, "Kim Park", "hired")
    expect(page.get_by_role("alert")).to_have_text(
        "Nobody has taken it yet: somebody becomes the host first."
    )
    stands(page, "Kim Park", "named")


def test_arrow_keys_lead_through_the_board_and_move_cards(house, page_of):
    in_every_stage(house)
    second = named(house, "Kim Park")
    Vip.objects.filter(pk=second.pk).update(due_at=NOW + timedelta(days=3))
    page = page_of(house.recruiter)
    page.goto("/board/")

    def press(key, name):
        page.keyboard.press(key)
        expect(page.get_by_role("link", name=name, exact=True)).to_be_focused()

    page.get_by_role("link", name="Ada Named", exact=True).focus()
    press("ArrowDown", "Kim Park")
    press("ArrowUp", "Ada Named")
    press("ArrowRight", "Ada Taken")
    press("ArrowRight", "Ada Contacted")
    press("ArrowLeft", "Ada Taken")
    press("ArrowLeft", "Ada Named")
    press("Shift+ArrowRight", "Ada Named")  # which has moved, and keeps the focus
    stands(page, "Ada Named", "taken")
    press("Shift+ArrowLeft", "Ada Named")
    stands(page, "Ada Named", "named")
    page.get_by_role("link", name="Ada Contacted", exact=True).focus()
    for stage in ("talking", "in_process", "hired"):
        press("Shift+ArrowRight", "Ada Contacted")
        stands(page, "Ada Contacted", stage)


@scripts
@pytest.mark.parametrize("width", [1280, 360])
def test_every_stage_is_walked_by_buttons_alone(house, page_of, scripts, width):
    vip = named(house)
    at(house, "contacted", "Ada Berg")
    page = page_of(house.recruiter, width=width, java_script_enabled=scripts)
    page.goto("/board/")
    page.get_by_role("button", name="Take it: Kim Park").click()
    expect(page.get_by_text("Kim Park: taken.")).to_be_visible()
    stands(page, "Kim Park", "taken")
    for word, stage in (
        ("They answered", "talking"),
        ("A slip: no answer yet", "contacted"),
        ("They applied", "in_process"),
        ("They are hired", "hired"),
        ("A slip: not hired yet", "in_process"),
        ("A slip: not in process", "talking"),
    ):
        card(page, "Ada Berg").get_by_text("Move", exact=True).click()
        page.get_by_role("button", name=f"{word}: Ada Berg").click()
        stands(page, "Ada Berg", stage)
    card(page, "Kim Park").get_by_text("Move", exact=True).click()
    page.get_by_role("button", name="Write the first message: Kim Park").click()
    page.wait_for_url(f"**/names/{vip.pk}/first/")


def test_the_keyboard_alone_presses_the_buttons(house, page_of):
    at(house, "contacted", "Ada Berg")
    page = page_of(house.recruiter)
    page.goto("/board/")
    page.get_by_role("link", name="Ada Berg", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # opens the fold
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    stands(page, "Ada Berg", "talking")
    expect(page.get_by_role("link", name="Ada Berg", exact=True)).to_be_focused()


def test_two_look_at_it_and_each_sees_what_the_other_does(house, page_of):
    named(house)
    at(house, "contacted", "Ada Berg")
    one, other = page_of(house.recruiter), page_of(house.admin)
    other.clock.install()
    one.goto("/board/")
    other.goto("/board/")
    other.get_by_role("link", name="Ada Berg", exact=True).focus()
    one.get_by_role("button", name="Take it: Kim Park").click()
    stands(one, "Kim Park", "taken")
    other.clock.run_for(21_000)
    expect(column(other, "taken").get_by_text("Recruiter hosts")).to_be_visible()
    expect(other.get_by_role("link", name="Ada Berg", exact=True)).to_be_focused()


def test_nothing_changes_under_somebodys_hand(house, page_of):
    vip = named(house)
    at(house, "contacted", "Ada Berg")
    page = page_of(house.recruiter)
    page.clock.install()
    page.goto("/board/")
    fold = card(page, "Ada Berg").get_by_text("Move", exact=True)
    fold.click()
    hosting.take(vip, by=house.jon, now=NOW)
    page.clock.run_for(21_000)
    expect(page.get_by_role("button", name="They answered: Ada Berg")).to_be_visible()
    expect(column(page, "named").get_by_text("Kim Park")).to_be_visible()
    fold.click()
    page.clock.run_for(21_000)
    expect(column(page, "taken").get_by_text("Kim Park")).to_be_visible()


def test_of_two_who_take_the_same_the_second_is_told(house, page_of):
    vip = named(house)
    page = page_of(house.recruiter)
    page.goto("/board/")
    hosting.take(vip, by=house.jon, now=NOW)
    page.get_by_role("button", name="Take it: Kim Park").click()
    expect(page.get_by_role("alert")).to_have_text("Jon has taken it already.")
    stands(page, "Kim Park", "taken")


@scripts
def test_somebody_is_found_and_moved_among_what_was_found(house, page_of, scripts):
    named(house)
    at(house, "taken", "Ada Berg")
    page = page_of(house.recruiter, java_script_enabled=scripts)
    page.goto("/board/")
    page.get_by_label("Find by name or role").fill("kim")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("link", name="Ada Berg")).to_have_count(0)
    page.get_by_role("button", name="Take it: Kim Park").click()
    stands(page, "Kim Park", "taken")
    expect(page.get_by_role("link", name="Ada Berg")).to_have_count(0)
    page.get_by_label("Find by name or role").fill("")
    page.get_by_label("Mine").check()
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("You host")).to_be_visible()
    expect(page.get_by_role("link", name="Ada Berg")).to_have_count(0)


def test_axe_finds_nothing(house, page_of, clock):
    page = page_of(house.recruiter)
    page.add_init_script(path=AXE)

    def look(name, address="/board/", whose=page, looks=ALL_LOOKS):
        whose.goto(address)
        for fold in whose.locator("details").all():
            fold.locator("summary").click()
        return findings(whose, name, looks)

    found = look("empty") + look("nobody found", "/board/?q=nobody")
    in_every_stage(house)
    give(house, "Kim Park")
    give(house, "", Terms.INTRODUCE)
    Referral.objects.filter(vip=None).update(expected_on=TODAY)
    at(house, VipStage.TALKING, LONG_NAME, host=house.recruiter)
    hosting.set_aside(named(house, "Ada Aside"), "off_limits", by=house.recruiter, now=NOW)
    Job.objects.update(title="Engineer" * 20)
    many(house, 100)
    clock(NOW + timedelta(days=2))
    found += look("full") + look("one column", "/board/?stage=talking")
    for who in (house.steward, house.jon):
        theirs = page_of(who)
        theirs.add_init_script(path=AXE)
        found += look(who.name, whose=theirs, looks=ALL_LOOKS[:1])
    assert not found, "\n".join(found)
