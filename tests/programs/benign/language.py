# The language itself, written the way models write it.

# %% arithmetic
2 ** 10 + 1

# %% print-and-value
print("hello")
40 + 2

# %% string-value
"plain text"

# %% multiline-string-value
"line one\nline two"

# %% none-value
None

# %% result-string
result = "found it"

# %% result-list
result = [1, 2, {"a": (3, 4)}]

# %% result-and-print
print("working")
result = {"status": "ok", "n": 3}

# %% result-zero
result = 0

# %% result-false
result = False

# %% assignment-only
x = 5

# %% for-loop-last
for n in range(3):
    print(n)

# %% list-comprehension-value
[n * n for n in range(5)]

# %% dict-comprehension
print({k: v for k, v in zip("abc", range(3))})

# %% set-operations
a, b = {1, 2, 3}, {2, 3, 4}
print(sorted(a & b), sorted(a | b), sorted(a - b), sorted(a ^ b))

# %% nested-comprehension
rows = [[1, 2], [3, 4]]
print([x for r in rows for x in r if x % 2], [[y + 1 for y in r] for r in rows])

# %% comprehension-class-scope
class A:
    n = 3
    xs = [i for i in range(3)]
    ys = tuple(i * 2 for i in xs)
print(A.xs, A.ys)

# %% functions
def f(a, /, b=2, *args, c, d=4, **kw):
    return a, b, args, c, d, kw
print(f(1, c=3), f(1, 2, 3, 4, c=5, e=6))

# %% recursion
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
print([fib(n) for n in range(15)])

# %% deep-recursion
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
print(depth(800))

# %% recursion-error
def f():
    return f()
try:
    f()
except RecursionError as e:
    print("too deep", type(e).__name__)

# %% closures
def counter():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    return inc
c = counter()
print(c(), c(5), c())

# %% global-statement
total = 0
def add(n):
    global total
    total += n
for n in range(5):
    add(n)
print(total)

# %% lambda-default
fs = [lambda x, n=n: x * n for n in range(3)]
print([f(10) for f in fs])

# %% decorators
import functools
def logged(level):
    def deco(f):
        @functools.wraps(f)
        def inner(*a, **k):
            print(level, f.__name__, a, k)
            return f(*a, **k)
        return inner
    return deco
@logged("INFO")
def add(a, b=1):
    "Adds."
    return a + b
print(add(1, b=2), add.__name__, add.__doc__)

# %% generators
def chunks(xs, n):
    for i in range(0, len(xs), n):
        yield xs[i:i + n]
print(list(chunks(list(range(7)), 3)))

# %% generator-send
def avg():
    total = n = 0
    value = None
    while True:
        value = yield (total / n if n else None)
        total += value
        n += 1
g = avg()
next(g)
print(g.send(10), g.send(20))
g.close()

# %% yield-from
def inner():
    yield from (1, 2)
    return "done"
def outer():
    r = yield from inner()
    print(r)
print(list(outer()))

# %% classes
class Animal:
    count = 0
    def __init__(self, name):
        self.name = name
        Animal.count += 1
    def speak(self):
        raise NotImplementedError
    def __repr__(self):
        return f"{type(self).__name__}({self.name!r})"
class Dog(Animal):
    def speak(self):
        return "woof"
d = Dog("rex")
print(d, d.speak(), Animal.count, isinstance(d, Animal))

# %% class-value-repr
class P:
    def __repr__(self):
        return "P()"
P()

# %% properties-and-statics
class T:
    def __init__(self, c): self._c = c
    @property
    def f(self): return self._c * 9 / 5 + 32
    @f.setter
    def f(self, v): self._c = (v - 32) * 5 / 9
    @classmethod
    def zero(cls): return cls(0)
    @staticmethod
    def unit(): return "C"
t = T.zero(); t.f = 212
print(t._c, T.unit(), t.f)

# %% super-and-mro
class A:
    def go(self): return ["A"]
class B(A):
    def go(self): return ["B"] + super().go()
class C(A):
    def go(self): return ["C"] + super().go()
class D(B, C):
    def go(self): return ["D"] + super().go()
print(D().go(), [k.__name__ for k in D.__mro__])

