from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.tool.running import function, ran

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tool_function import ToolFunction


@pytest.fixture(scope="module")
def tool() -> Iterator[ToolFunction]:
    made = function()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("code", "output"),
    [
        ("print('a')", "a\n"),
        ("6 * 7", "42"),
        ("print('a')\n6 * 7", "a\n"),
        ("import sys\nprint('e', file=sys.stderr)\nprint('o')", "o\ne\n"),
        ("print('a')\nresult = 5", "a\n5"),
        ("result = 'text'", "text"),
        ("result = {'a': 1}", "{'a': 1}"),
        ("None", ""),
        ("def f(n):\n    return n and n * f(n - 1) or 1\nf(5)", "120"),
        ("if __name__ == '__main__':\n    print('main')", "main\n"),
        ("from dataclasses import dataclass\n@dataclass(slots=True)\nclass A:\n    x: int = 1\nA()", "A(x=1)"),
        ("from collections import namedtuple\nnamedtuple('P', 'x y')(1, 2)", "P(x=1, y=2)"),
        ("import enum\nclass C(enum.Enum):\n    A = 1\nC.A.name", "'A'"),
        ("import typing\nclass T(typing.NamedTuple):\n    a: int\nT(1)", "T(a=1)"),
        ("from __future__ import annotations\nimport typing\ndef f(a: typing.List[int]): ...\n"
         "typing.get_type_hints(f)", "{'a': typing.List[int]}"),
        ("import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 3\nasyncio.run(f())", "3"),
        ("import asyncio\nawait asyncio.sleep(0)\nprint('top')", "top\n"),
        ("import asyncio\nasyncio.new_event_loop().run_until_complete(asyncio.to_thread(lambda: 4))", "4"),
        ("from concurrent.futures import ThreadPoolExecutor as T\nwith T(4) as t:\n    print(sum(t.map(abs, [-1, -2])))",
         "3\n"),
        ("import threading\nthreading.Thread(target=lambda: print('late')).start()", "late\n"),
        ("import threading\nthreading.current_thread() is threading.main_thread()", "True"),
        ("open('/tmp/a.txt', 'w').write('x')\nimport os\nprint(os.listdir('/tmp'), os.getcwd(), os.path.exists('a.txt'))",
         "['a.txt'] /tmp True\n"),
        ("import pathlib\np = pathlib.Path('d') / 'f'\np.parent.mkdir()\np.write_text('t')\nsorted(map(str, pathlib.Path('.').rglob('*')))",
         "['d', 'd/f']"),
        ("import tempfile, os\nwith tempfile.NamedTemporaryFile('w') as f:\n    f.write('x')\n"
         "fd, n = tempfile.mkstemp()\nos.write(fd, b'1')\nos.close(fd)\nopen(n).read()", "'1'"),
        ("import shutil\nopen('a', 'w').close()\nshutil.copy('a', 'b')\nshutil.rmtree('/tmp', ignore_errors=True)\n0", "0"),
        ("import os\nos.environ['X'] = '1'\nos.getenv('X'), os.environ.get('AWS_REGION')", "('1', 'us-east-1')"),
        ("import sys, io\nold, sys.stdout = sys.stdout, io.StringIO()\nprint('hidden')\nsys.stdout = old\nprint('seen')",
         "seen\n"),
        ("import contextlib, io\nb = io.StringIO()\nwith contextlib.redirect_stdout(b):\n    print(1)\nb.getvalue()", "'1\\n'"),
        ("import warnings\nwith warnings.catch_warnings(record=True) as w:\n    warnings.simplefilter('always')\n"
         "    warnings.warn('x')\nlen(w)", "1"),
        ("import logging\nlogging.basicConfig(format='%(lineno)d %(message)s')\nlogging.warning('w')", "3 w\n"),
        ("import traceback\ntry:\n    1/0\nexcept Exception:\n    print(traceback.format_exc().splitlines()[1])",
         "  File \"<code>\", line 3, in <module>\n"),
        ("import sys\ntry:\n    1/0\nexcept Exception:\n    t = sys.exc_info()[2]\n    print(t.tb_lineno, t.tb_frame.f_code.co_filename)",
         "3 <code>\n"),
        ("try:\n    import pandas\nexcept ImportError:\n    print('none')", "none\n"),
        ("exec('x = 1')\neval('x + 1')", "2"),
        ("eval('a.b', {'__builtins__': {}, 'a': type('A', (), {'b': 3})})", "3"),
        ("import timeit\ntimeit.timeit('1', number=1) >= 0", "True"),
        ("import inspect\nstr(inspect.signature(lambda a, b=1: 0))", "'(a, b=1)'"),
        ("import boto3\nboto3.client('logs', region_name='eu-west-1').meta.region_name", "'eu-west-1'"),
        ("import datetime\ndatetime.datetime.strptime('2024', '%Y').year", "2024"),
        ("import zoneinfo\nzoneinfo.ZoneInfo('Europe/Berlin').key", "'Europe/Berlin'"),
        ("import platform\nplatform.system()", "'Linux'"),
        ("import uuid\nlen(str(uuid.uuid1()))", "36"),
        ("import string\nstring.Formatter().format('{0.real}', 3)", "'3'"),
        ("import operator\noperator.attrgetter('real', 'imag')(3), operator.methodcaller('bit_length')(8)", "((3, 0), 4)"),
        ("json.dumps({'preimported': True})", "'{\"preimported\": true}'"),
        ("import sys\nsys.exit()", ""),
        ("exit()", ""),
        ("class A: pass\nclass B(A): pass\nA.__subclasses__() == [B], object.__subclasses__() == [A], "
         "getattr(object, '__subclasses__')() == [A]", "(True, True, True)"),
        ("import gc\ngc.collect() >= 0, hasattr(gc, 'get_objects')", "(True, False)"),
        ("import tarfile\nopen('a', 'w').close()\nwith tarfile.open('o.tgz', 'w:gz') as t:\n    t.add('a')\ntarfile.open('o.tgz').getnames()",
         "['a']"),
        ("help(len)", "Return the number of items in a container.\n"),
        ("from math import *\npi > 3", "True"),
        ("import os\nos.putenv('A', '1')\ndel os.environ['A']\nos.environ.copy() == dict(os.environ), len(os.environ) > 3, "
         "repr(os.environ)[:8]", "(True, True, 'environ(')"),
        ("import json\nrepr(json)", "\"<module 'json'>\""),
        ("import ast\nast.dump(compile('1', 'x', 'eval', ast.PyCF_ONLY_AST))[:10]", "'Expression'"),
        ("class A: pass\na = A()\nsetattr(a, 'x', 1)\ndelattr(a, 'x')\nhasattr(a, 'x'), getattr(a, 'x', 5), hasattr(a, '__class__')",
         "(False, 5, True)"),
        ("import sys\nsys.setrecursionlimit(10**9)\nsys.gettrace() is None, sys.getrecursionlimit() < 10**9", "(True, True)"),
        ("def f(a=1, *, b=2): pass\nf.__defaults__ = (3,)\nf.__defaults__, f.__kwdefaults__", "((3,), {'b': 2})"),
        ("import enum\n@enum.global_enum\nclass C(enum.Enum):\n    RED = 1\nRED.value", "1"),
        ("import typing\nclass A:\n    x: 'int'\ntyping.get_type_hints(A)", "{'x': <class 'int'>}"),
        ("import traceback, sys\ndef f():\n    return traceback.extract_stack()[-1].name\nf()", "'f'"),
        ("def g():\n    yield 1\nimport inspect\ninspect.isgenerator(g())", "True"),
        ("import threading\nt = threading.Thread(target=print, args=('x',), daemon=True)\nt.start()\nt.join()", "x\n"),
        ("import sys\nsys.exit(0)", ""),
        ("import argparse\na = argparse.ArgumentParser()\na.add_argument('--n', type=int)\na.parse_args(['--n', '3']).n", "3"),
    ],
)  # fmt: skip
def test_ordinary_program_gives_what_python_would(tool: ToolFunction, code: str, output: str) -> None:
    answer = ran(tool, code)

    assert answer["error"] is None
    assert answer["success"] is True
    assert answer["output"] == output


