from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import kernel
import processes
from tool_request import account_of, remaining_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


class Context:
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:tool-lambda"

    def get_remaining_time_in_millis(self) -> int:
        return 8000


@pytest.fixture(scope="module")
def tool_handler() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (
            ("AWS_ACCESS_KEY_ID", "testing"), ("AWS_SECRET_ACCESS_KEY", "testing"), ("AWS_REGION", "us-east-1"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024"),
        ):  # fmt: skip
            patch.setenv(name, value)
        sys.modules.pop("tool_handler", None)
        module = importlib.import_module("tool_handler")
        yield module
        module._function.close()


def test_handler_answers_with_every_field(tool_handler: ModuleType) -> None:
    answer = tool_handler.handler({"code": "print(1)\n2"}, Context())

    assert answer.pop("duration_ms") >= 0
    assert answer == {
        "success": True, "output": "1\n", "stdout": "1\n", "stderr": "", "result": "2", "error": None, "removed_imports": [],
        "unavailable_modules": [], "aws_calls": [], "truncated": False,
    }  # fmt: skip
    assert tool_handler._function.worker_process()


def test_it_reads_no_variable_that_terraform_would_have_to_set() -> None:
    source = (Path(kernel.__file__).parent / "tool_handler.py").read_text(encoding="utf-8")
    names = set(re.findall(r"""environ(?:\.get\(|\[)["'](\w+)["']""", source))
    assert "AWS_REGION" in names
    # It has no environment in main.tf. LOG_LEVEL quietens it where it runs outside Lambda.
    assert {name for name in names if not name.startswith("AWS_")} == {"LOG_LEVEL"}


def test_process_keeps_its_credentials_to_itself(tool_handler: ModuleType) -> None:
    code = f"open('/proc/{processes.os.getpid()}/environ').read()"

    assert tool_handler.handler({"code": code}, Context())["error"]["type"] == "PermissionError"
    assert kernel.PR_SET_DUMPABLE == 4


def test_clients_are_made_for_the_region_and_role(tool_handler: ModuleType) -> None:
    client = tool_handler.make_client("logs", "eu-west-1", None)
    other: Any = tool_handler.make_client("logs", "eu-west-1", "arn:aws:iam::210987654321:role/reader")

    assert client.meta.region_name == "eu-west-1"
    assert client.meta.config.retries["mode"] == "adaptive"
    assert other._request_signer._credentials.method == "assume-role"


def test_only_regions_of_the_own_partition_are_known(
    tool_handler: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {"us-east-1", "eu-central-1", "aws-global"} <= tool_handler.known_regions()
    assert "cn-north-1" not in tool_handler.known_regions()
    monkeypatch.setenv("AWS_REGION", "mars-north-1")
    tool_handler.known_regions.cache_clear()
    assert tool_handler.known_regions() == {"mars-north-1"}
    tool_handler.known_regions.cache_clear()


def test_account_comes_from_the_role_or_the_function() -> None:
    assert account_of("arn:aws:iam::210987654321:role/r", Context()) == "210987654321"
    assert account_of(None, Context()) == "123456789012"
    assert account_of(None, None) is None


def test_remaining_time_is_lambdas() -> None:
    assert remaining_seconds(Context()) == 8.0
    assert remaining_seconds(None) == 70.0


def test_failure_of_the_tool_itself_is_an_answer(tool_handler: ModuleType) -> None:
    class Broken:
        invoked_function_arn = None

        def get_remaining_time_in_millis(self) -> int:
            raise ZeroDivisionError

    answer = tool_handler.handler({"code": "1"}, Broken())

    assert answer["error"]["type"] == "ToolError"
    assert tool_handler.handler({"code": "1"}, None)["output"] == "1"


def test_workers_that_cannot_start_are_an_answer() -> None:
    from limits import Limits
    from tool_function import ToolFunction

    workers = processes.Workers(processes.scrubbed("us-east-1", "UTC"), Limits(1), ("-c", "raise SystemExit"))
    answer = ToolFunction(workers, None, 1, "us-east-1").handle({"code": "1"}, None)  # type: ignore[arg-type]

    assert answer["error"]["type"] == "ToolUnavailable"
    assert "try once more" in answer["error"]["message"]
