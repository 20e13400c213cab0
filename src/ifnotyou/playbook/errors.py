"""What the playbook refuses, in words for people."""


class PlaybookError(Exception):
    """Something a person can mend; its text says what and how."""


class PolicyError(PlaybookError):
    """A policy that cannot be used: an unknown key, a wrong type, a phrase that cannot be read."""


class Refusal(PlaybookError):  # noqa: N818 - a rule said no; nothing in the program went wrong
    """A rule said no: a code for programs, a sentence for the person who tried."""

    def __init__(self, code: str, text: str) -> None:
        """Keep both."""
        super().__init__(text)
        self.code = code
        self.text = text
