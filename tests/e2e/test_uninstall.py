"""Uninstalling leaves nothing. The last of the end-to-end tests: it takes the quick start's stack away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.terraform import TerraformError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.world import Stack, World

    from tour.account import Account

OWN_NAMES = ("triage-handler", "tool-lambda", "alarm-investigations", "alarm-triage", "alarm-reports-")


def names(account: Account) -> Iterator[str]:
    """Yield the names of everything of the kinds that the module makes."""
    for service, listing, items, name in (
        ("lambda", "list_functions", "Functions", "FunctionName"),
        ("iam", "list_roles", "Roles", "RoleName"),
        ("logs", "describe_log_groups", "logGroups", "logGroupName"),
        ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
        ("s3", "list_buckets", "Buckets", "Name"),
        ("sns", "list_topics", "Topics", "TopicArn"),
    ):
        for page in account.client(service).get_paginator(listing).paginate():
            yield from (f"{service} {item[name]}" for item in page[items])
    for page in account.client("iam").get_paginator("list_policies").paginate(Scope="Local"):
        yield from (f"iam {policy['PolicyName']}" for policy in page["Policies"])
    yield from (f"dynamodb {name}" for name in account.client("dynamodb").list_tables()["TableNames"])


def of_the_quick_start(account: Account) -> list[str]:
    """Return what the quick start's stack made: its names begin as the module's do without a prefix."""
    found = [name.split(" ", 1)[1].rsplit(":", 1)[-1].removeprefix("/aws/lambda/") for name in names(account)]
    return sorted(name for name in found if name.startswith(OWN_NAMES) and "unchecked" not in name)


@pytest.fixture(scope="module")
def emptied(world: World, minimal: Stack) -> Stack:
    """The stack with reports in its bucket, which Terraform refuses to destroy, then emptied as docs say."""
    assert len(of_the_quick_start(world.account)) > 8
    with pytest.raises(TerraformError, match="BucketNotEmpty"):
        minimal.terraform.destroy()
    s3 = world.account.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=world.bucket):
        for version in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=world.bucket, Key=version["Key"], VersionId=version["VersionId"])
    return minimal


def test_destroy_leaves_nothing(world: World, emptied: Stack) -> None:
    emptied.terraform.destroy()

    assert emptied.terraform.resources() == []
    assert of_the_quick_start(world.account) == []
