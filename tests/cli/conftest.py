"""Calls the command as the shell does, but inside this process."""

import json
import logging
from datetime import date

import pytest

from ifnotyou.cli.main import main
from ifnotyou.sample.folder import fill
from ifnotyou.sample.world import generate

TODAY = date(2026, 6, 17)


class Answer:
    """What a command answered: exit code, standard output, standard error."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _log_goes_where_it_went():
    """A command sets Django up, and with it the log: to what this test alone captures, closed for those that follow."""
    root, kind = logging.getLogger(), logging.StreamHandler
    before = [handler for handler in root.handlers if type(handler) is kind]
    yield
    for handler in [handler for handler in root.handlers if type(handler) is kind]:
        root.removeHandler(handler)
    for handler in before:
        root.addHandler(handler)


@pytest.fixture
def ifnotyou(capfd):
    """Runs `ifnotyou` with some arguments."""

    def run(*words):
        capfd.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as stop:  # argparse, for wrong usage and --help
            code = stop.code
        out, err = capfd.readouterr()
        return Answer(code, out, err)

    return run


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """The folder of a sample company, to be read only."""
    folder = tmp_path_factory.mktemp("sample")
    fill(folder, generate(seed=3, declines=60, employees=40, today=TODAY), "")
    return folder
