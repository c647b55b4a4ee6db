"""The tool function between invocations: runs a call in a waiting child, and puts things back in order
after it.
"""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Any

import answers
from broker import Broker, Caller, Session
from calls import Call, Ended, Message
from clearing import scratch_folder
from processes import Child, WorkerFailed, WorkerProcess, Workers
from tool_request import InvalidEvent, Request, account_of, parse, remaining_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)


class ToolFunction:
    """Warm workers, warm clients, and the rules of one call."""

    def __init__(self, workers: Workers, broker: Broker, memory_bytes: int, region: str) -> None:
        self._workers, self._broker = workers, broker
        self._memory_bytes, self._region = memory_bytes, region
        self._walls_logged = False

    def handle(self, event: Any, context: Any) -> dict[str, Any]:
        """Run the program in `event`; the answer is always one flat object."""
        started = time.monotonic()
        try:
            request = parse(event, self._region, remaining_seconds(context))
            return self._answer(request, context, started)
        except InvalidEvent as error:
            return answers.failed("InvalidEvent", str(error))
        except WorkerFailed as error:
            return answers.failed("ToolUnavailable", f"{error}; nothing was run; try once more")
        except Exception as error:
            logger.exception("call failed")
            self._workers.retire()
            return answers.failed(
                "ToolError", f"the tool itself failed ({type(error).__name__}); try once more"
            )

    def retire(self) -> None:
        """End the worker; the next call starts another."""
        self._workers.retire()

    close = retire

    def worker_process(self) -> int | None:
        """Return the process id of the worker, for those who measure."""
        return self._workers.process

    def _answer(self, request: Request, context: Any, started: float) -> dict[str, Any]:
        """Run one program and answer for it."""
        worker, child = self._workers.take()
        self._log_walls(worker.walls)
        session = Session(Caller(request.region, request.role_arn, account_of(request.role_arn, context)))
        try:
            ended = self._run(request, worker, child, session)
        finally:
            child.close()
        self._settle(ended)
        reply = answers.answer(
            ended, seconds=request.seconds, memory_bytes=self._memory_bytes, most=request.max_output,
            aws_calls=session.calls(), duration_ms=round((time.monotonic() - started) * 1000),
            source=request.code,
        )  # fmt: skip
        _log(reply)
        return reply

    def _run(self, request: Request, worker: WorkerProcess, child: Child, session: Session) -> Ended:
        """Run one program in `child`, in a scratch folder that is gone afterwards."""
        call = Call(worker, child, lambda question: self._broker.answer(question, session), answers.PART * 2)
        with scratch_folder() as folder:
            return call.run(job_of(request, folder), request.seconds)

    def _settle(self, ended: Ended) -> None:
        """Have the next child wait; or a new worker, when this call tried a breach or broke something."""
        native = (ended.final or {}).get("native") or []
        crashed = not ended.timed_out and ended.status != 0
        if native or ended.broken or crashed:
            reason = {"native": native, "status": ended.status, "broken": ended.broken}
            logger.warning("worker retired %s", json.dumps(reason))
            self._workers.retire()
            self._workers.start()
        else:
            self._workers.replenish()

    def _log_walls(self, walls: Mapping[str, bool]) -> None:
        """Say once which of the optional walls stand."""
        if not self._walls_logged:
            self._walls_logged = True
            logger.info("walls %s", json.dumps(walls, sort_keys=True))


def job_of(request: Request, folder: str) -> Message:
    """Return what the child is told."""
    home = "/tmp"  # noqa: S108 - as code sees it; it is led into the scratch folder
    return {
        "code": request.code,
        "folder": folder,
        "cpu_seconds": int(request.seconds) * 2 + 2,
        "environment": {"AWS_REGION": request.region, "AWS_DEFAULT_REGION": request.region, "HOME": home,
                        "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "TMPDIR": home, "PWD": home},
        "filter_calls": True,
    }  # fmt: skip


def _log(reply: Mapping[str, Any]) -> None:
    """Log what an auditor wants to know of a call."""
    kept = {key: reply[key] for key in ("success", "removed_imports", "unavailable_modules", "duration_ms")}
    kept |= {"error": (reply["error"] or {}).get("type"), "aws_calls": len(reply["aws_calls"])}
    logger.info("call ended %s", json.dumps(kept))
