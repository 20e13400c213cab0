"""Ways in besides a password: a passkey, and the company's own provider. In a browser, as people do it."""

import pytest
from allauth.mfa.models import Authenticator
from django_scopes import scope
from playwright.sync_api import expect

from ifnotyou.models import SignInProvider
from tests.company import PASSWORD
from tests.journeys.conftest import PATIENCE, REPORT_CSP
from tests.web.realoidc import real_provider  # noqa: F401 - a fixture


def with_authenticator(page):
    """A device that keeps passkeys and knows the finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def sign_in(page, user):
    page.goto("/sign-in/")
    page.get_by_label("Your address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page):
    page.goto("/me/passkeys/")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("A name for it").fill("My laptop")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")


def test_passkey_is_added_signs_in_alone_and_is_removed(page_of, house):
    page = page_of()
    with_authenticator(page)
    sign_in(page, house.maya)
    add_passkey(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()

    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("link", name="Maya")).to_be_visible()

    page.goto("/me/passkeys/")
    expect(page.get_by_text("My laptop").first).to_be_visible()
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("A name for it").fill("My old laptop")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("My old laptop").first).to_be_visible()
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("You have none yet.")).to_be_visible()
    assert not Authenticator.objects.exists()


def test_password_alone_is_not_enough_any_more_and_the_passkey_is_the_second_factor(page_of, house):
    page = page_of()
    with_authenticator(page)
    sign_in(page, house.maya)
    add_passkey(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    sign_in(page, house.maya)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your second factor")
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("link", name="Maya")).to_be_visible()


def test_passkey_of_somebody_switched_off_lets_nobody_in(page_of, house):
    page = page_of()
    with_authenticator(page)
    sign_in(page, house.maya)
    add_passkey(page)
    house.maya.is_active = False
    house.maya.save()
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You cannot sign in here any more")


def test_device_that_says_no_is_told(page_of, house):
    page = page_of()
    session, device = with_authenticator(page)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Nothing came of it")).to_be_visible()


@pytest.fixture
def provider(house, real_provider, settings):  # noqa: F811 - the fixture
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8", "::1/128")
    with scope(workspace=house.workspace.pk):
        house.workspace.domains = ["example.org"]
        house.workspace.save()
        return SignInProvider.objects.create(
            workspace=house.workspace,
            slug="birch",
            label="Birch ID",
            issuer=real_provider,
            client_id="client-1",
            client_secret="a secret",
        )


def test_button_leads_to_the_providers_consent_and_back_in(
    browser,
    live_server,
    provider,
    house,
    real_provider,  # noqa: F811 - the fixture
):
    context = browser.new_context(base_url=live_server.url)
    context.set_default_timeout(PATIENCE)
    said = []
    context.add_init_script(REPORT_CSP)
    context.on("console", lambda message: said.append(message.text) if "CSP" in message.text else None)
    page = context.new_page()
    told = {"email": house.maya.email, "email_verified": True, "name": "Maya"}
    assert context.request.put(f"{real_provider}/users/maya", data=told).ok
    page.goto("/me/")
    page.get_by_role("button", name="Sign in with Birch ID").click()
    page.wait_for_url(f"{real_provider}/**")
    page.locator("input[name=sub]").fill("maya")
    page.locator("button[type=submit], input[type=submit]").first.click()
    page.wait_for_url(f"{live_server.url}/me/")
    expect(page.get_by_role("link", name="Maya")).to_be_visible()
    assert said == []
    context.close()
