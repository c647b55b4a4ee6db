from pathlib import Path

import pytest

from local import certificate, mail, patching, server, table_capacity
from local.memory_limit import resident_mb
from local.patching import UnsupportedEmulatorError
from local.table_capacity import Bucket
from local.terraform import MissingTerraformError, Terraform, TerraformError


@pytest.mark.parametrize("version", ["1.5.32", "1.5.34", "2.0.0", None])
def test_another_version_of_the_emulator_is_refused_with_the_reason(version: str | None) -> None:
    with pytest.raises(UnsupportedEmulatorError, match=r"built on ministack 1\.5\.33"):
        patching.require_supported(version)


def test_the_pinned_version_is_the_supported_one() -> None:
    patching.require_supported(patching.installed_version())


def test_a_function_that_is_not_there_cannot_be_replaced() -> None:
    with pytest.raises(UnsupportedEmulatorError, match="has no gone"):
        patching.replace(patching, "gone", None)


def test_the_emulator_hears_loopback_alone_and_none_of_the_callers_aws_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_PROFILE", "AWS_CA_BUNDLE", "AWS_ACCESS_KEY_ID", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, "the caller's")

    environment = server._environment(tmp_path, 4000, "", tmp_path / "c", tmp_path / "k", detached=False)

    assert environment["BIND_HOST"] == "127.0.0.1"
    assert environment["AUTH"] == "true"
    assert environment["USE_SSL"] == "1"
    assert "the caller's" not in environment.values()


def test_clients_are_told_of_the_local_aws_and_of_no_account() -> None:
    aws = server.LocalAws("https://127.0.0.1:4000", Path("/c"), Path("/f"), 1)

    environment = aws.environment()

    assert environment["AWS_ENDPOINT_URL"] == "https://127.0.0.1:4000"
    assert environment["AWS_ACCESS_KEY_ID"] == "test"
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"


def test_the_certificates_key_is_the_owners_alone(tmp_path: Path) -> None:
    certificate_file, key_file = certificate.write(tmp_path)

    assert certificate_file.read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_mail_is_written_whole_with_a_subject_of_one_line(tmp_path: Path) -> None:
    message = mail.compose("on-call@example.com", "arn:aws:sns:x", "two\nlines", "body ü")

    path = mail.write(tmp_path / "mail", "id-1", message)

    assert path.suffix == ".eml"
    assert [found.suffix for found in path.parent.iterdir()] == [".eml"]
    assert b"Subject: two lines" in path.read_bytes()


def test_the_resident_size_is_read_in_megabytes() -> None:
    assert resident_mb("Name:\tpython\nVmRSS:\t  131072 kB\n") == 128
    assert resident_mb("Name:\tpython\n") == 0


def test_a_tables_capacity_is_spent_refused_and_refilled() -> None:
    bucket = Bucket(rate=1, left=50, at=0)

    assert bucket.take(40, now=0)
    assert bucket.take(40, now=0)  # the rest pays for one larger write
    assert not bucket.take(1, now=10)
    assert bucket.take(1, now=31)


def test_a_burst_is_five_minutes_of_capacity_at_most() -> None:
    bucket = Bucket(rate=1, left=0, at=0)

    assert bucket.take(300, now=10_000)
    assert not bucket.take(1, now=10_000)


def test_a_write_costs_a_unit_for_each_kilobyte() -> None:
    assert table_capacity.write_units({"Item": {"key": {"S": "x"}}}) == 1
    assert table_capacity.write_units({"Item": {"samples": {"S": "x" * 40_000}}}) == 40


def test_a_missing_terraform_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingTerraformError, match="terraform is not installed"):
        Terraform(tmp_path, tmp_path / "work", {}).init()


def test_a_failure_of_terraform_says_its_words_and_names_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bin" / "terraform"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho 'noise' >&2; echo 'Error: no such thing' >&2; exit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/bin:/usr/bin")
    stack = Terraform(tmp_path, tmp_path / "work", {})

    with pytest.raises(TerraformError, match="Error: no such thing") as caught:
        stack.apply(fault=True)

    assert str(stack.log) in str(caught.value)
    assert "noise" in stack.log.read_text()
    assert (tmp_path / "work" / "variables.tfvars.json").read_text() == '{"fault": true}'
