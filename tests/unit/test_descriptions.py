from __future__ import annotations

from typing import Any

import botocore.exceptions
import botocore.loaders
import botocore.session
import pytest

from descriptions import Descriptions


def without_prose(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: "" if key == "documentation" and isinstance(item, str) else without_prose(item)
            for key, item in value.items()
        }
    return [without_prose(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("service", "kind"), [("apigateway", "service-2"), ("sts", "service-2"), ("sts", "endpoint-rule-set-1")]
)
def test_description_is_botocores_without_prose(service: str, kind: str) -> None:
    plain: Any = botocore.loaders.Loader()
    found = Descriptions().load_service_model(service, kind)

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


@pytest.mark.parametrize(
    ("service", "parameters"), [("s3", {"Bucket": "own"}), ("s3control", {"AccountId": "1"}), ("sts", {}), ("events", {})]
)  # fmt: skip
def test_endpoint_is_found_with_them(service: str, parameters: dict[str, Any]) -> None:
    session: Any = botocore.session.Session()
    session.register_component("data_loader", Descriptions())
    client = session.create_client(
        service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    operation = {
        "s3": "list_objects_v2",
        "s3control": "get_public_access_block",
        "sts": "get_caller_identity",
    }

    url = client.generate_presigned_url(operation.get(service, "list_rules"), parameters)

    assert ".amazonaws.com" in url


def test_unknown_service_is_refused() -> None:
    session: Any = botocore.session.Session()
    session.register_component("data_loader", Descriptions())
    with pytest.raises(botocore.exceptions.UnknownServiceError):
        session.create_client("none", region_name="us-east-1")
