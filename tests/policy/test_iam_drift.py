"""What a newer ReadOnlyAccess would change, worked out from patterns alone."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ministack.core.iam_evaluator import fnmatch_iam
from tests.policy.plan import ROOT

from iam_drift import Boundary, covers, grants, load_boundary, overlap, report, shipped

if TYPE_CHECKING:
    from pathlib import Path

BOUNDARY = Boundary(passes=("ec2:Describe*", "logs:GetLogEvents"), denied=("ec2:DescribeInstanceAttribute",))

letters = st.text("ab", max_size=6)
globs = st.text("ab*?", max_size=6)


@given(globs, globs, letters)
def test_patterns_that_share_an_action_overlap(one: str, other: str, action: str) -> None:
    if fnmatch_iam(action, one) and fnmatch_iam(action, other):
        assert overlap(one, other)


@given(globs, globs, letters)
def test_a_pattern_that_covers_another_matches_all_it_matches(wide: str, narrow: str, action: str) -> None:
    if covers(wide, narrow) and fnmatch_iam(action, narrow):
        assert fnmatch_iam(action, wide)


@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [
        ("s3:Get*", "s3:GetObject", True),
        ("s3:Get*", "S3:getobject", True),
        ("lambda:GetFunction?*", "lambda:GetFunction", False),
        ("ec2:*Attribute", "ec2:Describe*", True),
        ("ec2:Get*", "ec2:Describe*", False),
    ],
)
def test_overlap(one: str, other: str, meets: bool) -> None:
    assert overlap(one, other) is overlap(other, one) is meets


def test_report_says_what_is_new_and_what_of_it_would_pass() -> None:
    old = {"s3:Get*", "ec2:DescribeVpcs", "sdb:Select"}
    new = {
        "s3:Get*",
        "s3:GetNewThing",
        "ec2:DescribeVpcs",
        "ec2:DescribeSecrets",
        "ec2:DescribeInstanceAttribute",
        "qldb:GetBlock",
    }
    assert list(report(new, old, BOUNDARY)) == [
        "4 added, 1 removed; 1 of the added would pass.",
        "  + ec2:DescribeInstanceAttribute: refused by the guard",
        "  + ec2:DescribeSecrets: PASSES through ec2:Describe*",
        "  + qldb:GetBlock: refused by the guard",
        "  + s3:GetNewThing: refused by the guard (granted before by s3:Get*)",
        "  - sdb:Select",
    ]


def test_a_wildcard_grant_names_every_pattern_that_it_meets() -> None:
    assert BOUNDARY.admits("ec2:*") == ("ec2:Describe*",)
    assert BOUNDARY.admits("logs:*") == ("logs:GetLogEvents",)
    assert BOUNDARY.admits("ec2:DescribeInstanceAttribute") == ()


def test_the_projects_own_lists_admit_reads_and_refuse_data() -> None:
    boundary = load_boundary()
    assert boundary.admits("ec2:DescribeInstances")
    for action in ("s3:GetObject", "kms:Decrypt", "lambda:GetFunction", "brandnew:GetEverything"):
        assert boundary.admits(action) == (), action


def test_the_shipped_document_has_no_drift_against_itself() -> None:
    assert next(iter(report(shipped(), shipped(), load_boundary()))).startswith("0 added, 0 removed")


def test_the_command_reads_the_answer_of_get_policy_version(tmp_path: Path) -> None:
    document = {"Statement": [{"Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*"}]}
    new, old = tmp_path / "new.json", tmp_path / "old.json"
    new.write_text(json.dumps({"PolicyVersion": {"Document": document}}))
    old.write_text(json.dumps({"Statement": [{"Effect": "Allow", "Action": [], "Resource": "*"}]}))
    command = [sys.executable, str(ROOT / "scripts" / "iam_drift.py"), str(new), "--old", str(old)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "1 added, 0 removed; 1 of the added would pass" in done.stdout


def test_a_file_that_is_no_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no policy document"):
        grants({"hello": "world"})
    bad = tmp_path / "bad.json"
    bad.write_text("[]")
    command = [sys.executable, str(ROOT / "scripts" / "iam_drift.py"), str(bad)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