def test_what_the_prompt_calls_imported_is_there(tool: ToolFunction) -> None:
    prompt = Path(__file__).parents[2] / "lambda" / "prompts" / "system.md"
    promise = re.compile(r"^- Already imported, so import lines are not needed: (.+?)\. Other", re.MULTILINE)
    [names] = promise.findall(prompt.read_text(encoding="utf-8"))
    code = names.replace(" (the module)", "").replace(", ", "\n")
    assert code.startswith("boto3\nbotocore\n")
    assert ran(tool, f"{code}\nbotocore.exceptions.ClientError, concurrent.futures.Future")["error"] is None


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("1/0", "ZeroDivisionError", "division by zero"),
        ("return 1", "SyntaxError", "set `result`, instead of a top-level return"),
        ("  x = 1", "IndentationError", "must not be indented"),
        ("x = (", "SyntaxError", "'(' was never closed (line 1)"),
        ("x = '\0'", "SyntaxError", "null bytes"),
        ("\ud800", "SyntaxError", "not text that Python can read"),
        ("import requests", "ImportError", "boto3"),
        ("input('name?')", "EOFError", "nobody answers"),
        ("breakpoint()", "RuntimeError", "print what you need"),
        ("import sys\nsys.exit(3)", "SystemExit", "3"),
        ("import os\nos._exit(0)", "SystemExit", "before the code's end"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
        ("class E(Exception):\n    def __str__(self): raise E\nraise E", "E", "cannot be shown"),
        ("x = []\nwhile True: x.append('x' * 10**7)", "MemoryError", "out of memory: a call may use 700 MB"),
        ("def f(): f()\nf()", "RecursionError", "maximum recursion depth"),
        ("open('/etc/passwd')", "PermissionError", "only the current directory and /tmp"),
        ("open('/nowhere/at/all')", "FileNotFoundError", "No such file"),
        ("import os\nos.open('x', 0, dir_fd=3)", "PermissionError", "dir_fd"),
        ("import os\nos.rename('/etc/hosts', 'x')", "PermissionError", "only the current directory"),
        ("import os\nos.stat(5)", "PermissionError", "descriptors"),
        ("open(5)", "OSError", "Bad file descriptor"),
        ("import os\nos.read(5, 1)", "OSError", "Bad file descriptor"),
        ("import os\nos.system('id')", "AttributeError", "system"),
        ("import concurrent.futures\nconcurrent.futures.ProcessPoolExecutor()", "PermissionError", "use ThreadPoolExecutor"),
        ("import boto3\nboto3.client('s3', endpoint_url='http://x')", "ValueError", "endpoint_url cannot be set"),
        ("import boto3\nboto3.client('s3', aws_access_key_id='x')", "ValueError", "aws_access_key_id cannot be set"),
        ("import boto3\nboto3.client('s3').generate_presigned_url('get_object')", "PermissionError", "presigned"),
        ("import boto3\nboto3.client('logs').get_log_events()", "ParamValidationError", "Missing required"),
        ("import threading, time\nfor n in range(99):\n    threading.Thread(target=time.sleep, args=(5,), daemon=True).start()",
         "RuntimeError", "new thread"),
        ("import asyncio\nloops = [asyncio.new_event_loop() for _ in range(9)]", "RuntimeError", "event loops"),
        ("exec((lambda: 0).__code__)", "AttributeError", "__code__"),
        ("def f(): pass\nimport re\nre.compile.__defaults__", "AttributeError", "__defaults__"),
        ("import re\nre.compile.__defaults__ = (1,)", "AttributeError", "cannot be set"),
        ("import string\nstring.Formatter().format('{0.__globals__}', string.capwords)", "AttributeError", "__globals__"),
        ("(lambda: 0).__class__.__dict__['__globals__'].__get__(json.dumps)", "AttributeError", "__globals__"),
        ("def g(): yield\ng().__getattribute__('gi_' + 'frame')", "AttributeError", "gi_frame"),
        ("class E(Exception):\n    def __str__(self): return 5\nraise E", "E", "cannot be shown"),
        ("import warnings\nwith warnings.catch_warnings() as w:\n    pass\nw = warnings.catch_warnings()\n"
         "w.__dict__['_module'].__dict__", "AttributeError", "__dict__"),
        ("try:\n    1/0\nexcept Exception:\n    raise KeyError('k')", "KeyError", "k"),
        ("import os\nos._exit(1)", "SystemExit", "os._exit(1)"),
        ("class S(str): pass\nimport enum, os\nopen(S('/etc/passwd'))", "PermissionError", "only the current directory"),
        ("eval(compile('1', 'x', 'eval').replace(co_consts=(2,)))", "PermissionError", "code.__new__"),
        ("exec(type(compile('1', 'x', 'eval')))", "TypeError", "compile"),
        ("eval('1', [])", "TypeError", "globals must be a dict"),
        ("from dataclasses import dataclass\nclass A: pass\nA.__annotations__ = {'a b': int}\ndataclass(A)", "TypeError",
         "valid identifiers"),
        ("import enum\nenum.IntEnum._convert_('E', 'os', bool)", "AttributeError", "_convert_"),
        ("import copy, json\ncopy.copy(json)", "TypeError", "cannot pickle"),
        ("import operator\noperator.attrgetter(1)", "TypeError", "must be a string"),
        ("import os\nos.environ[1] = '2'", "TypeError", "str expected"),
        ("raise SyntaxError('m', ('<code>', 'x', 1, 't'))", "SyntaxError", "m (line 1)"),
        ("raise SyntaxError('m', ('<code>', 1, 10**12, 't'))", "SyntaxError", "m (line 1)"),
        ("class E(Exception):\n    __notes__ = property(lambda self: 1 / 0)\nraise E('x')", "E", "x"),
        ("class E(Exception):\n    __traceback__ = property(lambda self: 5)\nraise E('x')", "E", "x"),
        ("import sys\nfrom decimal import Decimal\nsys.exit(Decimal('sNaN'))", "SystemExit", "sNaN"),
        ("import sys\nfor n in range(1, 60):\n    try:\n        sys.setrecursionlimit(n)\n        break\n"
         "    except RecursionError: pass\nraise ValueError('x')", "ValueError", "x"),
        ("import ast\nclass N(ast.Name): pass\neval(compile(ast.Expression(N('x', ast.Load())), 'x', 'eval'))",
         "TypeError", "plain nodes and lists only"),
        ("import contextlib\nclass R(contextlib.redirect_stdout):\n    _stream = 'path'\nR(None).__enter__()",
         "ValueError", "only stdout and stderr"),
    ],
)  # fmt: skip
def test_failing_program_tells_how_to_mend_it(tool: ToolFunction, code: str, kind: str, message: str) -> None:
    answer = ran(tool, code)

    assert answer["success"] is False
    assert answer["error"]["type"] == kind
    assert message in answer["error"]["message"]