# %% dunder-methods
class V:
    def __init__(self, x, y): self.x, self.y = x, y
    def __add__(self, o): return V(self.x + o.x, self.y + o.y)
    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)
    def __hash__(self): return hash((self.x, self.y))
    def __len__(self): return 2
    def __getitem__(self, i): return (self.x, self.y)[i]
    def __iter__(self): yield self.x; yield self.y
    def __bool__(self): return bool(self.x or self.y)
    def __call__(self, k): return V(self.x * k, self.y * k)
    def __str__(self): return f"<{self.x},{self.y}>"
    def __contains__(self, v): return v in (self.x, self.y)
print(V(1, 2) + V(3, 4), V(1, 2) == V(1, 2), len({V(1, 2), V(1, 2)}), list(V(5, 6)), bool(V(0, 0)), V(1, 2)(3), 2 in V(1, 2))

# %% metaclass
class Registry(type):
    items = {}
    def __new__(m, name, bases, ns, **kw):
        c = super().__new__(m, name, bases, ns)
        m.items[name] = kw.get("key", name)
        return c
class A(metaclass=Registry, key="a"): pass
class B(A): pass
print(Registry.items)

# %% init-subclass
class Base:
    kinds = []
    def __init_subclass__(cls, /, kind=None, **kw):
        super().__init_subclass__(**kw)
        cls.kinds.append((cls.__name__, kind))
class X(Base, kind="x"): pass
class Y(Base): pass
print(Base.kinds)

# %% descriptors
class Positive:
    def __set_name__(self, owner, name): self.name = "_" + name
    def __get__(self, obj, owner=None): return getattr(obj, self.name, 0)
    def __set__(self, obj, v):
        if v < 0: raise ValueError(f"{self.name[1:]} must be positive")
        setattr(obj, self.name, v)
class Item:
    price = Positive()
i = Item(); i.price = 5
try:
    i.price = -1
except ValueError as e:
    print(e, i.price)

# %% slots
class S:
    __slots__ = ("a", "b")
    def __init__(self): self.a = 1
s = S()
try:
    s.c = 1
except AttributeError as e:
    print("refused", hasattr(s, "b"))

# %% getattr-dynamic
class Box:
    def __init__(self, d): self.__dict__.update(d)
    def __getattr__(self, n): return f"no {n}"
b = Box({"a": 1})
print(b.a, b.zzz, getattr(b, "a"), hasattr(b, "q"), vars(b))

# %% type-dynamic
T = type("T", (object,), {"x": 1, "get": lambda self: self.x})
print(T().get(), T.__name__)

# %% dataclasses
from dataclasses import dataclass, field, asdict, replace, astuple
@dataclass(order=True)
class Point:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, compare=False)
p = Point(1, 2)
print(p, asdict(p), replace(p, y=5), Point(1) < Point(2), astuple(p))

# %% dataclass-frozen
from dataclasses import dataclass, FrozenInstanceError
@dataclass(frozen=True, slots=True)
class C:
    a: int
    def __post_init__(self):
        if self.a < 0:
            raise ValueError("negative")
c = C(1)
try:
    c.a = 2
except FrozenInstanceError as e:
    print(type(e).__name__, e)
print(hash(c) == hash(C(1)), {C(1): "x"}[c])

# %% enum
from enum import Enum, auto, IntEnum, Flag
class Severity(Enum):
    LOW = auto()
    HIGH = auto()
class Level(IntEnum):
    A = 1
    B = 2
class Perm(Flag):
    R = 1
    W = 2
print(Severity.HIGH, Severity["LOW"].value, list(Severity), Level.B > Level.A, Perm.R | Perm.W, Severity(1).name)

# %% str-enum
from enum import StrEnum, unique
@unique
class S(StrEnum):
    OK = "ok"
    BAD = "bad"
print(S.OK, S("bad").name, S.OK == "ok", [s.value for s in S])

# %% match-statement
def kind(x):
    match x:
        case 0 | 1: return "small"
        case int(n) if n > 100: return "big"
        case [a, b, *rest]: return f"list {a} {b} {len(rest)}"
        case {"type": "alarm", "name": name, **other}: return f"alarm {name} {other}"
        case str() as s: return "text " + s
        case _: return "other"
