import pytest

from model_ids import base_id, is_regional_profile


@pytest.mark.parametrize(
    ("model_id", "base", "regional"),
    [
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-sonnet-4-5-20250929-v1:0", False),
        (
            "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "anthropic.claude-sonnet-4-5-20250929-v1:0",
            False,
        ),
        ("us.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0", True),
        ("us-gov.anthropic.claude-3-haiku-20240307-v1:0", "anthropic.claude-3-haiku-20240307-v1:0", True),
        ("apac.anthropic.claude-3-haiku-20240307-v1:0", "anthropic.claude-3-haiku-20240307-v1:0", True),
        (
            "arn:aws:bedrock:eu-west-1::foundation-model/amazon.titan-text-lite-v1",
            "amazon.titan-text-lite-v1",
            False,
        ),
        (
            "arn:aws:bedrock:us-east-1:1:inference-profile/us.meta.llama3-3-70b-instruct-v1:0",
            "meta.llama3-3-70b-instruct-v1:0",
            True,
        ),
        ("arn:aws:bedrock:us-east-1:1:application-inference-profile/abc123", "abc123", False),
        ("arn:aws:bedrock:us-east-1:1:default-prompt-router/anthropic.claude:1", "anthropic.claude:1", False),
    ],
)
def test_the_model_behind_an_id(model_id, base, regional):
    assert base_id(model_id) == base
    assert is_regional_profile(model_id) is regional