def test_traceback_shows_the_codes_own_lines_and_causes(tool: ToolFunction) -> None:
    answer = ran(
        tool,
        "def f():\n    try:\n        1/0\n    except ZeroDivisionError as e:\n        raise KeyError('k') from e\n\nf()",
    )

    assert answer["error"]["traceback"].splitlines() == [
        "Traceback (most recent call last):",
        '  File "<code>", line 3, in f', "    1/0",
        "ZeroDivisionError: division by zero", "",
        "The above exception was the direct cause of the following exception:", "",
        "Traceback (most recent call last):",
        '  File "<code>", line 7, in <module>', "    f()",
        '  File "<code>", line 5, in f', "    raise KeyError('k') from e",
        "KeyError: 'k'",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "kind", "place"),
    [
        ("print('partial')\nwhile True: pass", "TimeoutError", "while True: pass"),
        (
            "print('partial', end='')\nimport time\ndef wait():\n    time.sleep(99)\nwait()",
            "TimeoutError",
            "in wait",
        ),
        ("print('partial')\n10 ** 10 ** 8", "TimeoutError", "10 ** 10 ** 8"),
    ],
)
def test_partial_output_and_place_survive_a_timeout(
    tool: ToolFunction, code: str, kind: str, place: str
) -> None:
    answer = ran(tool, code, timeout_seconds=1)

    assert answer["stdout"].startswith("partial")
    assert answer["error"]["type"] == kind
    assert "stopped after 1 s" in answer["error"]["message"]
    assert place in answer["error"]["traceback"]


