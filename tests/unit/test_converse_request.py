from dataclasses import replace

import pytest

import capabilities
import converse_request
from capabilities import Capabilities
from conversation import result
from ports import Request

KEY = "a1b2c3d4e5f6"
CLAUDE = capabilities.of("anthropic.claude-sonnet-4-5-20250929-v1:0")


def user(text):
    return {"role": "user", "content": [{"text": text}]}


def asked(number):
    use = {"toolUseId": f"use-{number}", "name": "run_python", "input": {"code": f"print({number})"}}
    return {"role": "assistant", "content": [{"toolUse": use}]}


def answered(number, text="output"):
    return {"role": "user", "content": [result(f"use-{number}", text, success=True)]}


def request(*messages, report_only=False, system="Be good. " * 1000):
    return Request(system, messages, KEY, report_only=report_only)


LONG = [user("look " * 2000), asked(1), answered(1, "x" * 9000), asked(2), answered(2), asked(3), answered(3)]


def points(arguments):
    system = [place for place, part in enumerate(arguments.get("system", [])) if "cachePoint" in part]
    messages = [
        place for place, message in enumerate(arguments["messages"]) if "cachePoint" in message["content"][-1]
    ]
    return system, messages


def test_cache_points_are_behind_system_first_message_and_the_last_two():
    assert points(converse_request.arguments(request(*LONG), CLAUDE)) == ([1], [0, 4, 6])


def test_one_message_has_one_cache_point():
    assert points(converse_request.arguments(request(user("look")), CLAUDE)) == ([1], [0])


def test_no_cache_point_below_the_minimum():
    short = request(user("look"), system="short")
    able = capabilities.of("anthropic.claude-haiku-4-5-20251001-v1:0")
    assert points(converse_request.arguments(short, able)) == ([], [])
    # The system prompt alone is too short to be cached; with the first message it is long enough.
    longer = request(user("look " * 4000), system="short")
    assert points(converse_request.arguments(longer, able)) == ([], [0])


def test_the_prefix_of_a_longer_conversation_is_the_shorter_one():
    def plain(messages):
        return [[block for block in message["content"] if "cachePoint" not in block] for message in messages]

    before = converse_request.arguments(request(*LONG[:5]), CLAUDE)
    after = converse_request.arguments(request(*LONG), CLAUDE)
    assert plain(after["messages"])[:5] == plain(before["messages"])
    assert (after["system"], after["toolConfig"]) == (before["system"], before["toolConfig"])


def test_only_the_last_turn_chooses_the_tool():
    assert "toolChoice" not in converse_request.arguments(request(*LONG), CLAUDE)["toolConfig"]
    config = converse_request.arguments(request(*LONG, report_only=True), CLAUDE)["toolConfig"]
    assert config["toolChoice"] == {"tool": {"name": "submit_report"}}
    unable = Capabilities(tool_choice=False)
    assert (
        "toolChoice" not in converse_request.arguments(request(*LONG, report_only=True), unable)["toolConfig"]
    )


def test_strict_and_status_only_where_they_are_known():
    config = converse_request.arguments(request(*LONG), CLAUDE)
    assert all(tool["toolSpec"]["strict"] for tool in config["toolConfig"]["tools"])
    assert config["messages"][2]["content"][0]["toolResult"]["status"] == "success"
    config = converse_request.arguments(request(*LONG), Capabilities())
    assert not any("strict" in tool["toolSpec"] for tool in config["toolConfig"]["tools"])
    assert "status" not in config["messages"][2]["content"][0]["toolResult"]


def test_the_conversation_itself_stays_as_it_is():
    messages = [user("look"), asked(1), answered(1)]
    converse_request.arguments(request(*messages), Capabilities())
    assert messages == [user("look"), asked(1), answered(1)]


def test_without_a_system_prompt_the_instructions_head_the_first_message():
    arguments = converse_request.arguments(
        request(user("look"), asked(1), answered(1), system="Be good."), Capabilities(system_prompt=False)
    )
    assert "system" not in arguments
    assert arguments["messages"][0]["content"][0] == {"text": "Be good.\n\nlook"}


def test_without_tools_there_is_text_alone():
    able = Capabilities(tools=False, system_prompt=False, cache_points=False)
    arguments = converse_request.arguments(request(*LONG), able)
    assert arguments.keys() == {"messages", "inferenceConfig"}
    assert all(block.keys() == {"text"} for message in arguments["messages"] for block in message["content"])
    assert KEY in arguments["messages"][0]["content"][0]["text"]


@pytest.mark.parametrize(
    ("block", "length"),
    [
        ({"text": "abcd"}, 4),
        (result("a", "abc", success=True), 3),
        ({"toolUse": {"toolUseId": "a", "name": "run_python", "input": {"code": "abc"}}}, 83),
        ({"toolUse": {"toolUseId": "a", "name": "submit_report", "input": {"a": 1}}}, 8),
        ({"reasoningContent": {}}, 24),
    ],
)
def test_characters_of_a_message(block, length):
    assert converse_request.characters({"role": "user", "content": [block]}) == length


def test_reasoning_goes_back_only_where_it_may():
    thought = {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}}
    thinking = {"role": "assistant", "content": [thought, *asked(1)["content"]]}
    sent = converse_request.arguments(request(user("look"), thinking, answered(1)), CLAUDE)["messages"]
    assert thought in sent[1]["content"]
    unable = Capabilities(reasoning_back=False)
    sent = converse_request.arguments(request(user("look"), thinking, answered(1)), unable)["messages"]
    assert sent[1] == asked(1)


def test_a_reply_is_no_longer_than_the_request_says_nor_than_the_model_can():
    for longest, sent in ((None, 4096), (1500, 1500), (9000, 4096)):
        one = replace(request(user("look")), reply_tokens=longest)
        assert converse_request.arguments(one, Capabilities())["inferenceConfig"] == {"maxTokens": sent}
