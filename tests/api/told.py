"""How the tests of the interface read its answers."""


def told(answer, status=200):
    """What a good answer says."""
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def refused(answer, status, code=None):
    """What a problem says; its code is the one that is expected."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    if code is not None:
        assert problem["code"] == code, problem
    return problem
