"""Says why an operation is not performed: the rules first, then names that would lead to another resource or
another host.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from actions import Denial, Rules, action_of

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_LABEL = 256
MAX_ARN = 2048
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")
_NO_LABEL = re.compile(r"[/\\{}:%?#]|\A\.\.?\Z")
_ARN_LABELS = frozenset({"resource_arn", "resource-arn"})


def by_name(rules: Rules, service: str, operation: str) -> Denial | None:
    """Tell why an operation is not performed whatever its parameters, without its service's description."""
    return rules.check(action_of(service, operation, service))


def by_description(
    rules: Rules, service_model: Any, model: Any, parameters: Mapping[str, Any]
) -> Denial | None:
    """Tell why an operation is not performed, once its description is known."""
    http = model.http or {}
    service = service_model.service_name
    action = action_of(service, model.name, service_model.signing_name, str(http.get("method", "")))
    if not action.startswith("apigateway:"):
        return rules.check(action)
    resource = gateway_resource(str(http.get("requestUri", "")))
    return rules.check(action, resource) or _foreign_label(model.input_shape, parameters)


def gateway_resource(uri: str) -> str:
    """Return the resource that IAM checks for an operation of API Gateway, with the names of its labels in
    place of values: the denies tell kinds of resources apart, not single ones. IAM leaves `/v2` out.
    """
    return f"arn:aws:apigateway:region::{uri.partition('?')[0].removeprefix('/v2')}"


def _foreign_label(shape: Any, parameters: Mapping[str, Any]) -> Denial | None:
    """Tell why a value is not put into a path of API Gateway: it could make another path of it."""
    members = shape.members if shape is not None else {}
    for name, member in members.items():
        value = parameters.get(name)
        if member.serialization.get("location") != "uri" or not isinstance(value, str):
            continue
        if member.serialization.get("name") in _ARN_LABELS:
            good = len(value) <= MAX_ARN and value.startswith("arn:") and ".." not in value
        else:
            good = len(value) <= MAX_LABEL and not _NO_LABEL.search(value)
        if not good:
            return Denial(f"{name} {value[:100]!r}", "it is no plain name, as the list operations give it")
    return None


def foreign_host(service: str, arguments: Mapping[str, Any], account_id: str | None) -> Denial | None:
    """Tell why a call is not made whose parameters would choose somebody else's host, as S3's do."""
    if service not in {"s3", "s3control"}:
        return None
    bucket, account = arguments.get("Bucket"), arguments.get("AccountId")
    if isinstance(bucket, str):
        arn = bucket.split(":")
        own = len(arn) > 5 and arn[0] == "arn" and account_id is not None and arn[4] == account_id
        if not own and not _BUCKET.fullmatch(bucket):
            return Denial(
                f"bucket {bucket[:100]!r}", "only buckets of the account itself, by name, can be asked about"
            )
    if account is not None and account != account_id:
        return Denial(f"account {str(account)[:20]!r}", "only the account itself can be asked about")
    return None
