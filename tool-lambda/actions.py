"""Which IAM action an AWS operation needs, and whether the tool may perform it.

The rules come from `triage_actions.json` and `denied_actions.json`, the same files that make the role's
policy.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# IAM's prefix where it is not the service's signing name.
PREFIXES = {
    "cloudwatch": "cloudwatch", "monitoring": "cloudwatch", "elbv2": "elasticloadbalancing",
    "elb": "elasticloadbalancing",
    "stepfunctions": "states", "efs": "elasticfilesystem", "emr": "elasticmapreduce",
    "opensearch": "es", "es": "es",
    "docdb": "rds", "neptune": "rds", "rds": "rds", "amp": "aps", "msk": "kafka", "kafka": "kafka",
    "resourcegroupstaggingapi": "tag", "resource-groups": "resource-groups",
    "service-quotas": "servicequotas",
    "application-autoscaling": "application-autoscaling", "autoscaling": "autoscaling", "sesv2": "ses",
    "ses": "ses",
    "apigateway": "apigateway", "apigatewayv2": "apigateway", "cognito-idp": "cognito-idp", "xray": "xray",
    "application-signals": "application-signals", "synthetics": "synthetics", "rum": "rum", "pi": "pi",
    "events": "events", "pipes": "pipes", "scheduler": "scheduler", "s3control": "s3", "s3": "s3",
    "sts": "sts",
    "ecr-public": "ecr-public", "emr-serverless": "emr-serverless", "dynamodbstreams": "dynamodb",
    "savingsplans": "savingsplans", "ce": "ce", "iot": "iot", "iot-data": "iot", "lex-models": "lex",
    "lexv2-models": "lex", "timestream-query": "timestream", "timestream-write": "timestream",
    "redshift-data": "redshift-data", "redshift-serverless": "redshift-serverless", "memorydb": "memorydb",
    "bedrock-runtime": "bedrock", "bedrock-agent": "bedrock", "bedrock-agent-runtime": "bedrock",
    "ssm-contacts": "ssm-contacts",
    "cloudsearchdomain": "cloudsearch", "mturk": "mechanicalturk", "appconfigdata": "appconfig",
    "wafv2": "wafv2",
    "waf-regional": "waf-regional", "globalaccelerator": "globalaccelerator",
    "route53domains": "route53domains",
    "pinpoint": "mobiletargeting", "dms": "dms", "osis": "osis", "opensearchserverless": "aoss",
    "kinesis-video-media": "kinesisvideo", "kinesis-video-archived-media": "kinesisvideo", "sso-admin": "sso",
    "identitystore": "identitystore", "marketplace-catalog": "aws-marketplace",
    "payment-cryptography-data": "payment-cryptography",
    "cloudfront-keyvaluestore": "cloudfront-keyvaluestore", "compute-optimizer": "compute-optimizer",
    "network-firewall": "network-firewall", "eventbridgev2": "events",
    "kinesisanalyticsv2": "kinesisanalytics", "lambda-microvms": "lambda", "mwaa": "airflow",
    "pinpoint-email": "ses",
}  # fmt: skip
# Operations whose permission has another name, or needs several.
_S3 = {
    "ListBuckets": "ListAllMyBuckets", "ListDirectoryBuckets": "ListAllMyDirectoryBuckets",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket", "HeadBucket": "ListBucket", "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads", "ListParts": "ListMultipartUploadParts",
    "HeadObject": "GetObject", "SelectObjectContent": "GetObject", "GetObjectTorrent": "GetObject",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification", "GetBucketCors": "GetBucketCORS",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
    "ListBucketAnalyticsConfigurations": "GetAnalyticsConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
    "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
    "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration",
    "ListBucketIntelligentTieringConfigurations": "GetIntelligentTieringConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetBucketOwnershipControls": "GetBucketOwnershipControls",
}  # fmt: skip
RENAMED: dict[str, str] = {
    **{f"s3.{operation}": f"s3:{action}" for operation, action in _S3.items()},
    "s3control.GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    "lambda.ListVersionsByFunction": "lambda:ListVersionsByFunction",
    "lambda.Invoke": "lambda:InvokeFunction",
    "lambda.InvokeAsync": "lambda:InvokeFunction",
    "lambda.InvokeWithResponseStream": "lambda:InvokeFunction",
    "dynamodb.ExecuteStatement": "dynamodb:PartiQLSelect",
    "dynamodb.BatchExecuteStatement": "dynamodb:PartiQLSelect",
    "dynamodb.ExecuteTransaction": "dynamodb:PartiQLSelect",
    "dynamodb.TransactGetItems": "dynamodb:GetItem",
    "bedrock-runtime.Converse": "bedrock:InvokeModel",
    "bedrock-runtime.ConverseStream": "bedrock:InvokeModelWithResponseStream",
}
READ_VERBS = re.compile(
    r"(BatchGet|BatchDescribe|Describe|Discover|Filter|Get|Head|List|Lookup|Query|Scan|Search|Select|Simulate|Estimate|Check|View|Test)"
)


@dataclass(frozen=True, slots=True)
class Denial:
    """Why an operation is not performed, in words for a model."""

    action: str
    why: str


@dataclass(frozen=True, slots=True)
class Deny:
    """One explicit deny of the policy."""

    why: str
    actions: tuple[re.Pattern[str], ...]
    resources: tuple[re.Pattern[str], ...]  # empty: every resource


def pattern(text: str) -> re.Pattern[str]:
    """Return IAM's `*` and `?` as a regular expression; actions are compared without regard to case.

    What stands between two `*` is looked for once, where it comes first: time grows with the length alone.
    """
    first, *more = (re.escape(part).replace(r"\?", ".") for part in text.split("*"))
    between = "".join(f"(?>.*?{part})" for part in more[:-1])
    return re.compile(first + between + (f".*{more[-1]}" if more else ""), re.IGNORECASE | re.DOTALL)


class Rules:
    """The triage actions and the explicit denies."""

    def __init__(self, triage: Mapping[str, list[str]], denied: Mapping[str, Mapping[str, Any]]) -> None:
        self._triage = tuple(pattern(action) for actions in triage.values() for action in actions)
        self._read = frozenset(
            action.partition(":")[0].lower() for actions in triage.values() for action in actions
        )
        self._denied = tuple(
            Deny(
                str(entry["why"]),
                tuple(pattern(action) for action in entry["actions"]),
                tuple(pattern(resource) for resource in entry["resources"] if resource != "*"),
            )
            for entry in denied.values()
        )

    @classmethod
    def read(cls, folder: Path) -> Rules:
        """Read the rules from the function's own folder."""
        texts = [
            (folder / name).read_text("utf-8") for name in ("triage_actions.json", "denied_actions.json")
        ]
        return cls(json.loads(texts[0]), json.loads(texts[1]))

    def reads(self, service: str) -> bool:
        """Tell whether any operation of `service` may be allowed, without its description."""
        return PREFIXES.get(service, service).lower() in self._read

    def check(self, action: str, resource: str | None = None) -> Denial | None:
        """Tell why `action` (on `resource`, where that is known) is not allowed; None when it is."""
        for deny in self._denied:
            if any(item.fullmatch(action) for item in deny.actions) and (
                not deny.resources
                or (resource is not None and any(item.fullmatch(resource) for item in deny.resources))
            ):
                return Denial(action, deny.why)
        if not any(item.fullmatch(action) for item in self._triage):
            return Denial(action, "it is not among the reads that an investigation needs")
        return None


def action_of(service: str, operation: str, signing_name: str, method: str = "") -> str:
    """Return the IAM action of a botocore operation; API Gateway's are named after the HTTP method."""
    if service in {"apigateway", "apigatewayv2"}:
        return f"apigateway:{method.upper() or 'GET'}"
    renamed = RENAMED.get(f"{service}.{operation}")
    return renamed or f"{PREFIXES.get(service, signing_name)}:{operation}"
