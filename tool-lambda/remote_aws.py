"""boto3 in the worker, without credentials and without a network: every operation is asked of the broker.

Clients are botocore's own up to `_make_api_call`, so paginators, waiters, resources and modelled
exceptions work unchanged. Beyond it there is no endpoint, no signer worth having and no socket.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import boto3.session
import botocore.client
import botocore.credentials
import botocore.endpoint
import botocore.errorfactory
import botocore.exceptions
import botocore.loaders
import botocore.response
import botocore.session
import botocore.validate

import framing

Ask = Callable[[dict[str, Any]], dict[str, Any]]
NO_PRESIGNED = (
    "presigned URLs and tokens cannot be made here: the code has no credentials. Name the resource in the "
    "report instead"
)
_SIGNING = (
    "generate_presigned_url",
    "generate_presigned_post",
    "generate_db_auth_token",
    "generate_db_connect_auth_token",
    "generate_db_connect_admin_auth_token",
)


class NoEndpoint:
    """Stands where a client keeps its connections."""

    host = ""

    def close(self) -> None:
        """Close nothing."""


class EventStream:
    """The events of a streamed answer, which the broker has read already."""

    def __init__(self, events: list[Any]) -> None:
        self._events = events

    def __iter__(self) -> Iterator[Any]:
        return iter(self._events)

    def close(self) -> None:
        """Close nothing."""


def streaming_body(content: bytes) -> botocore.response.StreamingBody:
    """Return the body of an answer as botocore gives it."""
    return botocore.response.StreamingBody(io.BytesIO(content), len(content))


class _Answer:
    """What `after-call` handlers may want to know of the HTTP answer."""

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        self.status_code = status
        self.headers = headers


def _raise_local(failure: dict[str, Any]) -> None:
    """Raise the error that botocore raised in the broker, by its own class where there is one."""
    cls = getattr(botocore.exceptions, str(failure.get("type")), botocore.exceptions.BotoCoreError)
    if not (isinstance(cls, type) and issubclass(cls, botocore.exceptions.BotoCoreError)):
        cls = botocore.exceptions.BotoCoreError
    error = cls.__new__(cls)
    Exception.__init__(error, str(failure.get("message")))
    error.kwargs = {}
    raise error


def _send(client: Any, operation: Any, parameters: dict[str, Any], ask: Ask) -> tuple[int, dict[str, Any]]:
    """Have the broker call AWS; return the HTTP status and the parsed answer."""
    reply = ask(
        {
            "kind": "aws",
            "service": client.meta.service_model.service_name,
            "operation": operation.name,
            "region": client.meta.region_name,
            "parameters": framing.to_wire(parameters),
        }
    )
    if "failure" in reply:
        _raise_local(reply["failure"])
    return int(reply["status"]), framing.from_wire(reply["answer"], streaming_body, EventStream)


def make_api_call(ask: Ask) -> Callable[[Any, str, dict[str, Any]], dict[str, Any]]:
    """Return what stands for `BaseClient._make_api_call`."""
    validator = botocore.validate.ParamValidator()

    def _make_api_call(self: Any, operation_name: str, api_params: dict[str, Any]) -> dict[str, Any]:
        model = self.meta.service_model
        operation = model.operation_model(operation_name)
        context = {"client_region": self.meta.region_name, "client_config": self.meta.config}
        parameters = self._emit_api_params(api_params=api_params, operation_model=operation, context=context)
        if operation.input_shape is not None and self.meta.config.parameter_validation is not False:
            report = validator.validate(parameters, operation.input_shape)
            if report.has_errors():
                raise botocore.exceptions.ParamValidationError(report=report.generate_report())
        status, parsed = _send(self, operation, parameters, ask)
        metadata = parsed.get("ResponseMetadata", {})
        self.meta.events.emit(
            f"after-call.{model.service_id.hyphenize()}.{operation_name}",
            http_response=_Answer(status, metadata.get("HTTPHeaders", {})),
            parsed=parsed,
            model=operation,
            context=context,
        )
        if status < 300:
            return parsed
        raise self.exceptions.from_code(parsed.get("Error", {}).get("Code"))(parsed, operation_name)

    return _make_api_call


def _refuse_arguments(real: Callable[..., Any], ask: Ask) -> Callable[..., Any]:
    """Return botocore's `create_client`, which takes neither a foreign endpoint nor foreign credentials."""

    def create_client(
        self: Any, service_name: str, region_name: str | None = None, *args: Any, **keywords: Any
    ) -> Any:
        if keywords.get("endpoint_url") is not None:
            raise ValueError("endpoint_url cannot be set here: AWS is reached at its own endpoints only")
        for name in ("aws_access_key_id", "aws_secret_access_key", "aws_session_token"):
            if keywords.pop(name, None) is not None:
                raise ValueError(
                    f"{name} cannot be set here: calls are made with the tool's own read-only role"
                )
        ask(
            {
                "kind": "warm",
                "service": str(service_name),
                "region": region_name or self.get_config_variable("region"),
            }
        )
        return real(self, service_name, region_name, *args, **keywords)

    return create_client


