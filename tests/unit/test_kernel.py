from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

import kernel

TOOL = str(Path(kernel.__file__).parent)


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {TOOL!r})\n{code}"], capture_output=True, check=True, text=True,
        env={**os.environ, **environment},
    )  # fmt: skip
    return done.stdout.strip()


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_filter_is_a_program_that_jumps_inside_itself(machine: str) -> None:
    program = kernel.filter_program(machine)

    assert program is not None
    steps = [struct.unpack_from("=HBBI", program, at) for at in range(0, len(program), 8)]
    assert steps[0] == (0x20, 0, 0, 4)
    assert steps[-1] == (0x06, 0, 0, 0x7FFF0000)
    assert all(
        n + 1 + max(true, false) < len(steps)
        for n, (code, true, false, _) in enumerate(steps)
        if code != 0x06
    )


def test_unknown_machine_has_no_filter() -> None:
    assert kernel.filter_program("riscv64") is None


def test_values_in_the_initial_environment_are_overwritten_and_stay_set() -> None:
    code = (
        "import kernel, os\nok = kernel.hide_environment(('AWS_SECRET_ACCESS_KEY', 'NOT_SET'))\n"
        "print(ok, os.environ['AWS_SECRET_ACCESS_KEY'], b'hunter2-initial' in open('/proc/self/environ', 'rb').read())"
    )

    assert run(code, AWS_SECRET_ACCESS_KEY="hunter2-initial") == "True hunter2-initial False"


def test_protections_take_and_are_forgotten() -> None:
    code = (
        "import kernel, sys\nk = kernel.kernel()\nprint(k.protect())\nkernel.drop_ctypes()\n"
        "print('ctypes' in sys.modules, '_ctypes' in sys.modules, hasattr(kernel, 'ctypes'))\n"
        "k.forget()\nprint(k.die_with_parent(), k.filter_calls())"
    )

    lines = run(code).splitlines()
    assert "'no_new_privileges': True" in lines[0]
    assert lines[1:] == ["False False False", "False False"]


def test_filtered_process_cannot_start_another() -> None:
    code = (
        "import kernel, os, threading\nk = kernel.kernel()\nk.protect()\n"
        "if not k.filter_calls():\n    print('refused')\n    raise SystemExit\n"
        "t = threading.Thread(target=lambda: print('thread'))\nt.start(); t.join()\n"
        "for attempt in (os.fork, lambda: os.execv('/bin/true', ['true']), lambda: os.kill(os.getpid(), 9)):\n"
        "    try:\n        attempt()\n        print('done')\n    except PermissionError:\n        print('denied')\n"
    )

    assert run(code).splitlines() in (["refused"], ["thread", "denied", "denied", "denied"])


def test_prctl_tells_whether_it_took() -> None:
    assert run("import kernel\nprint(kernel.prctl(4, 0), kernel.prctl(99999, 0))") == "True False"
