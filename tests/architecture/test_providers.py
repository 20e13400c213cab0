"""A provider of mailboxes is one file, one test and one page: nothing else names it, and none of these is missing."""

import re
from pathlib import Path

import pytest

from ifnotyou.connectors.mail.providers import all_providers
from tests.architecture.held import classes_that_hold
from tests.connectors.contract import MailboxContract
from tests.connectors.providercontract import ProviderContract

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "ifnotyou"
PROVIDERS = SOURCES / "connectors" / "mail" / "providers"
MODULES = sorted(path.stem for path in PROVIDERS.glob("*.py") if path.stem not in {"__init__", "contract"})


@pytest.mark.parametrize("module", MODULES)
def test_every_provider_is_held_to_the_contract(module):
    assert module in all_providers(), f"providers/{module}.py should have the slug {module!r}"
    held = classes_that_hold(module, ProviderContract, "tests.connectors.mail")
    assert all(issubclass(one, MailboxContract) for one in held)


@pytest.mark.parametrize("slug", MODULES)
def test_nothing_else_of_the_mail_names_it(slug):
    """The next one is added without changing a line elsewhere, and that stays so."""
    label = re.escape(all_providers()[slug].label)
    named = {
        path.relative_to(SOURCES).as_posix()
        for pattern in ("*.py", "*.html", "*.txt", "*.js")
        for path in SOURCES.rglob(pattern)
        if re.search(rf"""["']{slug}["']|\b{label}\b""", path.read_text(encoding="utf-8"))
    }

    # Who signs people in is another door, and may be the same company.
    others = {path for path in named if not path.startswith("connectors/sign_in/")}
    assert others == {f"connectors/mail/providers/{slug}.py"}


def test_a_stand_in_shares_no_code_with_its_connector():
    """What one side got wrong the other should not repeat."""
    for name in ("oauthserver", "gmailserver", "graphserver"):
        assert "import ifnotyou" not in (
            text := (ROOT / "tests" / "connectors" / f"{name}.py").read_text("utf-8")
        )
        assert "from ifnotyou" not in text