for x in (1, 500, [1, 2, 3], {"type": "alarm", "name": "a", "z": 1}, "q", 2.5):
    print(kind(x))

# %% match-class
from dataclasses import dataclass
@dataclass
class P:
    x: int
    y: int
match P(1, 2):
    case P(x=0): print("zero")
    case P(1, y): print("one", y)

# %% walrus
import re
if (m := re.search(r"\d+", "abc 42")) and (n := int(m.group())) > 40:
    print(n)
print([y for x in range(5) if (y := x * x) > 5], y)

# %% f-strings
name, n, pi = "x", 1234567.891, 3.14159
print(f"{name!r:>6}|{n:,.2f}|{pi:.3f}|{n:e}|{255:#x}|{5:03d}|{0.256:.1%}|{name=}|{'a' 'b'}|{{}}")
w = 10
print(f"{'mid':^{w}}|{'left':<{w}}|{'right':>{w}}|")

# %% f-string-nested-quotes
d = {"a": {"b": [1, 2]}}
print(f"{d['a']['b'][0]} {', '.join(str(x) for x in d['a']['b'])} {'yes' if d else 'no'}")

# %% string-methods
s = "  Hello, World  "
print(s.strip().lower().replace("l", "L").split(","), s.strip().partition(", "), "a-b-c".rsplit("-", 1), "abc".center(9, "*"), "x".join("123"), "title case".title(), "tést".encode("utf-8"))

# %% percent-and-format
print("%s is %d years and %.1f" % ("A", 3, 2.55), "{:>5}|{name}".format(7, name="n"), "{0[a]} {1.real}".format({"a": 1}, 5))

# %% unicode
print("Zoë 🚨 – “quoted” ñ 漢字", len("🚨"), "\N{SNOWMAN}", "ß".upper(), ascii("é"))

# %% bytes
b = "héllo".encode()
print(b, b.hex(), bytes.fromhex("48656c6c6f").decode(), bytearray(b"abc")[1], b"a,b".split(b","), int.from_bytes(b"\x01\x00", "big"))

# %% unpacking
a, *b, c = range(6)
(x, y), z = (1, 2), 3
d = {**{"a": 1}, "b": 2}
print(a, b, c, x, y, z, d, [*b, *"hi"])

# %% slicing
x = list(range(10))
x[2:4] = ["a", "b", "c"]
del x[0]
print(x[::-1][:3], x[-2:], x[1:8:3])

# %% sorting
rows = [("b", 2), ("a", 3), ("c", 1), ("a", 1)]
print(sorted(rows, key=lambda r: (r[0], -r[1])), max(rows, key=lambda r: r[1]), sorted("bca", reverse=True))

# %% exceptions
try:
    try:
        int("x")
    except ValueError as e:
        raise RuntimeError("could not parse") from e
except RuntimeError as e:
    print(e, "|", repr(e.__cause__))
else:
    print("no")
finally:
    print("always")

