"""What all journeys rely on: a page that does what it should not is noticed."""

import time

import pytest
from playwright.sync_api import Error

from tests.journeys.conftest import PATIENCE

DEEDS = {
    "console.log('hello')": "console log",
    "setTimeout(() => { throw new Error('oops') })": "script: oops",
    "document.head.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))": "CSP: style-src",
    "document.body.setAttribute('style', 'color: red')": "CSP: style-src",
    "document.body.append(Object.assign(new Image(), {src: 'https://tracker.example/pixel.gif'}))": "CSP: img-src",
    "fetch('https://tracker.example/').catch(() => null)": "CSP: connect-src",
    "fetch('/static/nothing.css')": "404",
}


@pytest.mark.parametrize(("deed", "noticed"), DEEDS.items())
def test_a_page_that_misbehaves_is_noticed(page_of, watch, deed, noticed):
    page = page_of()
    page.goto("/welcome/")
    assert watch.seen == []
    page.evaluate(f"() => {{ {deed} }}")
    give_up = time.monotonic() + PATIENCE / 1000
    while noticed not in "\n".join(watch.seen) and time.monotonic() < give_up:
        page.evaluate("() => new Promise(requestAnimationFrame)")
    if noticed not in "\n".join(watch.seen):
        pytest.fail(f"{deed} went by; seen was only: {watch.seen}")
    watch.seen.clear()


def test_a_way_out_of_the_program_is_noticed(page_of, watch):
    page = page_of()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("https://tracker.example/")
    assert watch.seen[0] == "request to another host: https://tracker.example/"
    watch.seen.clear()
