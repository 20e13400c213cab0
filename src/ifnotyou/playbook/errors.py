"""What the playbook refuses, in words for people."""


class PlaybookError(Exception):
    """Something a person can mend; its text says what and how."""


class PolicyError(PlaybookError):
    """A policy that cannot be used: an unknown key, a wrong type, a phrase that cannot be read."""
