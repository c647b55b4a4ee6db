# Odd source and odd results. `(event)` marks cells which are expressions: the code, or the whole event.

# %% empty | (event) | nothing
""

# %% spaces | (event) | only blanks
" \n\t\n  "

# %% comment-only | (event) | only a comment
"# nothing here"

# %% null-byte | (event) | a null byte in the source
"print(1)\0print(2)"

# %% surrogate | (event) | half a character in the source
"print('\ud800')"

# %% surrogate-name | (event) | half a character as a name
"\udc80 = 1"

# %% bom | (event) | a byte order mark
"\ufeffprint(1)"

# %% crlf | (event) | other line ends
"x = 1\r\nif x:\r\n    print(x)\r\n"

# %% form-feed | (event) | form feeds and vertical tabs
"x = 1\x0c\nprint(x)\x0b\n"

# %% tabs-mixed | (event) | tabs and blanks mixed
"if 1:\n\tprint(1)\n        print(2)\n"

# %% coding-cookie | (event) | an encoding line
"# -*- coding: utf-7 -*-\n+AGkAbQBwAG8AcgB0- os\n"

# %% unclosed | (event) | an open string
"print('abc"

# %% unclosed-bracket | (event) | an open bracket
"print((1,"

# %% bad-indent | (event) | a line too far in
"x = 1\n   y = 2\n"

# %% huge | (event) | ten megabytes of source
"x = 1\n" * 1_700_000

# %% huge-line | (event) | one line of five megabytes
"x = '" + "a" * 5_000_000 + "'"

# %% huge-expression | (event) | a sum of many terms
"print(" + "+".join(["1"] * 100_000) + ")"

# %% deep-brackets | (event) | too deep for the parser
"(" * 5000 + ")" * 5000

# %% deep-blocks | (event) | blocks in blocks
"\n".join(" " * n + "if 1:" for n in range(200)) + "\n" + " " * 200 + "print(1)"

# %% deep-attributes | (event) | a chain of attributes too deep for visitors
"x" + ".a" * 50_000

# %% deep-calls | (event) | calls of calls
"f" + "()" * 50_000

# %% deep-unary | (event) | signs
"-" * 50_000 + "1"

# %% deep-lambda | (event) | lambdas in lambdas
"lambda: " * 3000 + "1"

# %% deep-comparison | (event) | one long elif
"x = 5\nif x == 0: pass\n" + "".join(f"elif x == {n + 10}: pass\n" for n in range(5000)) + "else: print(1)"

# %% many-imports | (event) | a thousand imports
"import json\n" * 3000 + "print(json.dumps(1))"

# %% many-bad-imports | (event) | many that are refused
"\n".join(f"try:\n import evil{n}\nexcept ImportError: pass" for n in range(500)) + "\nprint(1)"

# %% long-integer | (event) | a literal too long
"print(" + "9" * 100_000 + ")"

# %% code-none | (event) | no code
{"code": None}

# %% code-missing | (event) | no key
{}

# %% code-number | (event) | a number
{"code": 5}

# %% code-list | (event) | a list
{"code": ["print(1)"]}

# %% code-bytes | (event) | base64
{"code": {"base64": "cHJpbnQoMSk="}}

# %% event-list | (event) | an event within odd keys
{"code": "print(1)", "__proto__": {"x": 1}, "": None, "success": True}

# %% timeout-negative | (event) | a negative deadline
{"code": "print(1)", "timeout_seconds": -5}

# %% timeout-zero | (event) | no time
{"code": "print(1)", "timeout_seconds": 0}

# %% timeout-huge | (event) | more than Lambda has
{"code": "while True: pass", "timeout_seconds": 10**9}

# %% timeout-text | (event) | a text
{"code": "print(1)", "timeout_seconds": "soon"}

# %% timeout-bool | (event) | a truth value
{"code": "print(1)", "timeout_seconds": True}

# %% timeout-list | (event) | a list
{"code": "print(1)", "timeout_seconds": [1]}

# %% timeout-null | (event) | null
{"code": "print(1)", "timeout_seconds": None}

# %% region-odd | (event) | a region that is a host
{"code": "import boto3\nprint(boto3.client('cloudwatch').meta.region_name)\nboto3.client('cloudwatch').describe_alarms()", "region": "evil.example.com/x"}

# %% region-number | (event) | a region that is a number
{"code": "print(1)", "region": 5}

# %% region-null | (event) | null
{"code": "print(1)", "region": None}

# %% chars-negative | (event) | a negative cap
{"code": "print('x' * 100)", "max_output_chars": -1}

# %% chars-zero | (event) | no output at all
{"code": "print('x' * 100)", "max_output_chars": 0}

# %% chars-huge | (event) | a cap beyond what Lambda can answer
{"code": "print('x' * 9_000_000)", "max_output_chars": 10**9}

# %% chars-huge-unicode | (event) | a cap beyond, with characters that grow
{"code": "print('\\U0001f600' * 2_000_000)", "max_output_chars": 10**9}

# %% chars-text | (event) | a text
{"code": "print(1)", "max_output_chars": "many"}

# %% role-odd | (event) | a role that is none
{"code": "print(1)", "role_arn": "not-an-arn"}

# %% result-none | other | a result of None
result = None

# %% result-object | other | a result without text
result = object

# %% result-bytes | other | bytes
result = b"\xff\xfe"

# %% result-nan | other | numbers that JSON has not
result = {"a": float("nan"), "b": float("inf"), "c": -0.0}

# %% result-keys | other | keys that JSON has not
result = {(1, 2): 3, None: 4, b"x": 5, 1.5: 6}

