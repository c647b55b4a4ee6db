"""Calls AWS on behalf of code that has no credentials: reads only, as the rules say; masked, bounded and
recorded.
"""

from __future__ import annotations

import logging
import re
import threading
import time
import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import botocore.exceptions
import botocore.model

import framing
import parameters as bounds
import refusals
from masking import mask
from outputs import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from actions import Denial, Rules
    from clients import Clients

logger = logging.getLogger(__name__)

Message = dict[str, Any]
MAX_ANSWER = 8 * 1024 * 1024
MAX_STREAM = 1024 * 1024
MAX_EVENTS = 1000
MAX_RECORDS = 500
MAX_WARMED = 6
MAX_NAME = 100  # characters of a service, operation, region or status
MAX_MESSAGE = 8000
_HINTS = {
    "s3": "List the objects with list_objects_v2 instead; their contents are not readable here.",
    "dynamodb": "Use describe_table and the table's CloudWatch metrics instead; items are not readable here.",
    "secretsmanager": "Use list_secrets or describe_secret instead; values are not readable here.",
    "ssm": "Use describe_parameters instead; values are not readable here.",
    "kms": "Use describe_key instead; nothing can be decrypted here.",
    "lambda": "Use get_function_configuration, list_tags and the function's logs instead.",
    "sqs": "Use get_queue_attributes and the queue's CloudWatch metrics instead; messages are not "
    "readable here.",
    "kinesis": "Use describe_stream_summary and CloudWatch metrics instead; records are not readable here.",
    "sts": "Calls are made with the tool's own read-only role; no other can be taken.",
    "iam": "Use get_role, list_attached_role_policies, get_policy_version or "
    "simulate_principal_policy instead.",
    "ec2": "Use the describe_* operations instead.",
}
_MUTATING = "Only reads are possible here: put the change into the report as a recommendation."


@dataclass(frozen=True, slots=True)
class Record:
    """One call as the answer shows it."""

    service: str
    operation: str
    region: str
    status: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom calls are made: the region that a call without one is for, the role to take, and the
    account.
    """

    region: str
    role_arn: str | None = None
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What there is at AWS: regions of the own partition, and operations of services."""

    region: Callable[[str], bool]
    operation: Callable[[str, str], bool]


