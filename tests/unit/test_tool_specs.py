import jsonschema
from tests.fakes.engine import REPORT

from tool_specs import tool_specs


def test_there_are_two_tools():
    assert [spec.name for spec in tool_specs()] == ["run_python", "submit_report"]


def test_schemas_are_valid_and_closed():
    def closed(node):
        if isinstance(node, dict):
            assert "$ref" not in node
            if node.get("type") == "object":
                assert node["additionalProperties"] is False
                assert set(node["required"]) <= set(node["properties"])
            for child in node.values():
                closed(child)

    for spec in tool_specs():
        jsonschema.Draft202012Validator.check_schema(spec.input_schema)
        closed(spec.input_schema)


def test_a_whole_report_is_valid():
    _, submit = tool_specs()
    jsonschema.validate(REPORT, submit.input_schema)