# %% result-cycle | other | a list within itself
x = []
x.append(x)
result = x

# %% result-set | other | a set
result = {3, 1, 2}

# %% result-generator | other | a generator without end
def g():
    while True:
        yield 1
result = g()

# %% result-evil-repr | other | a repr which raises
class A:
    def __repr__(self):
        raise SystemExit("no")
    __str__ = __repr__
result = A()

# %% result-loop-repr | hang | a repr which never comes
class A:
    def __repr__(self):
        while True:
            pass
    __str__ = __repr__
result = A()

# %% result-not-text-repr | other | a repr that is not text
class A:
    def __repr__(self):
        return 5
    __str__ = __repr__
A()

# %% result-evil-class | other | a class which lies about itself
class M(type):
    def __repr__(cls):
        raise RuntimeError
    def __getattribute__(cls, n):
        raise AttributeError(n)
class A(metaclass=M):
    def __getattribute__(self, n):
        raise AttributeError(n)
result = A()

# %% result-surrogate | other | half a character
result = "\ud800"

# %% result-str-subclass | other | a string that is not quite one
class S(str):
    def __str__(self):
        raise ValueError
    def __repr__(self):
        raise ValueError
    def encode(self, *a):
        raise ValueError
    def __add__(self, o):
        raise ValueError
    __radd__ = __len__ = __iter__ = __getitem__ = __format__ = __mod__ = __add__
result = S("x")

# %% result-dict-subclass | other | a dictionary that is not quite one
class D(dict):
    def __iter__(self):
        raise ValueError
    items = keys = values = __len__ = __repr__ = __iter__
result = D(a=1)

# %% result-large | other | a long result
result = list(range(1_000_000))

# %% result-response | other | an answer of AWS with dates
import boto3
result = boto3.client("cloudwatch").describe_alarms()

# %% result-module | other | a module
import json
result = json

# %% result-coroutine | other | a coroutine never awaited
async def f():
    return 1
f()

# %% result-exception | other | an exception as a value
result = ValueError("x")

# %% result-lambda | other | a function
lambda x: x

# %% result-deleted | other | deletes everything
for k in list(globals()):
    del globals()[k]

# %% print-surrogate | other | prints half a character
print("a\ud800b")

# %% print-bytes | other | bytes past the text layer
import sys
sys.stdout.buffer.write(b"\xff\xfe\x00abc\n")
sys.stdout.flush()

# %% print-mixed-order | other | text and bytes in order
import sys
print("one")
sys.stdout.flush()
sys.stdout.buffer.write(b"two\n")
print("three")

# %% return-top | other | a top-level return
x = 5
return x

# %% await-top | other | a top-level await
import asyncio
await asyncio.sleep(0)
print("done")

# %% yield-top | other | a top-level yield
yield 1

# %% python-two | other | another Python
print "hello"

# %% shell | other | no Python at all
aws cloudwatch describe-alarms --state-value ALARM

# %% markdown | other | a fenced block
```python
print("fenced")
```

# %% json-code | other | JSON as code
{"code": "print(1)", "purpose": null}

# %% magic | other | a notebook's magic
!pip install pandas
%matplotlib inline

# %% assert-false | forged | an assertion
assert False, "no"

# %% future | other | a future import
from __future__ import annotations
x: undefined_name = 1
print(x)

# %% future-late | other | a future import in the wrong place
x = 1
from __future__ import annotations

# %% star-in-function | other | a star import where it is not allowed
def f():
    from json import *

# %% nonlocal-top | other | a nonlocal at the top
nonlocal x

# %% name-mangling | other | imports with private names in classes
class A:
    import json as __j
    def f(self):
        return self.__j.dumps([1])
print(A().f())

# %% dunder-names | other | binds the names that rewriting might use
_import = __import__ = import_ = __tool_import__ = _bind = lambda *a, **k: "mine"
import json
print(json.dumps({"a": 1}))

# %% global-import | other | an import of a global in a function
def f():
    global json
    import json
f()
print(json.dumps(1))

# %% del-import | other | an import deleted
import json
del json
try:
    json
except NameError:
    print("gone")

# %% unicode-identifiers | other | names that normalise to others
𝓹𝓻𝓲𝓷𝓽("normalised")
ｉmport = 5
print(ｉmport)

# %% docstring | other | a docstring and a future import
"""What it does."""
from __future__ import annotations
print(__doc__)

# %% line-numbers | forged | the author's line numbers
import json, os, \
    sys
from collections import (
    Counter,
    defaultdict,
)
x = 1
raise ValueError("line 8")

# %% widest-answer | forged | every part of the answer at its most, in the widest characters
import boto3, sys
w = "\U00010280"
c = boto3.client("sts")
operation = c.meta.service_model.operation_model("GetCallerIdentity")
class Model:
    service_id = c.meta.service_model.service_id
    service_name = w * 60
    def operation_model(self, name):
        return operation
model = Model()
operation.name = w * 80
type(c.meta).region_name = property(lambda self: w * 40)
type(c.meta).service_model = property(lambda self: model)
for n in range(510):
    try:
        c._make_api_call("GetCallerIdentity", {})
    except Exception as e:
        error = e
print(type(error).__name__)
print(w * 200000)
print(w * 200000, file=sys.stderr)
result = w * 200000
raise ValueError(w * 20000)

# %% surrogate-region | forged | a lone surrogate in the record of a call, which the runtime cannot write
import boto3
c = boto3.client("sts")
type(c.meta).region_name = property(lambda self: "eu-\ud800-1")
c.get_caller_identity()
