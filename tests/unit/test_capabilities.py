import pytest

import capabilities
from capabilities import Capabilities, Learned

UNKNOWN = "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc"


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        (
            "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
            {"tools", "system_prompt", "cache_points", "tool_choice", "strict_schema", "result_status"},
        ),
        (
            "anthropic.claude-3-haiku-20240307-v1:0",
            {"tools", "system_prompt", "tool_choice", "result_status"},
        ),
        ("anthropic.claude-v2:1", {"system_prompt"}),
        (
            "us.amazon.nova-lite-v1:0",
            {"tools", "system_prompt", "cache_points", "tool_choice", "result_status"},
        ),
        ("amazon.titan-text-express-v1", set()),
        ("meta.llama3-70b-instruct-v1:0", {"system_prompt"}),
        ("us.meta.llama3-2-3b-instruct-v1:0", {"system_prompt"}),
        ("us.meta.llama4-maverick-17b-instruct-v1:0", {"tools", "system_prompt"}),
        ("mistral.mistral-7b-instruct-v0:2", set()),
        ("mistral.mistral-large-2407-v1:0", {"tools", "system_prompt"}),
        ("cohere.command-r-plus-v1:0", {"tools", "system_prompt"}),
        ("cohere.command-text-v14", set()),
        ("ai21.jamba-instruct-v1:0", set()),
        (UNKNOWN, {"tools", "system_prompt", "cache_points", "tool_choice"}),
    ],
)
def test_what_the_table_says(model_id, expected):
    able = capabilities.of(model_id)
    names = (*capabilities.OVERRIDABLE, "result_status")
    assert {name for name in names if getattr(able, name)} == expected


def test_the_table_names_only_what_there_is():
    for family in capabilities._families():
        assert family.keys() <= {"pattern", *Capabilities.__dataclass_fields__}


def test_minimum_of_a_cached_prefix_differs():
    assert capabilities.of("anthropic.claude-haiku-4-5-20251001-v1:0").cache_minimum == 4096
    assert capabilities.of("anthropic.claude-sonnet-4-20250514-v1:0").cache_minimum == 1024


def test_the_operator_overrides_the_table():
    able = Learned().about("amazon.titan-text-express-v1", {"tools": True, "system_prompt": True})
    assert able.tools
    assert able.system_prompt


@pytest.mark.parametrize(
    ("refusal", "given_up"),
    [
        ("This model doesn't support tool use.", "tools"),
        ("This model doesn't support tool use in streaming mode.", "tools"),
        ("This model doesn't support system messages. Try again without a system message.", "system_prompt"),
        (
            "You invoked an unsupported model or your request did not allow prompt caching.",
            "cache_points",
        ),
        (
            "Malformed input request: #: extraneous key [cachePoint] is not permitted, please reformat.",
            "cache_points",
        ),
        (
            "This model doesn't support the toolConfig.toolChoice.tool field. Remove it and try again.",
            "tool_choice",
        ),
        ("This model doesn't support the status field. Remove status and try again.", "result_status"),
        ("User messages cannot contain reasoning content. Please remove it and try again.", "reasoning_back"),
        ("tools.0.custom.strict: Extra inputs are not permitted", "strict_schema"),
        (
            'Unknown parameter in toolConfig.tools[0].toolSpec: "strict", must be one of: name',
            "strict_schema",
        ),
    ],
)
def test_a_refusal_takes_one_capability(refusal, given_up):
    learned = Learned()
    overrides = {"strict_schema": True, "result_status": True}
    before = learned.about(UNKNOWN, overrides)
    assert learned.give_up(UNKNOWN, refusal)
    after = learned.about(UNKNOWN, overrides)
    changed = {
        name for name in Capabilities.__dataclass_fields__ if getattr(before, name) != getattr(after, name)
    }
    assert changed == {given_up}
    assert len(learned.notes(UNKNOWN)) == 1
    assert not learned.give_up(UNKNOWN, refusal)


@pytest.mark.parametrize(
    "message",
    [
        "The provided model identifier is invalid.",
        "Expected toolResult blocks at messages.2.content for the following Ids: tooluse_1",
        "The toolConfig field must be defined when using toolUse and toolResult content blocks.",
        "Input is too long for requested model.",
        "A conversation must alternate between user and assistant roles.",
    ],
)
def test_other_errors_take_nothing(message):
    learned = Learned()
    learned.about(UNKNOWN, {})
    assert not learned.give_up(UNKNOWN, message)
    assert learned.notes(UNKNOWN) == ()


def test_what_the_sdk_does_not_know_is_given_up_without_a_word():
    learned = Learned()
    learned.about(UNKNOWN, {"strict_schema": True})
    assert learned.give_up(UNKNOWN, 'Unknown parameter: "strict"', tell=False)
    assert learned.notes(UNKNOWN) == ()


def test_a_limit_on_the_reply_is_taken_over():
    learned = Learned()
    learned.about(UNKNOWN, {})
    refusal = (
        "The maximum tokens you requested exceeds the model limit of 2048. Try again with a maximum tokens "
        "value that is lower than 2048."
    )
    assert learned.give_up(UNKNOWN, refusal)
    assert learned.about(UNKNOWN, {}).reply == 2048
    assert learned.give_up(UNKNOWN, refusal)
    assert learned.about(UNKNOWN, {}).reply == 2047


def test_a_limit_without_room_for_a_reply_is_no_way_out():
    learned = Learned()
    learned.about(UNKNOWN, {})
    assert not learned.give_up(UNKNOWN, "max_tokens must be less than or equal to 10")


def test_models_are_learned_about_one_by_one():
    learned = Learned()
    learned.about(UNKNOWN, {})
    learned.give_up(UNKNOWN, "This model doesn't support tool use.")
    assert learned.about("another", {}).tools


def test_a_window_only_shrinks():
    learned = Learned()
    learned.about(UNKNOWN, {})
    learned.shrink_window(UNKNOWN, 10_000)
    learned.shrink_window(UNKNOWN, 50_000)
    assert learned.about(UNKNOWN, {}).window == 9_000
    learned.shrink_window(UNKNOWN, 1)
    assert learned.about(UNKNOWN, {}).window == 1_000


def test_what_was_learned_with_a_client_lives_as_long_as_it():
    class Client:
        pass

    first, second = Client(), Client()
    assert capabilities.learned_with(first) is capabilities.learned_with(first)
    assert capabilities.learned_with(first) is not capabilities.learned_with(second)
    assert capabilities.learned_with({}) is not None


def test_deepseek_does_not_get_its_reasoning_back():
    assert not capabilities.of("us.deepseek.v3-v1:0").reasoning_back
    assert capabilities.of("anthropic.claude-sonnet-4-20250514-v1:0").reasoning_back
