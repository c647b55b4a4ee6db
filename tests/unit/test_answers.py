from __future__ import annotations

import json
import signal
from typing import Any

import pytest

import answers
from broker import MAX_NAME, MAX_RECORDS, Caller, Record, Session
from calls import Ended
from outputs import HeadTail, cut, speakable
from tool_request import MOST_OUTPUT


def ended(**known: Any) -> Ended:
    return Ended(HeadTail(100), HeadTail(100), HeadTail(8000), **known)


def answered(known: Ended, **more: Any) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "seconds": 5.0, "memory_bytes": 256 << 20, "most": 1000, "aws_calls": [], "duration_ms": 1, "source": "a\nb()\n",
    }  # fmt: skip
    return answers.answer(known, **{**settings, **more})


@pytest.mark.parametrize(
    ("known", "kind", "message"),
    [
        ({"timed_out": True}, "TimeoutError", "stopped after 5 s"),
        ({"broken": "no JSON"}, "RuntimeError", "cut short: no JSON"),
        ({"status": signal.SIGXCPU}, "TimeoutError", "processor time"),
        ({"status": signal.SIGKILL}, "MemoryError", "256 MB"),
        ({"status": signal.SIGSEGV}, "RuntimeError", "crashed the interpreter (signal 11)"),
        ({"status": 70 << 8}, "RuntimeError", "status 70"),
        ({"final": {"success": True, "error": {"type": "X"}}}, "X", ""),
        ({"final": {"success": False, "error": None}}, "", ""),
        ({"final": {"success": "yes", "error": None}}, "", ""),
        ({"final": {"success": False, "error": {"type": "MemoryError"}}}, "MemoryError", "256 MB"),
    ],
)  # fmt: skip
def test_every_ending_is_an_error_with_its_reason(known: dict[str, Any], kind: str, message: str) -> None:
    answer = answered(ended(**known))

    assert answer["success"] is False
    assert answer["error"]["type"] == kind
    assert message in answer["error"]["message"]


def test_place_of_a_stopped_program_comes_from_the_interpreters_trace() -> None:
    known = ended(timed_out=True)
    known.trace.add(
        b'Thread 1:\n  File "<code>", line 2 in f\n  File "<code>", line 9 in <module>\n  File "/x.py", line 1 in y\n'
    )

    assert answered(known)["error"]["traceback"] == (
        'Traceback (most recent call last):\n  File "<code>", line 9, in <module>\n    \n  File "<code>", line 2, in f\n    b()'
    )


def test_parts_are_joined_with_line_ends() -> None:
    known = ended(final={"success": True, "error": None, "result": "r", "named": True})
    known.stdout.add(b"out")
    known.stderr.add(b"err\n")

    assert answered(known)["output"] == "out\nerr\nr"


@pytest.mark.parametrize("listed", [None, "text", [1, "a" * 900], {"a": 1}])
def test_lists_from_the_child_are_bounded_texts(listed: Any) -> None:
    answer = answered(ended(final={"success": True, "error": None}, prepared={"removed_imports": listed}))

    assert all(isinstance(item, str) and len(item) <= 500 for item in answer["removed_imports"])


@pytest.mark.parametrize("one", ["\U00010280", "\0", "\ud800", '"', "a"])
@pytest.mark.parametrize("stopped", [True, False])
def test_answer_is_below_lambdas_limit_whatever_its_parts(one: str, stopped: bool) -> None:
    long = one * 500_000
    error = {"type": long, "message": long, "traceback": long}
    final = None if stopped else {"success": False, "error": error, "result": long, "named": True}
    listed = [one * 10_000] * 500
    known = Ended(
        HeadTail(answers.PART * 2), HeadTail(answers.PART * 2), HeadTail(8000), final=final, broken=long,
        prepared={"removed_imports": listed, "unavailable_modules": listed},
    )  # fmt: skip
    for output in (known.stdout, known.stderr):
        output.add(long.encode("utf-8", "replace"))
    known.trace.add(f'File "<code>", line 1 in {long}\n'.encode("utf-8", "replace") * 2)
    session = Session(Caller("us-east-1"))
    for _ in range(MAX_RECORDS + 9):
        session.note(Record(*['"' * MAX_NAME] * 4, 60_000))

    answer = answered(known, most=MOST_OUTPUT, aws_calls=session.calls(), source=long)

    assert len(json.dumps(answer)) < 6_000_000
    assert len(json.dumps(answer, ensure_ascii=False).encode("utf-8")) < 6_000_000


def test_head_and_tail_of_a_long_output_are_kept() -> None:
    kept = HeadTail(10)
    for n in range(1000):
        kept.add(b"%d," % n)

    assert kept.truncated
    assert kept.text().startswith("0,1,2,3,4,")
    assert kept.text().endswith("998,999,")
    assert f"[{kept.total - 20} bytes left out]" in kept.text()


def test_cut_is_marked_and_counted() -> None:
    text, was_cut = cut("x" * 100, 30)

    assert was_cut
    assert "70 characters left out" in text
    assert cut("short", 30) == ("short", False)


def test_lone_surrogates_can_be_said() -> None:
    assert speakable("a\ud800") == "a\\ud800"
