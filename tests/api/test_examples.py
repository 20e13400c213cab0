"""The examples of the OpenAPI document are what the interface would really take and answer."""

import jsonschema_rs

from ifnotyou.api.operations import In, Out
from ifnotyou.api.root import document


def operations():
    return [operation for methods in document()["paths"].values() for operation in methods.values()]


def fields():
    """Every field of every schema, by its name."""
    return {
        f"{name}.{field}": about
        for name, schema in document()["components"]["schemas"].items()
        for field, about in schema.get("properties", {}).items()
    }


def wrong_with(schema, example):
    """What is wrong with an example by a schema of the document."""
    whole = {**schema, "components": document()["components"]}
    checker = jsonschema_rs.validator_for(whole, validate_formats=True)
    return [error.message for error in checker.iter_errors(example)]


def test_the_example_of_every_field_is_right():
    wrong = {
        name: told
        for name, about in fields().items()
        for example in about.get("examples", [])
        if (told := wrong_with(about, example))
    }
    assert wrong == {}


def test_every_field_says_what_it_is():
    # Where a field is a schema of its own, that one says it.
    silent = [name for name, about in fields().items() if not {"description", "$ref"} & about.keys()]
    assert silent == []


def test_examples_of_what_is_sent_and_answered_are_right():
    wrong = {}
    for operation in operations():
        contents = [{"schema": p["schema"], **p} for p in operation.get("parameters", []) if "schema" in p]
        # OpenAPI wants a map of them at a parameter, where a schema has a list.
        assert not any("examples" in one for one in contents), operation["operationId"]
        contents += operation.get("requestBody", {}).get("content", {}).values()
        for answer in operation["responses"].values():
            contents += answer.get("content", {}).values()
        for content in contents:
            if "example" in content and (told := wrong_with(content["schema"], content["example"])):
                wrong[operation["operationId"]] = told
    assert wrong == {}


def kinds(base):
    """Every kind of document that is sent or answered."""
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_no_two_schemas_have_the_same_name():
    names = [kind.__name__ for kind in {*kinds(In), *kinds(Out)}]
    assert sorted(names) == sorted(set(names))
