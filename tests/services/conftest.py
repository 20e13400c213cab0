"""What tests of services share."""

from tests.company import clock, house  # noqa: F401 - fixtures
from tests.connectors.mailserver import mail_server  # noqa: F401 - a fixture
