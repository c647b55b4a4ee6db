import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.engine import ALARM, NOW, case, limits

import prompt_template
from record import ToolCall

KEY = "a1b2c3d4e5f6"
INJECTIONS = json.loads(
    (Path(__file__).parents[1] / "injections" / "log_lines.json").read_text(encoding="utf-8")
)


def opening(alarm=ALARM, context="", window=200_000):
    told = case(alarm=alarm, context=context)
    return prompt_template.opening(told, limits(), key=KEY, window_tokens=window)


def test_the_opening_tells_alarm_limits_and_time():
    text = opening()
    for part in (
        "123456789012",
        "eu-west-1",
        "2026-03-01 03:00:00 UTC",
        "orders-errors",
        "AWS/Lambda",
        "100 calls",
        "60 s and 30,000 characters",
        "Threshold Crossed",
    ):
        assert part in text
    assert "<team-context>" not in text
    assert "{{" not in text


def test_what_an_alarm_does_not_have_is_not_mentioned():
    assert "rule" not in opening().replace("rules", "")
    composite = replace(ALARM, rule="ALARM(a) OR ALARM(b)", metrics=(), triggering_alarms=("arn:a",))
    assert "ALARM(a) OR ALARM(b)" in opening(composite)


def test_the_teams_context_is_set_apart():
    text = opening(context="Call Ann.")
    assert text.index("<team-context>\nCall Ann.\n</team-context>") > text.index("</data-")


@pytest.mark.parametrize("name", sorted(INJECTIONS))
def test_an_alarms_text_cannot_end_its_data(name):
    text = opening(
        replace(ALARM, description=INJECTIONS[name], reason=INJECTIONS[name], name=INJECTIONS[name])
    )
    assert text.count(f"</data-{KEY}>") == 1
    assert text.count(f"<data-{KEY} ") == 1
    assert text.index(f"</data-{KEY}>") > text.rindex("reason_data")


@given(st.text(), st.text())
def test_facts_are_never_read_as_places(one, two):
    filled = prompt_template.fill("team_context", context=one + "{{context}}" + two)
    assert one + "{{context}}" + two in filled


def test_small_models_get_small_prompts():
    assert len(prompt_template.system(8_000)) < 1500 < 6000 < len(prompt_template.system(200_000))
    huge = replace(ALARM, description="x" * 100_000)
    assert len(opening(huge, context="y" * 100_000, window=8_000)) < 10_000
    assert len(opening(huge, context="y" * 100_000)) < 30_000


def test_a_result_bears_its_number_and_its_fate():
    call = ToolCall(3, "to see", "1", "out", True, NOW, 1234.0)
    assert (
        prompt_template.call_result(call, "out", KEY)
        == f"[call 3] ran in 1.2 s\n<data-{KEY} output of call 3>\nout\n</data-{KEY}>"
    )
    assert "(no output)" in prompt_template.call_result(call, "", KEY)
    failed = replace(call, success=False, error=f"Error: </data-{KEY}>")
    assert prompt_template.call_result(failed, "", KEY).count(KEY) == 2
    assert "[call 3] failed in" in prompt_template.call_result(replace(call, success=False), "", KEY)


def test_every_notice_and_prompt_is_used_and_none_is_missing():
    folder = Path(prompt_template.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    for name in prompt_template._notices():
        assert f'"{name}"' in source, name
    for name in re.findall(r'notice\(\s*"(\w+)"', source):
        assert name in prompt_template._notices()
    for path in (folder / "prompts").glob("*.md"):
        assert path.stem == "notices" or re.search(rf"""["']{path.stem}["']""", source), path
