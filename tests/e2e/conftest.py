"""One local AWS, one model and one apply of each stack, shared by all end-to-end tests.

The stacks are applied at the same time: most of an apply is Terraform waiting for the bucket's settings.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.world import Stack, World

import provider_mirror
from local import server
from local.terraform import Terraform
from model.server import ModelServer
from tour.account import Account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.server import LocalAws

ROOT = Path(__file__).resolve().parent.parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def model() -> Iterator[ModelServer]:
    """The demo model, in this process so that a test can make it fail."""
    with ModelServer() as serving:
        serving.start()
        yield serving
        serving.shutdown()


@pytest.fixture(scope="session")
def local_aws(model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """The local AWS, IAM enforced, over TLS."""
    running = server.start(tmp_path_factory.mktemp("aws"), model_url=model.url)
    yield running
    server.stop(running.pid)


@pytest.fixture(scope="session")
def account(local_aws: LocalAws) -> Account:
    """Clients of the local AWS, as its root."""
    return Account(local_aws)


@pytest.fixture(scope="session")
def applied(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Future[Stack]]:
    """Begin to apply both stacks; a test waits for the one that it needs."""
    configuration = os.environ.get("TF_CLI_CONFIG_FILE", "")
    if not Path(configuration).is_file():
        configuration = str(provider_mirror.write_configuration())
    environment = {**local_aws.environment(), "TF_CLI_CONFIG_FILE": configuration}
    demo = {"local": True, "schedule": None, "scenarios": SCENARIOS, "notification_emails": [ON_CALL]}
    shop = {"shop_account_id": SHOP}
    _deploy_role(Account(local_aws, SHOP))
    pool = ThreadPoolExecutor(3)

    def apply(name: str, stack: Path, variables: dict[str, Any], **at_first: Any) -> Stack:
        terraform = Terraform(stack, tmp_path_factory.mktemp(name), environment, variables)
        terraform.init()
        terraform.apply(**at_first)
        return Stack(terraform, terraform.outputs())

    futures = {
        "minimal": pool.submit(apply, "minimal", ROOT / "examples" / "minimal", {}),
        "accounts": pool.submit(apply, "accounts", ROOT / "examples" / "cross-account", shop),
        "demo": pool.submit(apply, "demo", ROOT / "demo", demo, fault=False),
    }
    pool.shutdown(wait=False)
    return futures


@pytest.fixture(scope="session")
def minimal(applied: dict[str, Future[Stack]]) -> Stack:
    """The README's quick start, applied."""
    return applied["minimal"].result()


@pytest.fixture(scope="session")
def demo(applied: dict[str, Future[Stack]]) -> Stack:
    """The demo, applied, with every fault off."""
    return applied["demo"].result()


@pytest.fixture(scope="session")
def world(local_aws: LocalAws, account: Account, model: ModelServer, minimal: Stack) -> World:
    """The module as the quick start deploys it."""
    return _world(local_aws, account, model, minimal, "triage-handler", "alarm-investigations")


@pytest.fixture(scope="session")
def demo_world(local_aws: LocalAws, account: Account, model: ModelServer, demo: Stack) -> World:
    """The module as the demo deploys it."""
    return _world(local_aws, account, model, demo, "demo-triage-handler", "demo-alarm-investigations")


@pytest.fixture(scope="session")
def central_world(
    local_aws: LocalAws, account: Account, model: ModelServer, applied: dict[str, Future[Stack]]
) -> World:
    """The module as the example of several accounts deploys it, in the central account."""
    stack = applied["accounts"].result()
    return _world(local_aws, account, model, stack, "central-triage-handler", "central-alarm-investigations")


@pytest.fixture(scope="session")
def shop(local_aws: LocalAws) -> Account:
    """The account whose alarms are investigated from the central one."""
    return Account(local_aws, SHOP)


SHOP = "111111111111"
ON_CALL = "demo-on-call@example.com"
SCENARIOS = ["bad-deploy", "missing-permission", "wrong-threshold"]


def _deploy_role(shop: Account) -> None:
    """Make the role with which Terraform deploys in the other account."""
    iam = shop.client("iam")
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    iam.create_role(RoleName="terraform", AssumeRolePolicyDocument=json.dumps(trust))
    iam.attach_role_policy(RoleName="terraform", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")


def _world(
    aws: LocalAws, account: Account, model: ModelServer, stack: Stack, function: str, table: str
) -> World:
    arn = account.client("lambda").get_function_configuration(FunctionName=function)["FunctionArn"]
    buckets = [b["Name"] for b in account.client("s3").list_buckets()["Buckets"]]
    prefix = function.replace("triage-handler", "alarm-reports-")
    bucket = next(name for name in buckets if name.startswith(prefix))
    return World(aws, account, model, function, arn, bucket, table)
