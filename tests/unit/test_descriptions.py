from __future__ import annotations

from typing import Any

import botocore.exceptions
import botocore.loaders
import botocore.session
import pytest

from descriptions import Descriptions


def documented(value: Any) -> bool:
    """Whether prose stands anywhere in a description."""
    if isinstance(value, dict):
        return isinstance(value.get("documentation"), str) or any(map(documented, value.values()))
    return isinstance(value, list) and any(map(documented, value))


def without_prose(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: without_prose(item)
            for key, item in value.items()
            if key != "documentation" or not isinstance(item, str)
        }
    return [without_prose(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("service", "kind"), [("apigateway", "service-2"), ("sts", "service-2"), ("sts", "endpoint-rule-set-1")]
)
def test_description_is_botocores_without_prose(service: str, kind: str) -> None:
    plain: Any = botocore.loaders.Loader()
    found = Descriptions().load_service_model(service, kind)

    assert not documented(found)
    assert found == without_prose(plain.load_service_model(service, kind))


def test_service_used_longest_ago_is_forgotten() -> None:
    kept = Descriptions(most=2)
    first = kept.load_service_model("sts", "service-2")
    regions = kept.load_data("endpoints")
    kept.load_service_model("sns", "service-2")
    assert kept.load_service_model("sts", "service-2") is first
    kept.load_service_model("sqs", "service-2")

    assert kept.load_service_model("sts", "service-2") is first
    assert kept.load_data("endpoints") is regions
    held = {str(part).partition("/")[0] for key in kept._read for part in key[1:2]}
    assert not held & {"sns"}
    assert {"sts", "sqs", "endpoints"} <= held


def test_operations_are_known_by_service() -> None:
    kept = Descriptions()

    assert kept.knows("sts", "GetCallerIdentity")
    assert not kept.knows("sts", "DescribeAlarms")
    assert not kept.knows("../sts", "GetCallerIdentity")


def test_client_is_made_of_them() -> None:
    session: Any = botocore.session.Session()
    session.register_component("data_loader", Descriptions())
    client = session.create_client("apigateway", region_name="us-east-1")

    assert client.meta.service_model.operation_model("GetRestApi").http["method"] == "GET"
    with pytest.raises(botocore.exceptions.UnknownServiceError):
        session.create_client("none", region_name="us-east-1")
