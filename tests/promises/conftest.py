"""What tests of promises share."""

from tests.company import clock, house  # noqa: F401 - fixtures
from tests.promises.worlds import beginning  # noqa: F401 - a fixture