class Session:
    """What the broker keeps for one program: for whom it calls, and what was called."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self._records: list[Record] = []
        self._more = 0
        self._warmed: set[tuple[str, str]] = set()

    def note(self, record: Record) -> None:
        """Keep the record of a call; beyond a bound only their number."""
        if len(self._records) < MAX_RECORDS:
            self._records.append(record)
        else:
            self._more += 1

    def may_warm(self, client: tuple[str, str]) -> bool:
        """Tell whether a client may be made ahead of need: once, and a few in all."""
        if client in self._warmed or len(self._warmed) >= MAX_WARMED:
            return False
        self._warmed.add(client)
        return True

    def calls(self) -> list[dict[str, Any]]:
        """Return the record of calls, in order, as the answer has it."""
        more = [Record("", f"{self._more} further calls", "", "not listed", 0)] if self._more else []
        return [asdict(record) for record in [*self._records, *more]]


class Broker:
    """Checks, performs and records operations. Clients are made once for a service, region and role."""

    def __init__(self, clients: Clients, rules: Rules, known: Known) -> None:
        self._clients, self._rules, self._known = clients, rules, known

    def answer(self, question: Message, session: Session) -> bytes:
        """Return the frame that answers one question of a child, bounded in size."""
        frame = framing.pack(self.serve(question, session))
        if len(frame) <= MAX_ANSWER:
            return frame
        advice = "the answer is too large; ask for less: fewer items a page, or a shorter time range"
        return framing.pack(_failure("ResponseParserError", advice))

    def serve(self, question: Message, session: Session) -> Message:
        """Answer one question of a child; whatever it holds, the answer is a message."""
        kind = question.get("kind")
        try:
            if kind == "warm":
                return self._warm(question, session)
            if kind == "aws":
                return self._call(question, session)
        except Exception as error:  # noqa: BLE001 - a question must be answered, or its thread waits for ever
            logger.warning("question failed", extra={"kind": str(kind)[:40], "reason": type(error).__name__})
            return _failure("BotoCoreError", f"the call could not be made: {error}")
        return _failure("BotoCoreError", "unknown question")

    def _warm(self, question: Message, session: Session) -> Message:
        """Make the client that a program is about to use, while it makes its own: a few a program, one at
        a time.
        """
        service = _name(question.get("service"))
        region = _name(question.get("region")) or session.caller.region
        if self._rules.reads(service) and self._known.region(region) and session.may_warm((service, region)):
            key = (service, region, session.caller.role_arn)
            threading.Thread(target=self._try_client, args=key, daemon=True).start()
        return {}

    def _try_client(self, *key: Any) -> None:
        """Make a client ahead of need; failures show when it is used."""
        try:
            self._clients.get(*key)
        except Exception as error:  # noqa: BLE001 - the call itself will tell
            logger.debug("client not warmed", extra={"reason": type(error).__name__})

    def _call(self, question: Message, session: Session) -> Message:
        """Check, perform and record one operation. Only names that AWS has come into the record."""
        service, operation = _name(question.get("service")), _name(question.get("operation"))
        region = _name(question.get("region")) or session.caller.region
        if not self._known.operation(service, operation):
            return _failure("BotoCoreError", f"AWS has no operation {operation!r} of {service!r}")
        started = time.monotonic()
        status, reply = self._perform(
            service, operation, region, question.get("parameters") or {}, session.caller
        )
        took = round((time.monotonic() - started) * 1000)
        region = region if self._known.region(region) else "unknown"
        session.note(Record(service, operation, region, _name(status), took))
        return reply

    def _perform(
        self, service: str, operation: str, region: str, parameters: Any, caller: Caller
    ) -> tuple[str, Message]:
        """Return the status for the record, and the reply."""
        if not self._known.region(region):
            return "InvalidRegion", _failure(
                "InvalidRegionError", f"{region!r} is not a region of this partition"
            )
        denial = refusals.by_name(self._rules, service, operation)
        if denial is not None:
            return "AccessDeniedException", _denied(service, operation, denial)
        excess = bounds.too_many(parameters)
        if excess is not None:
            return _invalid(excess)
        client = self._clients.get(service, region, caller.role_arn)
        model = client.meta.service_model.operation_model(operation)
        arguments = self._arguments(model, framing.from_wire(parameters), caller)
        denial = refusals.by_description(self._rules, client.meta.service_model, model, arguments)
        denial = denial or refusals.foreign_host(service, arguments, caller.account_id)
        if denial is not None:
            return "AccessDeniedException", _denied(service, operation, denial)
        excess = bounds.unfit(arguments, model.input_shape) if model.input_shape is not None else None
        if excess is not None:
            return _invalid(excess)
        try:
            answer = client._make_api_call(operation, arguments)
        except botocore.exceptions.ClientError as error:
            return error.response.get("Error", {}).get("Code", "Error"), _error(error)
        except botocore.exceptions.BotoCoreError as error:
            return type(error).__name__, _failure(type(error).__name__, str(error))
        return "OK", _reply(answer)

    @staticmethod
    def _arguments(model: Any, parameters: Any, caller: Caller) -> dict[str, Any]:
        """Return the arguments of the call; S3 is told whose bucket it must be."""
        arguments = dict(parameters) if isinstance(parameters, dict) else {}
        members: Mapping[str, Any] = model.input_shape.members if model.input_shape is not None else {}
        if caller.account_id and "ExpectedBucketOwner" in members:
            arguments["ExpectedBucketOwner"] = caller.account_id
        return arguments


def _name(value: Any) -> str:
    """Return a name that the child gave, as rules and records have it: short, and of characters that every
    encoding carries.
    """
    text = "?" if isinstance(value, (dict, list)) else str(value or "")
    return text[:MAX_NAME].encode("ascii", "backslashreplace").decode()[:MAX_NAME]


def _reply(answer: dict[str, Any]) -> Message:
    """Return a successful answer, masked."""
    wire = framing.to_wire(mask(_read_streams(answer)))
    return {"status": answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 200), "answer": wire}


def _read_streams(answer: dict[str, Any]) -> dict[str, Any]:
    """Read streamed parts of an answer, up to a limit each."""
    read: dict[str, Any] = {}
    for key, value in answer.items():
        if callable(getattr(value, "read", None)):
            read[key] = value.read(MAX_STREAM)
        elif hasattr(value, "__iter__") and not isinstance(value, (str, bytes, list, dict, tuple)):
            read[key] = [event for event, _ in zip(value, range(MAX_EVENTS), strict=False)]
        else:
            read[key] = value
    return read


def _error(error: botocore.exceptions.ClientError) -> Message:
    """Return AWS's own error, masked."""
    metadata = error.response.get("ResponseMetadata", {})
    return {
        "status": max(300, int(metadata.get("HTTPStatusCode", 400))),
        "answer": framing.to_wire(mask(dict(error.response))),
    }


def _denied(service: str, operation: str, denial: Denial) -> Message:
    """Return the error that AWS would give, with what to do instead."""
    hint = _HINTS.get(
        service, "Use the service's describe and list operations, its metrics and its logs instead."
    )
    if not re.match(r"(BatchGet|Describe|Get|List|Head|Search|Query|Scan|Select|Lookup)", operation):
        hint = _MUTATING
    message = f"{denial.action} is not readable here: {denial.why}. {hint}"
    answer = {
        "Error": {"Code": "AccessDeniedException", "Message": message},
        "ResponseMetadata": {
            "RequestId": str(uuid.uuid4()),
            "HTTPStatusCode": 403,
            "HTTPHeaders": {},
            "RetryAttempts": 0,
        },
    }
    return {"status": 403, "answer": answer}


def _invalid(why: str) -> tuple[str, Message]:
    """Return status and reply for parameters that are not given to botocore."""
    return "ParamValidationError", _failure("ParamValidationError", f"Parameter validation failed:\n{why}")


def _failure(kind: str, message: str) -> Message:
    """Return an error of botocore's own."""
    return {"failure": {"type": kind, "message": cut(message, MAX_MESSAGE)[0]}}
