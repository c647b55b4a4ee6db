"""Unfinished investigations in the reports bucket, one object each, until their report has gone out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ports import CheckpointFailed
from service_errors import ServiceError, calling

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Without s3:ListBucket, which the role does not have, S3 answers 403 for a key that does not exist.
_MISSING = ("NoSuchKey", "404", "AccessDenied", "403")


class S3Checkpoints:
    """Checkpoints in one bucket, which has to belong to `owner`."""

    def __init__(self, s3: S3Client, bucket: str, owner: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._owner = owner

    def save(self, investigation_id: str, state: bytes) -> None:
        """Keep the state, in place of an older one; raise CheckpointFailed."""
        try:
            with calling("s3 PutObject"):
                self._s3.put_object(
                    Bucket=self._bucket,
                    Key=_key(investigation_id),
                    Body=state,
                    ContentType="application/json",
                    ExpectedBucketOwner=self._owner,
                )
        except ServiceError as error:
            raise CheckpointFailed(error.brief) from error

    def load(self, investigation_id: str) -> bytes | None:
        """Return the state that was kept, or None; raise CheckpointFailed."""
        try:
            with calling("s3 GetObject"):
                try:
                    answer = self._s3.get_object(
                        Bucket=self._bucket, Key=_key(investigation_id), ExpectedBucketOwner=self._owner
                    )
                except ClientError as error:
                    if error.response.get("Error", {}).get("Code") in _MISSING:
                        return None
                    raise
                return answer["Body"].read()
        except ServiceError as error:
            raise CheckpointFailed(error.brief) from error

    def delete(self, investigation_id: str) -> None:
        """Forget the state; raise CheckpointFailed."""
        try:
            with calling("s3 DeleteObject"):
                self._s3.delete_object(
                    Bucket=self._bucket, Key=_key(investigation_id), ExpectedBucketOwner=self._owner
                )
        except ServiceError as error:
            raise CheckpointFailed(error.brief) from error


def _key(investigation_id: str) -> str:
    return f"checkpoints/{investigation_id}.json"
