"""`make investigate`: a scripted OpenAI-compatible server, the real tool in its own process, no AWS."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.fakes.chat_server import Refusal, calls, chat_server

import investigate
import local_tool

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTS = Path(__file__).parent.parent / "events"
CODE = """
queues = boto3.client("sqs").list_queues().get("QueueUrls", [])
print("queues:", [url.rsplit("/", 1)[-1] for url in queues])
"""
REPORT = {
    "title": "The queue is there",
    "summary": "It was looked at.",
    "severity": "low",
    "root_cause": {
        "statement": "Nothing is broken.",
        "confidence": "high",
        "evidence": [
            {"call": 1, "quote": "queues: ['orders']"},
            {"call": 0, "quote": "never said by anyone"},
        ],
    },
    "findings": [],
    "impact": {"resources": ["orders"], "business": "none", "users": "none"},
    "immediate_actions": [{"action": "Nothing"}],
    "prevention": ["Nothing"],
    "monitoring": ["Nothing"],
    "ruled_out": [],
    "gaps": [],
}


ANSWERS = {
    "AmazonSQS.ListQueues": {"QueueUrls": ["https://sqs.eu-west-1.amazonaws.com/123456789012/orders"]},
    "/functions/orders-handler/configuration": {"Runtime": "python3.13", "Timeout": 3},
    "Logs_20140328.FilterLogEvents": {
        "events": [{"timestamp": 1773025929000, "message": "[ERROR] no table"}]
    },
}


class Account(BaseHTTPRequestHandler):
    """Stands in for AWS: knows a queue, a function and a log line, and refuses all else at once."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = f"{self.headers.get('X-Amz-Target')} {self.path}"
        found = next((answer for part, answer in ANSWERS.items() if part in asked), None)
        answer = json.dumps(found or {"__type": "AccessDeniedException"}).encode()
        self.send_response(200 if found else 403)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Point all AWS calls at a free port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Account)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}", "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "eu-west-1", "AWS_REGION": "eu-west-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.usefixtures("aws")
def test_event_becomes_reports_and_an_email(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = (
        calls(("run_python", {"code": CODE, "purpose": "list queues"})),
        calls(("submit_report", REPORT)),
    )
    with chat_server(*steps) as server:
        status = investigate.main(
            [
                str(EVENTS / "direct_metric.json"),
                "--model",
                f"openai:{server.url}#qwen3",
                "--out",
                str(tmp_path),
            ]
        )
    assert status == 0
    printed = capsys.readouterr().out
    assert "Subject: [LOW]" in printed
    names = sorted(path.name.rsplit("_", 1)[-1] for path in tmp_path.iterdir())
    assert [name.rsplit("-", 1)[0] for name in names if name.endswith(".json")]
    assert {"context.txt", "report.html", "report.txt"} <= set(names)
    (path,) = tmp_path.glob("*.json")
    found = json.loads(path.read_text("utf-8"))
    assert found["model_id"] == "openai:qwen3"
    assert [item["verified"] for item in found["evidence"]["items"]] == [True, False]
    assert found["report"]["root_cause"]["confidence"] == "medium"
    gathered = found["tool_calls"][0]
    assert gathered["success"]
    assert '"Runtime": "python3.13"' in gathered["output"]
    assert "[ERROR] no table" in gathered["output"]
    assert "NOT READ: Alarm: An error occurred" in gathered["output"]
    assert found["tool_calls"][1]["output"].strip() == "queues: ['orders']"
    assert [tool["function"]["name"] for tool in server.asked[0]["tools"]] == ["run_python", "submit_report"]
    (answer, *_) = [message for message in server.asked[1]["messages"] if message["role"] == "tool"]
    assert "queues: ['orders']" in answer["content"]


@pytest.mark.usefixtures("aws")
def test_server_that_refuses_still_makes_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with chat_server(Refusal(401, {"error": {"message": "bad key"}})) as server:
        words = [
            str(EVENTS / "direct_metric.json"),
            "--model",
            f"openai:{server.url}#m",
            "--out",
            str(tmp_path),
        ]
        assert investigate.main(words) == 0
    (path,) = tmp_path.glob("*.json")
    assert json.loads(path.read_text("utf-8"))["outcome"] == "model_unavailable"
    assert "bad key" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("event", "model", "complaint"),
    [
        ("no such file.json", "openai:http://127.0.0.1:1/v1#m", "No such file"),
        (
            "unsupported_hello_world.json",
            "openai:http://127.0.0.1:1/v1#m",
            "the event is no CloudWatch alarm",
        ),
        ("direct_metric.json", "openai:m", "expected openai:URL#MODEL"),
        ("direct_metric.json", "openai:ftp://x#m", "expected http:// or https://"),
    ],
)
def test_command_says_what_it_cannot_use(
    event: str, model: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert investigate.main([str(EVENTS / event), "--model", model]) == 1
    assert complaint in capsys.readouterr().err


def test_tool_process_that_ends_is_an_unavailable_tool(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "tool_process.py").write_text("raise SystemExit")
    monkeypatch.setattr(local_tool, "ROOT", tmp_path)
    tool = local_tool.LocalTool()
    try:
        answer = tool.invoke(FunctionName="local", Payload=b"{}")
    finally:
        tool.close()
    assert answer["FunctionError"] == "Unhandled"


def test_bedrock_is_called_with_the_callers_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    model = investigate.model_of("eu.amazon.nova-pro-v1:0", "eu-west-1", 1000, None)
    assert model.model_id == "eu.amazon.nova-pro-v1:0"
    assert model.window_tokens == 300_000
