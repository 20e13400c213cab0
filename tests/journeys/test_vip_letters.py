"""A host's letters in a real browser: from the draft to what became of it, with scripts and without, on every width."""

import re

import pytest
from playwright.sync_api import expect

from ifnotyou.models import Letter, Vip
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import LetterState, VipStage
from ifnotyou.playbook.vip_letters import GAPS
from ifnotyou.services import hosting
from tests.company import NOW
from tests.journeys.test_accessibility import ALL_LOOKS, AXE, findings
from tests.letters import FIRST, GOODBYE, hosted, in_touch, name, saved, tell_of_itself

LONG_NAME = "Wilhelmina-Alexandra von Schwarzenberg-Hohenlohe"

scripts = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])


@pytest.fixture
def acme(house):
    tell_of_itself(house)
    return house


def fill_the_gaps(page):
    """What only the host can say."""
    field = page.get_by_label("Your letter")
    words = field.input_value()
    for gap in GAPS:
        words = words.replace(gap, "the timetable of the night ferries")
    field.fill(words)


@scripts
@pytest.mark.parametrize("width", [1280, 360])
def test_a_first_message_is_written_and_taken_along(acme, page_of, scripts, width):
    vip = hosted(acme)
    page = page_of(acme.jon, width=width, java_script_enabled=scripts)
    page.goto(f"/names/{vip.pk}/first/")
    expect(page.get_by_text("Noor Haddad suggested you, and is happy for you to know.").first).to_be_visible()
    page.get_by_label("Their language").select_option("fr")
    page.get_by_role("button", name="Begin anew in this language").click()
    expect(page.get_by_label("Your letter")).to_have_value(re.compile("^Bonjour Kim Park,"))
    page.get_by_role("button", name="See how it will arrive").click()
    expect(page.get_by_text("Fill the gaps first")).to_be_visible()
    page.get_by_role("button", name="Back to the letter").click()
    fill_the_gaps(page)
    page.get_by_role("button", name="See how it will arrive").click()
    expect(page.get_by_text("Oubliez-moi")).to_be_visible()
    page.get_by_role("button", name="Send it from my own mail program").click()
    expect(page.get_by_role("button", name="Download as .eml")).to_be_visible()
    page.get_by_role("button", name="I sent it").click()
    expect(page.get_by_text("Your letter has left.")).to_be_visible()
    vip.refresh_from_db()
    assert (vip.stage, vip.language) == (VipStage.CONTACTED, "fr")


def test_the_check_speaks_while_one_types(acme, page_of):
    vip = hosted(acme)
    page = page_of(acme.jon)
    page.goto(f"/names/{vip.pk}/first/")
    fill_the_gaps(page)
    tone = page.get_by_role("region", name="How it reads")
    expect(tone.get_by_text("This reads like a kind letter.")).to_be_visible()
    page.get_by_label("Your letter").press_sequentially(" Your manager knows that I write.")
    expect(tone.get_by_text("Presumes")).to_be_visible()
    expect(tone.get_by_text("This holds the letter back.")).to_be_visible()
    page.get_by_role("link", name="Look them up").click()
    expect(page.get_by_label("For the letter")).to_be_visible()
    assert not Letter.objects.exists()


@scripts
def test_a_goodbye_by_keyboard(acme, page_of, scripts):
    vip = in_touch(acme)
    page = page_of(acme.jon, java_script_enabled=scripts)
    page.goto(f"/names/{vip.pk}/goodbye/")
    fill_the_gaps(page)
    page.get_by_role("button", name="See how it will arrive").press("Enter")
    page.get_by_role("button", name="Send it from my own mail program").press("Enter")
    page.get_by_role("button", name="I sent it").press("Enter")
    expect(page.get_by_text("You have parted as friends.").first).to_be_visible()
    vip.refresh_from_db()
    assert vip.stage == VipStage.PARTED


def test_axe_finds_nothing_on_these_pages(acme, page_of):
    waiting = name(acme, "Wen Wait", Terms.ANONYMOUS, email="wen@example.net")
    draft, taken, unsure, bare = (
        hosted(
            acme,
            given,
            Terms.ANONYMOUS,
            email=email,
            found_at=found_at,
            works_at="W" * 60,
            why="Quietly good.",
        )
        for given, email, found_at in (
            ("Kim Park", "kim@example.net", ""),
            (LONG_NAME, f"{'w' * 50}@example.net", ""),
            ("Uma Unsure", "uma@example.net", ""),
            ("Bo Bare", "", "https://www.linkedin.com/in/bo-bare"),
        )
    )
    for vip in (draft, taken, unsure, bare):
        saved(vip, language="de" if vip == taken else "en")
    for vip, state in ((taken, "taken"), (bare, "taken"), (unsure, "uncertain")):
        Letter.objects.filter(vip=vip).update(
            state=state, claimed_at=NOW, trouble="It hung up.", message_id="<x@example.org>"
        )
    hosting.hand_on(
        hosted(acme, "Ola Other", Terms.ANONYMOUS, email="ola@example.net"),
        acme.recruiter,
        by=acme.admin,
        now=NOW,
    )
    other = Vip.objects.get(name="Ola Other")
    friend = in_touch(acme, given="Fay Friend", email="fay@example.net")
    addresses = [
        *(f"/names/{vip.pk}/{FIRST}/" for vip in (draft, taken, unsure, bare, friend)),
        f"/names/{draft.pk}/{FIRST}/preview/",
        f"/names/{friend.pk}/{GOODBYE}/",
    ]
    found = []
    for user, ways in (
        (acme.jon, addresses),
        (acme.admin, [f"/names/{vip.pk}/{FIRST}/" for vip in (waiting, other)]),
    ):
        page = page_of(user)
        page.add_init_script(path=AXE)
        for address in ways:
            page.goto(address)
            for fold in page.locator("details").all():
                fold.locator("summary").click()
            found += findings(page, address, ALL_LOOKS)
    assert not found, "\n".join(found)
    assert Letter.objects.filter(state=LetterState.UNCERTAIN).count() == 1
