"""That a connector is held to the contract of its kind, with nothing taken out of it."""

import importlib


def classes_that_hold(module, contract, where):
    """The classes of this connector's own test file that inherit the contract: at least one, and none weakened."""
    tests = importlib.import_module(f"{where}.test_{module}")
    classes = [one for one in vars(tests).values() if isinstance(one, type) and issubclass(one, contract)]
    held = [one for one in classes if one.__name__.startswith("Test") and one.slug == module]
    assert held, f"{where}.test_{module} needs a class that inherits {contract.__name__}"
    for one in held:
        tests_of_bases = {name for base in one.__mro__[1:] for name in vars(base) if name.startswith("test_")}
        assert sorted(tests_of_bases & set(vars(one))) == [], "a test of the contract is replaced"
    return held
