"""The triage function's entry: the only place that reads the environment and makes boto3 clients.

Puts the parts together once, on first use, and tells the steps of `triage` for each alarm in an event. What
Lambda should try again is raised; after its retries, Lambda's on-failure destination tells the topic.
"""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

import alarm_events
import notices
import report
import settings as settings_module
from backlog import Backlog
from bedrock_client import CONFIG as BEDROCK_CONFIG
from checkpoints import S3Checkpoints
from deduplication import Claims
from delivery import S3_CONFIG, SNS_CONFIG, Courier, Destination
from desk import Answer, Assignment, Desk, Own, Status
from echoes import is_echo
from engine import Engine
from event_fields import UnsupportedEvent
from invocation import Invoker, LambdaClock, LambdaContext
from metrics import Metrics
from recoveries import Recoveries
from settings import Settings
from state_table import StateTable
from storm import Ledger
from tool_client import client_config
from triage import CONTINUATION, Triage
from undelivered import Undelivered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient

    from record import Investigation

logger = logging.getLogger(__name__)

HOURLY = "alarm-triage.hourly"

_DYNAMODB_CONFIG = Config(
    connect_timeout=2, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 5}
)
_INVOKE_CONFIG = Config(
    connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3}
)


class SomeRecordsFailed(Exception):  # noqa: N818  (what happened, in the domain's words)
    """Several alarms came in one event and not all could be handled; the rest have been."""


def handler(event: object, context: LambdaContext) -> dict[str, object]:
    """Lambda's entry point: handle the event's alarms and answer with what became of each."""
    desk = _desk(context)
    if isinstance(event, dict) and event.get("source") == HOURLY:
        Triage(desk).hourly()
        return dict(Answer(Status.IGNORED).to_json())
    hop = 0
    if isinstance(event, dict) and event.get("source") == CONTINUATION:
        hop, event = _continued(event)
    singles = alarm_events.single_events(event)
    if len(singles) == 1:
        return dict(_handle(desk, singles[0], hop, context).to_json())
    return _handle_all(desk, singles, context)


def _continued(event: dict[str, object]) -> tuple[int, object]:
    hop = event.get("hop")
    if not isinstance(hop, int) or "event" not in event:
        raise UnsupportedEvent("the continuation has no hop, or not the event that it goes on with")
    return hop, event["event"]


def _handle(desk: Desk, event: Mapping[str, object], hop: int, context: LambdaContext) -> Answer:
    if is_echo(event, _function_name(context)):
        return Answer(Status.IGNORED)
    return Triage(desk).handle(event, hop)


def _handle_all(desk: Desk, events: list[Mapping[str, object]], context: LambdaContext) -> dict[str, object]:
    """Handle every record, whatever happens to the others; raise at the end if one has to be tried again."""
    results, failures = [], []
    for at, event in enumerate(events):
        try:
            results.append(_handle(desk, event, 0, context).to_json())
        except Exception as error:
            logger.exception("record failed", extra={"record": at})
            failures.append(f"record {at}: {type(error).__name__}: {error}")
    if failures:
        raise SomeRecordsFailed(f"{len(failures)} of {len(events)} records failed. " + " | ".join(failures))
    return {"results": results}


@dataclass(frozen=True, slots=True)
class _Clients:
    dynamodb: DynamoDBClient
    s3: S3Client
    sns: SNSClient
    bedrock: BedrockRuntimeClient
    tool: LambdaClient
    invoke: LambdaClient


@lru_cache(maxsize=1)
def _made(environment: frozenset[tuple[str, str]]) -> tuple[Settings, _Clients]:
    """Settings and clients, made on first use: warm invocations have the same environment, and share them."""
    settings = settings_module.parse(dict(environment))
    region = settings.region
    clients = _Clients(
        dynamodb=boto3.client("dynamodb", region_name=region, config=_DYNAMODB_CONFIG),
        s3=boto3.client("s3", region_name=region, config=S3_CONFIG),
        sns=boto3.client("sns", region_name=region, config=SNS_CONFIG),
        bedrock=boto3.client("bedrock-runtime", region_name=region, config=BEDROCK_CONFIG),
        tool=boto3.client("lambda", region_name=region, config=client_config(settings.tool_timeout)),
        invoke=boto3.client("lambda", region_name=region, config=_INVOKE_CONFIG),
    )
    logging.getLogger().setLevel(settings.log_level)
    for chatty in ("botocore", "boto3", "urllib3"):  # at DEBUG they write whole requests
        logging.getLogger(chatty).setLevel(logging.INFO)
    return settings, clients


def _environment() -> frozenset[tuple[str, str]]:
    # Lambda's runtime changes the trace id with every invocation, and nothing else.
    return frozenset(item for item in os.environ.items() if item[0] != "_X_AMZN_TRACE_ID")


def _function_name(context: LambdaContext) -> str:
    return os.environ.get("AWS_LAMBDA_FUNCTION_NAME") or context.function_name


def _desk(context: LambdaContext) -> Desk:
    settings, clients = _made(_environment())
    table = StateTable(clients.dynamodb, settings.table)
    clock = LambdaClock(context)
    checkpoints = S3Checkpoints(clients.s3, settings.bucket, settings.account)
    function_name = _function_name(context)
    own = frozenset({function_name, settings.tool_lambda_name})
    return Desk(
        own=Own(settings.account, settings.region, own, settings.self_alarm_prefix),
        claims=Claims(table, settings.window),
        ledger=Ledger(table, settings.max_investigations_per_hour),
        backlog=Backlog(table),
        recoveries=Recoveries(table),
        undelivered=Undelivered(table),
        courier=Courier(
            clients.s3,
            clients.sns,
            Destination(settings.bucket, settings.account, settings.topic_arn, settings.chat_topic_arn),
        ),
        checkpoints=checkpoints,
        investigator=_Careful(
            Engine(settings, clients.s3, clients.bedrock, clients.tool, clock, checkpoints)
        ),
        metrics=Metrics(function_name, sys.stdout),
        clock=clock,
        request_id=context.aws_request_id,
        go_on_later=Invoker(clients.invoke, function_name).invoke,
        max_continuations=settings.max_continuations,
        notify_on_recovery=settings.notify_on_recovery,
    )


@dataclass(frozen=True, slots=True)
class _Careful:
    """The engine, but for the last attempt: then a failure of our own is told to the reader, not raised."""

    engine: Engine

    def investigate(self, assignment: Assignment) -> Investigation | None:
        """Investigate; what fails in our own code on the last attempt is an outcome too."""
        try:
            return self.engine.investigate(assignment)
        except Exception as error:
            if not assignment.last_attempt:
                raise
            logger.exception("the investigation failed in our own code")
            return self.engine.interrupted(assignment, error)

    def render(self, investigation: Investigation, *, saved: bool, last_attempt: bool) -> report.Rendered:
        """Write the report; on the last attempt, rather a few lines than nothing."""
        try:
            return self.engine.render(investigation, saved=saved)
        except Exception as error:
            if not last_attempt:
                raise
            logger.exception("the report could not be written")
            message = notices.unrendered(investigation, f"{type(error).__name__}: {error}")
            return report.Rendered((), message.subject, message.body, "")
