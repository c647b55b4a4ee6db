"""The tool function's composition root: reads the environment, makes AWS clients, starts the worker.

The credentials live in this process alone. It takes no part in running the code.
"""

from __future__ import annotations

import functools
import logging
import os
import threading
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials

import kernel
import limits
from actions import Rules
from broker import Broker, Known
from clients import Clients
from descriptions import Descriptions
from processes import BROKER_CHANNELS, Workers, scrubbed
from tool_function import ToolFunction

logging.getLogger().setLevel(os.environ.get("LOG_LEVEL") or "INFO")

HERE = Path(__file__).resolve().parent
CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
# Descriptions of services and regions are read once, whatever the session.
LOADER = Descriptions()
CLIENT_CONFIG = Config(
    connect_timeout=5,
    read_timeout=25,
    retries={"mode": "adaptive", "total_max_attempts": 4},
    max_pool_connections=BROKER_CHANNELS,
    user_agent_extra="alarm-triage-tool",
)


def own_region() -> str:
    """Return the region that the function runs in."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"


def make_client(service: str, region: str, role_arn: str | None) -> Any:
    """Make an AWS client, with the function's own role or with one that it takes."""
    session = botocore.session.Session()
    session.register_component("data_loader", LOADER)
    if role_arn is not None:
        take_role(session, role_arn)
    return session.create_client(service, region_name=region, config=CLIENT_CONFIG)


def take_role(session: Any, role_arn: str) -> None:
    """Give `session` the credentials of `role_arn`, renewed as they run out."""
    fetcher = AssumeRoleCredentialFetcher(
        session.create_client,
        session.get_credentials(),
        role_arn,
        extra_args={"RoleSessionName": "alarm-triage-tool"},
    )
    session._credentials = DeferredRefreshableCredentials(
        method="assume-role", refresh_using=fetcher.fetch_credentials
    )


@functools.cache
def known_regions() -> frozenset[str]:
    """Return the regions of the function's partition, and the name that global services go by."""
    home = own_region()
    for partition in LOADER.load_data("endpoints")["partitions"]:
        if home in partition["regions"]:
            return frozenset((*partition["regions"], f"{partition['partition']}-global"))
    return frozenset({home})


def start() -> ToolFunction:
    """Make the function, with its worker starting while Lambda initialises."""
    region, user = own_region(), os.getuid()
    memory = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") or 2048) * limits.MEBIBYTE
    allowed = limits.memory_for(memory)
    tasks = limits.user_tasks(user) if user else 0
    processes = tasks + 4 * limits.MAX_THREADS if tasks else 0
    workers = Workers(scrubbed(region), limits.Limits(allowed, processes=processes))
    workers.start()
    hidden = kernel.hide_environment(CREDENTIALS)
    dumpable = not kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    logging.getLogger(__name__).info("environment hidden: %s, process dumpable: %s", hidden, dumpable)
    threading.Thread(target=known_regions, name="regions", daemon=True).start()
    known = Known(lambda name: name in known_regions(), LOADER.knows)
    broker = Broker(Clients(make_client), Rules.read(HERE), known)
    return ToolFunction(workers, broker, allowed, region)


_function = start()


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Lambda's entry point."""
    return _function.handle(event, context)
