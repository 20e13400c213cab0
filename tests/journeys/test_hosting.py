"""Somebody named, walked all the way: by mouse, by keyboard, without JavaScript, at a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from ifnotyou.models import Letter, Vip
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import LetterState, VipStage
from ifnotyou.services import hosting
from tests.company import NOW, usual_story
from tests.hosted import at, give, in_every_stage, named
from tests.journeys.test_accessibility import ALL_LOOKS, AXE, findings
from tests.letters import GAPS, tell_of_itself

LONG_NAME = "Wilhelmina-Alexandra von Schwarzenberg-Hohenlohe" + "W" * 90
FRIDAY = "2026-06-19"


class Mouse:
    """Points and clicks."""

    def __init__(self, page):
        self.page = page

    def press(self, name):
        self.named(name).click()

    def named(self, name):
        link = self.page.get_by_role("link", name=name, exact=True)
        return self.page.get_by_role("button", name=name, exact=True).or_(link)

    def unfold(self, words):
        self.page.locator("summary", has_text=words).click()

    def choose(self, label):
        self.page.get_by_label(label).check()


class Keyboard(Mouse):
    """Touches no mouse: goes there with the Tab key, as far as it is, and presses what is there."""

    def press(self, name):
        self._go_to(self.named(name))
        self.page.keyboard.press("Enter")

    def unfold(self, words):
        self._go_to(self.page.locator("summary", has_text=words))
        self.page.keyboard.press("Enter")

    def choose(self, label):
        self._go_to(self.page.get_by_label("Ours"))
        if not self.page.get_by_label(label).is_checked():
            self.page.keyboard.press("ArrowDown")

    def _go_to(self, target):
        expect(target).to_have_count(1)
        for _ in range(150):
            self.page.keyboard.press("Tab")
            if target.evaluate("it => it === document.activeElement"):
                return
        pytest.fail(f"the Tab key does not lead to {target}")


ways = pytest.mark.parametrize(
    ("hand", "width", "scripts"),
    [
        (Mouse, 1280, True),
        (Mouse, 360, True),
        (Keyboard, 1280, True),
        (Mouse, 1280, False),
        (Mouse, 360, False),
    ],
    ids=["mouse", "phone", "keyboard", "no scripts", "phone without scripts"],
)


def write_letter(page, hand):
    """Fill the gaps of the draft, look at it, take it along, and say that it was sent."""
    body = page.get_by_label("Your letter")
    words = body.input_value()
    for gap in GAPS:
        words = words.replace(gap, "the timetable of the night ferries")
    body.fill(words)
    hand.press("See how it will arrive")
    hand.press("Send it from my own mail program")
    hand.press("I sent it")


@ways
def test_from_a_name_to_a_hire(house, page_of, hand, width, scripts):
    tell_of_itself(house)
    house.tell(usual_story().job(hiring_manager_id="jon"))
    give(house, email="kim@example.net", why="Calm in a crisis.")
    page = page_of(house.jon, width=width, java_script_enabled=scripts)
    hand = hand(page)
    page.goto(f"/names/{Vip.objects.get().pk}/")
    expect(page.get_by_role("heading", name="Will you be their host?")).to_be_visible()

    hand.press("Take it")
    expect(page.get_by_role("heading", name="You are their host")).to_be_visible()
    hand.press("Write the first message")
    write_letter(page, hand)
    expect(page.get_by_text("Until 16 August 2026")).to_be_visible()
    assert Letter.objects.get().state == LetterState.SENT

    hand.press("They answered")
    expect(page.get_by_text("An answer: they wrote to us")).to_be_visible()
    page.get_by_label("What comes next?").fill("Send the reading list")
    page.get_by_label("By when?").fill(FRIDAY)
    hand.choose("Theirs: nobody reminds them")
    hand.press("Keep the next step")
    expect(page.get_by_text("Until 19 June 2026")).to_be_visible()

    hand.unfold("How it goes on")
    hand.press("They applied")
    expect(page.get_by_text("Tell them what happens next")).to_be_visible()
    hand.unfold("How it goes on")
    hand.press("They are one of us")
    expect(page.get_by_text("They are one of us, since 17 June 2026.")).to_be_visible()
    vip = Vip.objects.get()
    assert (vip.stage, vip.host, vip.contacted_at) == (VipStage.HIRED, house.jon, NOW)


@ways
def test_from_a_name_to_a_goodbye(house, page_of, hand, width, scripts):
    tell_of_itself(house)
    vip = named(house, terms=Terms.CONFIDENTIAL, email="kim@example.net", works_at="Birch")
    page = page_of(house.recruiter, width=width, java_script_enabled=scripts)
    hand = hand(page)
    page.goto("/names/")
    hand.press("Kim Park")
    hand.press("Take it")
    hand.press("Write the first message")
    write_letter(page, hand)

    hand.press("They answered")
    expect(page.get_by_text("An answer: they wrote to us")).to_be_visible()
    hand.unfold("How it goes on")
    hand.press("Write a goodbye")
    write_letter(page, hand)
    expect(page.get_by_text("Parted as friends on 17 June 2026.")).to_be_visible()
    vip.refresh_from_db()
    assert vip.stage == VipStage.PARTED
    assert Letter.objects.filter(state=LetterState.SENT).count() == 2

    hand.press("They wrote again")
    expect(page.get_by_text("An answer: they wrote to us")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_whoever_has_no_time_hands_it_on_to_somebody_by_name(house, page_of, scripts):
    at(house, VipStage.TALKING, host=house.maya)
    page = page_of(house.maya, width=360, java_script_enabled=scripts)
    page.goto(f"/names/{Vip.objects.get().pk}/")
    page.locator("summary", has_text="How it goes on").click()
    page.get_by_role("button", name="Hand it on").click()
    page.get_by_label("Name of a colleague").fill("sam")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Hand on to Sam Okafor").click()
    expect(page.get_by_text("Sam Okafor hears of it at once.")).to_be_visible()
    assert Vip.objects.get().host.email == "sam@example.org"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_an_introduction_arrives_and_is_put_right(house, page_of, scripts):
    give(house, "", Terms.INTRODUCE)
    page = page_of(house.recruiter, java_script_enabled=scripts)
    page.goto("/names/")
    page.get_by_role("link", name="It arrived").click()
    page.get_by_label("Name", exact=True).fill("Lee Fox")
    page.get_by_role("button", name="Keep: they wrote to us").click()
    expect(page.get_by_role("heading", name="Lee Fox", level=1)).to_be_visible()
    page.get_by_role("link", name="Put something right").click()
    page.get_by_label("Where they work").fill("Birch")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", name="Lee Fox", level=1)).to_be_visible()
    assert Vip.objects.get().works_at == "Birch"


def test_axe_finds_nothing_at_any_stage_with_names_that_fit_nowhere(house, page_of, clock):
    vips = list(in_every_stage(house).values())
    aside = named(house, "Ada Aside", email="sam@example.org", works_at="W" * 120)
    hosting.set_aside(aside, "colleague", by=house.recruiter, now=NOW)
    Vip.objects.update(name=LONG_NAME)
    introduction = give(house, "", Terms.INTRODUCE)
    clock(NOW.replace(day=20))
    one = vips[3].pk
    ways = {
        house.recruiter: [
            *(f"/names/{vip.pk}/" for vip in [*vips, aside]),
            f"/names/{one}/hand-on/",
            f"/names/{one}/correct/",
            f"/names/{one}/role/",
            f"/introductions/{introduction.pk}/arrived/",
        ],
        house.jon: [f"/names/{one}/"],
        house.steward: [f"/names/{one}/"],
    }
    found = []
    for user, addresses in ways.items():
        page = page_of(user)
        page.add_init_script(path=AXE)
        for address in addresses:
            page.goto(address)
            for fold in page.locator("details").all():
                fold.locator("summary").click()
            found += findings(page, address, ALL_LOOKS)
    assert not found, "\n".join(found)