def _no_signing(*_: Any, **__: Any) -> None:
    """Refuse to sign anything."""
    raise PermissionError(NO_PRESIGNED)


def install(ask: Ask) -> botocore.loaders.Loader:
    """Replace what reaches the network in botocore by `ask`; return the loader that all sessions share."""
    loader = botocore.loaders.create_loader()
    creator, session, client, endpoints = _classes()

    def nothing(*_: Any, **__: Any) -> None:
        return None

    for name in (
        "_load_service_endpoints_ruleset", "_register_retries", "_register_s3_events",
        "_register_s3express_events",
        "_register_s3_control_events", "_register_importexport_events", "_register_endpoint_discovery",
    ):  # fmt: skip
        setattr(creator, name, nothing)
    endpoints.create_endpoint = lambda *_, **__: NoEndpoint()
    client._make_api_call = make_api_call(ask)
    for name in _SIGNING:
        setattr(client, name, _no_signing)
    _without_plugins()
    session.create_client = _refuse_arguments(session.create_client, ask)
    _plain_sessions(session, loader)
    return loader


def _without_plugins() -> None:
    """Have sessions import no plugin by the environment's word, and look for credentials nowhere."""
    core: Any = botocore.session
    core.get_botocore_plugins = lambda: None
    core.load_client_plugins = lambda *_: None
    providers: Any = botocore.credentials
    providers.create_credential_resolver = lambda *_, **__: providers.CredentialResolver([])


def _classes() -> tuple[Any, Any, Any, Any]:
    """Return botocore's classes that are changed here."""
    return (
        botocore.client.ClientCreator,
        botocore.session.Session,
        botocore.client.BaseClient,
        botocore.endpoint.EndpointCreator,
    )


def _plain_sessions(session: Any, loader: botocore.loaders.Loader) -> None:
    """Have sessions share the loaded models, hold no credentials, and leave builtin handlers to the
    broker.
    """
    real_init = session.__init__

    def __init__(self: Any, session_vars: Any = None, event_hooks: Any = None,  # noqa: N807
                 include_builtin_handlers: bool = False, profile: str | None = None) -> None:  # fmt: skip
        del include_builtin_handlers
        real_init(self, session_vars, event_hooks, False, profile)
        self.register_component("data_loader", loader)

    session.__init__ = __init__
    session.get_credentials = lambda _: botocore.credentials.Credentials("none", "none", None, "none")
    session.get_auth_token = lambda _, **__: None


USUAL_SERVICES = (  # noqa: SIM905
    "cloudwatch logs lambda dynamodb sts cloudtrail sqs sns s3 iam ecs rds elbv2 autoscaling "
    "stepfunctions apigateway "
    "apigatewayv2 events kinesis xray cloudformation ec2 resourcegroupstaggingapi config kms "
    "secretsmanager ssm"
).split()


def warm(service: str) -> None:
    """Load what a client of `service` needs, so that children inherit it."""
    session: Any = boto3.session.Session(region_name="us-east-1")
    session.client(service)