def test_long_outputs_keep_head_and_tail(tool: ToolFunction) -> None:
    answer = ran(tool, "for n in range(200_000): print(n)", max_output_chars=1000)

    assert answer["truncated"] is True
    assert answer["output"].startswith("0\n1\n")
    assert answer["output"].rstrip().endswith("199999")
    assert "left out" in answer["output"]
    assert len(answer["output"]) < 1200


def test_nothing_survives_into_the_next_call(tool: ToolFunction) -> None:
    ran(tool, "import os, json, boto3, builtins\nopen('left', 'w').close()\nos.environ['LEFT'] = '1'\n"
              "json.JSONEncoder.default = None\nbuiltins.LEFT = 1\nboto3.setup_default_session()\nleft = 1")  # fmt: skip
    answer = ran(tool, "import os, json, boto3, builtins\nprint(os.listdir('.'), os.getenv('LEFT'), json.JSONEncoder.default is None,"
                       " hasattr(builtins, 'LEFT'), boto3.DEFAULT_SESSION, 'left' in globals())")  # fmt: skip

    assert answer["output"] == "[] None False False None False\n"


def test_texts_in_memory_and_errors_of_aws_are_there_without_an_import(tool: ToolFunction) -> None:
    assert ran(tool, "botocore.exceptions.ClientError.__name__")["output"] == "'ClientError'"
    assert ran(tool, "StringIO('a').read(), BytesIO(b'b').read()")["output"] == "('a', b'b')"