# %% custom-exceptions
class AppError(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
try:
    raise AppError(42, "broken")
except (KeyError, AppError) as e:
    print(e.code, e, e.args)

# %% uncaught-error
print("before")
data = {"a": 1}
data["missing"]

# %% uncaught-zero-division
def ratio(a, b):
    return a / b
print(ratio(4, 2))
print(ratio(1, 0))

# %% uncaught-custom
class NotGood(Exception):
    pass
raise NotGood("the reason")

# %% uncaught-assert
assert 1 + 1 == 3, "arithmetic"

# %% exception-groups
try:
    raise ExceptionGroup("several", [ValueError("a"), TypeError("b"), ValueError("c")])
except* ValueError as g:
    print("values", [str(e) for e in g.exceptions])
except* TypeError as g:
    print("types", len(g.exceptions))

# %% exception-notes
try:
    try:
        raise ValueError("x")
    except ValueError as e:
        e.add_note("while looking")
        raise
except ValueError as e:
    print(e.__notes__)

# %% traceback-format
import traceback
try:
    {}["k"]
except KeyError:
    print(traceback.format_exc().splitlines()[-1])

# %% traceback-print
import traceback
def inner():
    raise ValueError("deep")
try:
    inner()
except ValueError as e:
    lines = traceback.format_exception(type(e), e, e.__traceback__)
    print(len(lines) >= 3, lines[0].strip(), lines[-1].strip())

# %% traceback-extract
import traceback, sys
def boom():
    1 / 0
try:
    boom()
except ZeroDivisionError:
    t = sys.exc_info()[2]
    frames = traceback.extract_tb(t)
    print([f.name for f in frames], [f.lineno for f in frames], sys.exc_info()[0].__name__)

# %% sys-exc-info
import sys
try:
    raise KeyError("k")
except Exception:
    kind, value, tb = sys.exc_info()
    print(kind.__name__, value, tb is not None)

# %% with-statement
class Timer:
    def __enter__(self): print("in"); return self
    def __exit__(self, *a): print("out", a[0].__name__ if a[0] else None); return True
with Timer() as t, Timer():
    raise ValueError

# %% assert-and-del
x = [1, 2]
y = x
del x
assert y == [1, 2]
print(y)

# %% if-main
def main():
    print("main ran")
if __name__ == "__main__":
    main()

# %% name-main
print(__name__)

# %% main-with-exit
import sys
def main() -> int:
    print("working")
    return 0
if __name__ == "__main__":
    sys.exit(main())

# %% sys-exit-plain
import sys
print("done early")
sys.exit()
print("never")

# %% while-else
n = 5
while n:
    n -= 1
    if n == 10:
        break
else:
    print("no break")

# %% ternaries-and-chains
x = 5
print("big" if x > 3 else "small", 1 < x < 10, not x, x and "and", None or "or", 0 if False else 1)

# %% integers
print(10 ** 30, 7 // -2, 7 % -2, divmod(17, 5), 0b101, 0xff, 1_000_000, int("ff", 16), round(2.5), (255).bit_length(), hex(255))

# %% floats
print(0.1 + 0.2, 1e300 * 1e10, float("nan") != float("nan"), round(3.14159, 2), 5 / 2, float("1e3"), (0.5).as_integer_ratio())

# %% builtins
print(abs(-3), all([1, 1]), any([0, 1]), bin(5), chr(97), ord("a"), list(enumerate("ab", 1)), list(filter(None, [0, 1])), list(map(str, [1])), max(1, 2), pow(2, 5, 7), list(reversed([1, 2])), sum([1, 2], 10), list(zip([1], [2], strict=True)), callable(print), type(1).__name__, iter([1]).__next__())

# %% isinstance-issubclass
print(isinstance(1, (int, str)), issubclass(bool, int), type(1) is int, isinstance(1, int | str))

# %% globals-and-locals
x = 1
def f():
    y = 2
    return sorted(locals())
print("x" in globals(), f(), "x" in dir())

# %% eval-exec-ordinary
print(eval("1 + 2 * 3"), eval("x * 2", {"x": 21}))
ns = {}
exec("def f(n):\n    return n + 1", ns)
print(ns["f"](1))

# %% compile-ordinary
code = compile("a + b", "<expr>", "eval")
print(eval(code, {"a": 1, "b": 2}))

# %% async-plain
import asyncio
async def work(n):
    await asyncio.sleep(0.001 * n)
    return n * n
async def main():
    return await asyncio.gather(*(work(n) for n in range(4)))
print(asyncio.run(main()))

# %% async-generators
import asyncio
class Ctx:
    async def __aenter__(self): return "ctx"
    async def __aexit__(self, *a): print("closed")
async def gen():
    for n in range(3):
        yield n
async def main():
    async with Ctx() as c:
        print(c, [n async for n in gen()])
asyncio.run(main())

# %% async-timeout
import asyncio
async def main():
    try:
        await asyncio.wait_for(asyncio.sleep(10), timeout=0.01)
    except asyncio.TimeoutError:
        print("timed out")
asyncio.run(main())

# %% async-queue
import asyncio
async def main():
    q = asyncio.Queue()
    out = []
    async def consumer():
        while (x := await q.get()) is not None:
            out.append(x)
    t = asyncio.create_task(consumer())
    for n in range(3):
        await q.put(n)
    await q.put(None)
    await t
    print(out)
asyncio.run(main())

# %% async-taskgroup
import asyncio
async def go(n):
    await asyncio.sleep(0)
    return n
async def main():
    async with asyncio.TaskGroup() as tg:
        ts = [tg.create_task(go(n)) for n in range(3)]
    print([t.result() for t in ts])
asyncio.run(main())

# %% async-semaphore
import asyncio
async def main():
    sem = asyncio.Semaphore(2)
    async def go(n):
        async with sem:
            await asyncio.sleep(0.001)
            return n
    print(sorted([await f for f in asyncio.as_completed([go(n) for n in range(5)])]))
asyncio.run(main())

# %% threads
import threading
out = []
lock = threading.Lock()
def go(n):
    with lock:
        out.append(n)
ts = [threading.Thread(target=go, args=(n,), name=f"w{n}") for n in range(5)]
[t.start() for t in ts]
[t.join() for t in ts]
print(sorted(out), threading.current_thread().name)

# %% threads-queue
import threading, queue
q = queue.Queue()
done = []
def worker():
    while True:
        item = q.get()
        if item is None:
            break
        done.append(item * 2)
        q.task_done()
t = threading.Thread(target=worker, daemon=True)
t.start()
for n in range(4):
    q.put(n)
q.join()
q.put(None)
t.join()
print(done)

# %% threads-not-joined
import threading, time
def late():
    time.sleep(0.05)
    print("late line")
threading.Thread(target=late).start()
print("first line")

# %% threads-event-timer
import threading
e = threading.Event()
threading.Timer(0.01, e.set).start()
print(e.wait(5))

# %% threads-local
import threading
local = threading.local()
local.x = 1
def f():
    print(hasattr(local, "x"))
t = threading.Thread(target=f); t.start(); t.join()
print(local.x)

# %% threads-exception
from concurrent.futures import ThreadPoolExecutor
def bad(n):
    if n == 2:
        raise ValueError(f"bad {n}")
    return n
with ThreadPoolExecutor(2) as ex:
    for f in [ex.submit(bad, n) for n in range(4)]:
        try:
            print(f.result())
        except ValueError as e:
            print("error", e)

# %% type-hints
from typing import Optional, Union, Callable, TypeVar, Generic, Protocol, TypedDict, NamedTuple, Literal, Any, Iterator
T = TypeVar("T")
class Stack(Generic[T]):
    def __init__(self) -> None:
        self.items: list[T] = []
    def push(self, x: T) -> None:
        self.items.append(x)
class HasName(Protocol):
    name: str
class Row(TypedDict, total=False):
    a: int
class Pair(NamedTuple):
    left: int
    right: str = "r"
s: Stack[int] = Stack()
s.push(1)
print(s.items, Row(a=1), Pair(1), Pair(1)._asdict(), Optional[int], Literal["a"])

# %% type-alias-syntax
type Rows = list[dict[str, int]]
def first[T](xs: list[T]) -> T:
    return xs[0]
class Box[T]:
    def __init__(self, v: T): self.v = v
print(first([1, 2]), Box("x").v, Rows.__name__)

# %% future-annotations
from __future__ import annotations
from dataclasses import dataclass
@dataclass
class Node:
    value: int
    next: Node | None = None
print(Node(1, Node(2)))

# %% get-type-hints
from typing import get_type_hints, Annotated
def f(a: int, b: "str" = "x") -> "list[int]": ...
print(get_type_hints(f))

# %% abc
from abc import ABC, abstractmethod
class Shape(ABC):
    @abstractmethod
    def area(self): ...
class Square(Shape):
    def __init__(self, s): self.s = s
    def area(self): return self.s ** 2
try:
    Shape()
except TypeError as e:
    print("abstract")
print(Square(3).area())

# %% star-import
from math import *
from collections import *
print(sqrt(16), floor(2.7), Counter("aab")["a"])

# %% imports-everywhere
import os, sys, json as j
from datetime import (
    datetime,
    timedelta,
)
if True:
    import re as regex
class K:
    import math
    area = math.pi
for m in range(1):
    from itertools import chain as c
print(j.dumps([1]), regex.sub("a", "b", "aa"), round(K.area, 2), list(c([1], [2])), timedelta(days=1).days, datetime(2024, 1, 2).isoformat())

# %% import-dotted
import os.path
import urllib.parse
import collections.abc
import concurrent.futures
print(os.path.join("a", "b"), urllib.parse.quote("a b"), isinstance([], collections.abc.Sequence), concurrent.futures.ThreadPoolExecutor.__name__)

# %% import-dotted-alias
import os.path as p
import urllib.parse as up
import xml.etree.ElementTree as ET
print(p.basename("/a/b.txt"), up.urlparse("https://x.com/y?z=1").netloc, ET.fromstring("<a><b>1</b></a>").find("b").text)

# %% import-in-try
try:
    import json
except ImportError:
    json = None
print(json is not None)

# %% import-fallback-pandas
try:
    import pandas as pd
    HAVE = True
except ImportError:
    pd = None
    HAVE = False
print("pandas" if HAVE else "plain python")

# %% import-fallback-numpy
try:
    import numpy as np
    mean = np.mean
except ImportError:
    from statistics import mean
print(mean([1, 2, 3]))

# %% import-fallback-requests
try:
    import requests
except ModuleNotFoundError:
    requests = None
print(requests is None)

# %% import-fallback-chain
try:
    import ujson as json
except ImportError:
    try:
        import simplejson as json
    except ImportError:
        import json
print(json.dumps({"a": 1}))

# %% import-fallback-simplejson-tomllib
try:
    import tomllib
except ImportError:
    tomllib = None
print(tomllib.loads("a = 1")["a"] if tomllib else 1)

# %% dunder-import-ordinary
json = __import__("json")
print(json.dumps([1]))

# %% importlib-fallback
mods = {}
for name in ("json", "math"):
    try:
        mods[name] = __import__(name)
    except ImportError as e:
        mods[name] = None
print({k: v is not None for k, v in mods.items()})

# %% module-docstring
"""Investigates the alarm."""
print(__doc__)

# %% semicolons
x = 1; y = 2; print(x + y); x

# %% line-continuation
total = 1 + \
    2 + \
    3
print(total)
(total
 .bit_length())

# %% nested-quotes-and-raw
print(r"C:\new\table", "tab\there", '''triple "quoted" 'text' ''', b"\x00raw", "a" "b")

# %% shadowing-builtins
list = [1, 2]
id = 5
input = "x"
print(list, id, input)

# %% print-options
import sys
print(1, 2, sep="-", end="!\n")
print("err", file=sys.stderr)
print("flushed", flush=True)
print(*[1, 2], sep="\n")
print()

# %% stderr-write
import sys
sys.stderr.write("warning: slow\n")
sys.stdout.write("out\n")

# %% stdout-redirect
import io, contextlib
b = io.StringIO()
with contextlib.redirect_stdout(b):
    print("captured")
print(repr(b.getvalue()))

# %% empty-containers-truth
for x in ([], {}, "", 0, None, (), set(), 0.0):
    print(bool(x), end=" ")
print()

# %% copy
import copy
a = {"x": [1, 2]}
b, c = copy.copy(a), copy.deepcopy(a)
a["x"].append(3)
print(b, c)

# %% weakref
import weakref
class A: pass
a = A()
r = weakref.ref(a)
print(r() is a)
del a
print(r() is None)

# %% iterators
class Count:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n <= 0: raise StopIteration
        self.n -= 1
        return self.n
print(list(Count(3)), next(iter(Count(0)), "default"))

# %% big-output
for n in range(200):
    print(f"{n:04d} " + "x" * 60)

# %% operators-overload-error
class A: pass
try:
    A() + 1
except TypeError as e:
    print(e)

# %% name-error
try:
    undefined_thing
except NameError as e:
    print(e)

# %% attribute-error
try:
    "x".nothing
except AttributeError as e:
    print(e)

# %% type-error-call
def f(a): pass
try:
    f()
except TypeError as e:
    print(e)

# %% index-and-key-errors
for f in (lambda: [][1], lambda: {}["a"], lambda: (1,)[5]):
    try:
        f()
    except LookupError as e:
        print(type(e).__name__, e)

# %% unicode-error
try:
    b"\xff".decode("utf-8")
except UnicodeDecodeError as e:
    print(e.reason)
print(b"\xff".decode("utf-8", "replace"), "é".encode("ascii", "ignore"))
