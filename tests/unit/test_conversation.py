from conversation import add_results, add_user_text, requests, result, text_of


def test_requests_are_the_tool_uses_in_order():
    message = {
        "role": "assistant",
        "content": [
            {"text": "let me look"},
            {"toolUse": {"toolUseId": "a", "name": "run_python", "input": {"code": "1"}}},
            {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}},
            {"toolUse": {"toolUseId": "b", "name": "submit_report", "input": {}}},
        ],
    }
    assert [(each.id, each.name) for each in requests(message)] == [
        ("a", "run_python"),
        ("b", "submit_report"),
    ]
    assert text_of(message) == "let me look"


def test_text_of_joins_blocks_and_drops_blank_ones():
    assert (
        text_of({"role": "assistant", "content": [{"text": " a "}, {"text": " "}, {"text": "b"}]}) == "a\n\nb"
    )


def test_text_opens_a_user_message_only_after_the_assistant():
    messages = []
    add_user_text(messages, ["one", "two"])
    messages.append({"role": "assistant", "content": [{"text": "reply"}]})
    add_user_text(messages, ["three"])
    assert [message["role"] for message in messages] == ["user", "assistant", "user"]
    assert messages[0]["content"] == [{"text": "one"}, {"text": "two"}]


def test_text_after_results_goes_into_the_last_result():
    messages = [{"role": "assistant", "content": []}]
    add_results(messages, [result("a", "first", success=True), result("b", "second", success=False)])
    add_user_text(messages, ["and now conclude"])
    first, second = (block["toolResult"] for block in messages[-1]["content"])
    assert (first["status"], second["status"]) == ("success", "error")
    assert first["content"] == [{"text": "first"}]
    assert second["content"] == [{"text": "second"}, {"text": "and now conclude"}]
