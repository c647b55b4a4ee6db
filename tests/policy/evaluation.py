"""IAM's answer to one request: the emulator's evaluator over AWS's own ReadOnlyAccess."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document
from tests.policy.plan import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Document = dict[str, Any]

EVERYTHING: Document = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
"""The worst grant that anybody could attach."""


@functools.cache
def read_only_access() -> Document:
    """Return the newest ReadOnlyAccess that an installed package ships (moto keeps AWS's documents)."""
    # 4.7 MB: read on demand.
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    document: Document = json.loads(aws_managed_policies_data)["ReadOnlyAccess"]["Document"]
    return document


def patterns(document: Document, element: str) -> list[str]:
    """Return all values of an element (`Action`, `NotAction`) over a document's statements."""
    found: list[str] = []
    for statement in document["Statement"]:
        value = statement.get(element, [])
        found += [value] if isinstance(value, str) else value
    return found


class Role:
    """A role's policies together, parsed once and asked many times."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Parse the documents."""
        self._policies = [parse_policy_document(document) for document in documents]

    def allows(
        self, action: str, resource: str = "*", context: Mapping[str, str | list[str]] | None = None
    ) -> bool:
        """Tell whether IAM would let the role do this."""
        request = EvalContext(
            principal_arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/role/session",
            principal_type="AssumedRole",
            principal_account=ACCOUNT,
            action=action,
            resource_arn=resource,
            region=REGION,
            secure_transport=True,
            service_context={k.lower(): v for k, v in (context or {}).items()},
        )
        return bool(evaluate(request, self._policies).decision == "Allow")