def test_imports_are_reported(tool: ToolFunction) -> None:
    answer = ran(tool, "import os, json as j\ntry:\n    import pandas\nexcept ImportError: pass")

    assert answer["removed_imports"] == ["import os, json as j", "import pandas"]
    assert answer["unavailable_modules"] == ["pandas"]


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (None, "event"), ({}, "code"), ({"code": 7}, "code"), ({"code": "x" * 1_000_001}, "code"),
        ({"code": "1", "timeout_seconds": "x"}, "timeout_seconds"), ({"code": "1", "timeout_seconds": -1}, "timeout_seconds"),
        ({"code": "1", "timeout_seconds": True}, "timeout_seconds"), ({"code": "1", "region": 5}, "region"),
        ({"code": "1", "max_output_chars": float("inf")}, "max_output_chars"),
    ],
)  # fmt: skip
def test_malformed_event_is_an_answer_that_names_the_field(
    tool: ToolFunction, event: Any, field: str
) -> None:
    answer = tool.handle(event, None)

    assert answer["error"]["type"] == "InvalidEvent"
    assert field in answer["error"]["message"]


BREACHES = {
    "raw-socket-class": "F = type(open('x', 'wb', buffering=0))\nF(3, 'wb')",
    "code-attribute": "def f(): pass\nobject.__setattr__(f, '__co' + 'de__', None)",
    "function-type": "type(lambda: 0)(compile('1', 'x', 'eval'), {})",
}


@pytest.mark.parametrize("code", BREACHES.values(), ids=BREACHES.keys())
def test_after_a_breach_is_tried_the_next_call_is_answered(tool: ToolFunction, code: str) -> None:
    assert ran(tool, code)["success"] is False

    assert ran(tool, "1 + 1")["output"] == "2"


def test_answer_stays_below_lambdas_limit_in_the_worst_encoding(tool: ToolFunction) -> None:
    answer = ran(
        tool,
        "import sys\ne = '\\U0001f600' * 400_000\nsys.stdout.write(e)\nsys.stderr.write(e)\nresult = e\nraise ValueError(e)",
    )

    assert len(json.dumps(answer)) < 6 * 1024 * 1024


def test_dead_worker_is_replaced_within_the_call() -> None:
    made = function()
    try:
        assert ran(made, "1")["output"] == "1"
        made.retire()
        assert ran(made, "2")["output"] == "2"
    finally:
        made.close()
