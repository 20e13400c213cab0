"""Every page is for everybody: axe finds nothing, light and dark, wide and narrow, with names that fit nowhere too."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse
from playwright.sync_api import expect

from ifnotyou.services.people import found_workspace
from ifnotyou.web import declines
from ifnotyou.web.access import ACCESS
from ifnotyou.web.urls import urlpatterns
from tests.journeys import tour as tours
from tests.journeys.tour import EMPTY, NO_PAGES, NOBODY_YET, PAGES, Tour

AXE = Path(__file__).parent / "vendor" / "axe" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async (only) => (await axe.run({ runOnly: only, resultTypes: ["violations"] })).violations.flatMap(
  (rule) => rule.nodes.map((node) => `${rule.id} (${rule.help}): ${node.html.slice(0, 200)}`))"""
EVERYTHING = {"type": "tag", "values": TAGS}
# Only this rule sees whether a page is light or dark.
COLOURS = {"type": "rule", "values": ["color-contrast"]}
ALL_LOOKS = (
    (1280, "light", EVERYTHING),
    (1280, "dark", COLOURS),
    (360, "dark", EVERYTHING),
    (360, "light", COLOURS),
)
ON_A_PHONE = ((360, "light", EVERYTHING),)
WIDTHS = (320, 700, 1280)
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((it) => it.getBoundingClientRect().right > innerWidth + 1 && !it.closest(".scroll > *"))
  .slice(-1).map((it) => it.outerHTML.slice(0, 200))"""


def findings(page, name, looks):
    """What is wrong with the page as it stands, in a line each. Whole: half of a page has no end of its main part."""
    page.wait_for_load_state()
    found = []
    for width, scheme, only in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        found += [f"{name}, {scheme}, {width} wide: {line}" for line in page.evaluate(RUN_AXE, only)]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{name}: {wide} wide on a screen of {width}: {page.evaluate(TOO_WIDE)}")
    return found


def show_around(tour, pages, looks=ALL_LOOKS):
    """Open one page after the other, and tell all that is wrong with them."""
    tour.page.add_init_script(path=AXE)
    found = []
    for name, way in pages.items():
        tour.page.set_viewport_size({"width": 1280, "height": 800})
        way(tour)
        tour.page.wait_for_load_state()
        if name in ACCESS:
            assert resolve(urlsplit(tour.page.url).path).url_name == name
        found += findings(tour.page, name, looks)
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.fixture
def full_house(house, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    tours.prepare(house, tmp_path)
    return house


def guest(house, who):
    """Whoever looks; None for nobody."""
    return getattr(house, who.partition(",")[0], None)


@pytest.mark.parametrize("who", PAGES)
def test_every_page_is_for_everybody(full_house, page_of, who):
    tour = Tour(full_house, page_of(guest(full_house, who)))
    show_around(tour, PAGES[who])


@pytest.mark.parametrize("who", [tours.RECRUITER, tours.MAYA, tours.ADMIN, tours.STEWARD])
def test_every_page_stands_long_names_and_other_scripts(full_house, page_of, who):
    tours.lengthen(full_house)
    tour = Tour(full_house, page_of(guest(full_house, who)))
    show_around(tour, PAGES[who], ON_A_PHONE)


def test_pages_before_and_after_the_first_visit(database, page_of, clock):
    show_around(Tour(None, page_of()), NOBODY_YET)
    admin = found_workspace(
        company="Alder & Co", name="Ana Lund", email="ana@example.org", password="seven herons on the quay"
    )
    show_around(Tour(None, page_of(admin)), EMPTY)


def test_the_page_that_says_that_we_broke_something(house, page_of, monkeypatch):
    def broken(*_):
        raise RuntimeError("on purpose")

    monkeypatch.setattr(declines, "inbox", broken)
    page = page_of(house.recruiter)
    show_around(Tour(house, page), {"our fault": lambda tour: tour.open("declines")})
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_no_page_is_missing_in_the_tour(house):
    shown = {name.partition(":")[0] for pages in (*PAGES.values(), NOBODY_YET) for name in pages}
    routes = {pattern.name for pattern in urlpatterns}
    assert routes - shown == set(NO_PAGES), "tests/journeys/tour.py leads to every page that there is"
    for pattern in urlpatterns:
        if NO_PAGES.get(pattern.name) == "post":
            browser = Client()
            role = min(ACCESS[pattern.name])
            for user in vars(house).values():
                if getattr(user, "role", "") == role:
                    browser.force_login(user)
            values = {"what": "asked", "service": "postmark", "kind": "first", "said": "answered"}
            if pattern.name == "name_letter_say":
                values["said"] = "sent"
            arguments = {
                key: values.get(key, 1)
                for key in pattern.pattern.regex.groupindex or pattern.pattern.converters
            }
            assert browser.get(reverse(pattern.name, kwargs=arguments)).status_code == 405, pattern.name
