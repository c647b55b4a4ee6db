"""The investigation and its report, set up with what this function has for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import report
from bedrock_client import BedrockModel
from investigation import Case, Limits, interrupted, investigate
from ports import Price
from record import Investigation
from team_context import TeamContext
from tool_client import ToolClient

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client

    from alarm import Alarm
    from desk import Assignment
    from ports import Checkpoints, Clock
    from settings import Settings


@dataclass(frozen=True, slots=True)
class Engine:
    """Investigates with the configured model, tool and limits."""

    settings: Settings
    s3: S3Client
    bedrock: BedrockRuntimeClient
    lambdas: LambdaClient
    clock: Clock
    checkpoints: Checkpoints

    def investigate(self, assignment: Assignment) -> Investigation | None:
        """Return the finished investigation, or None when it waits for a fresh invocation."""
        settings = self.settings
        result = investigate(
            self._case(assignment),
            model=self._model(),
            tool=self._tool(assignment.alarm),
            limits=Limits(
                tool_calls=settings.max_tool_calls,
                tokens=settings.max_tokens,
                usd=settings.max_usd,
                tool_timeout=settings.tool_timeout,
                output_chars=settings.tool_output_chars,
                may_continue=assignment.may_continue,
            ),
            clock=self.clock,
            checkpoints=self.checkpoints,
        )
        return result if isinstance(result, Investigation) else None

    def interrupted(self, assignment: Assignment, error: Exception) -> Investigation:
        """What the checkpoint knows when the code of this very module failed."""
        return interrupted(
            Case(
                assignment.investigation_id,
                assignment.alarm,
                assignment.event,
                assignment.started_at,
                notes=assignment.notes,
            ),
            model=self._model(),
            clock=self.clock,
            checkpoints=self.checkpoints,
            detail=f"Alarm Triage itself failed, three times: {type(error).__name__}: {error}",
        )

    def render(self, investigation: Investigation, *, saved: bool) -> report.Rendered:
        """Write the report and its messages."""
        bucket = self.settings.bucket if saved else None
        return report.render(investigation, bucket=bucket, region=self.settings.region)

    def _case(self, assignment: Assignment) -> Case:
        team = TeamContext(self.s3, self.settings.bucket, self.settings.account)
        context, notes = team.about(assignment.alarm)
        return Case(
            investigation_id=assignment.investigation_id,
            alarm=assignment.alarm,
            event=assignment.event,
            started_at=assignment.started_at,
            context=context,
            notes=(*assignment.notes, *notes),
            runbook=team.runbook,
        )

    def _model(self) -> BedrockModel:
        settings = self.settings
        return BedrockModel(
            self.bedrock,
            settings.model_id,
            overrides=dict(settings.capabilities),
            price=Price(**dict(settings.prices)) if settings.prices else None,
            guardrail=settings.guardrail,
        )

    def _tool(self, alarm: Alarm) -> ToolClient:
        return ToolClient(
            self.lambdas,
            self.settings.tool_lambda_arn,
            region=alarm.region,
            role_arn=dict(self.settings.investigation_roles).get(alarm.account),
            max_output_chars=self.settings.tool_output_chars,
        )
