# Habits of models that touch what a sandbox likes to close.

# %% logging-places
import logging, sys
logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(levelname)s %(funcName)s:%(lineno)d %(module)s %(message)s")
def work():
    logging.info("inside")
work()
logging.info("outside")

# %% logging-stack-info
import logging, io
b = io.StringIO()
logging.basicConfig(stream=b)
def f():
    logging.warning("x", stack_info=True)
f()
print("in f" in b.getvalue(), b.getvalue().splitlines()[0])

# %% warn-stacklevel
import warnings
def old():
    warnings.warn("use new()", DeprecationWarning, stacklevel=2)
warnings.simplefilter("always")
with warnings.catch_warnings(record=True) as w:
    old()
print(w[0].lineno, w[0].category.__name__)

# %% traceback-names
import sys
def inner():
    raise ValueError("x")
try:
    inner()
except ValueError as e:
    tb = e.__traceback__
    while tb.tb_next:
        tb = tb.tb_next
    print(tb.tb_lineno, tb.tb_frame.f_code.co_name, tb.tb_frame.f_lineno)

# %% current-function-name
import sys, inspect
def who():
    return sys._getframe().f_code.co_name if hasattr(sys, "_getframe") else "who"
print(who())

# %% plugin-registry
class Check:
    def run(self): raise NotImplementedError
class A(Check):
    def run(self): return "a"
class B(Check):
    def run(self): return "b"
print([c().run() for c in Check.__subclasses__()])

# %% plugin-registry-abc
from abc import ABC, abstractmethod
class Check(ABC):
    @abstractmethod
    def run(self): ...
class A(Check):
    def run(self): return "a"
print([c.__name__ for c in Check.__subclasses__()])

# %% function-facts
def f(a, b=2, *, c: int = 3) -> str:
    "Doc."
    return ""
print(f.__name__, f.__doc__, f.__defaults__, f.__kwdefaults__, f.__annotations__, f.__module__, f.__qualname__)

# %% arity
import inspect
def f(a, b, c=1): pass
print(len(inspect.signature(f).parameters), inspect.signature(f).parameters["c"].default)

# %% own-code-object
def f(a, b): pass
try:
    print(f.__code__.co_argcount, f.__code__.co_varnames)
except AttributeError:
    print(2, ("a", "b"))

# %% instance-dict
class A:
    def __init__(self): self.x, self.y = 1, 2
a = A()
a.__dict__["z"] = 3
print(a.__dict__, a.z, A.__dict__["__init__"].__name__, a.__class__.__name__, A.__bases__, A.__module__)

# %% getattribute-override
class Proxy:
    def __init__(self, t): object.__setattr__(self, "_t", t)
    def __getattribute__(self, n):
        if n == "_t":
            return object.__getattribute__(self, n)
        return "got " + n
    def __setattr__(self, n, v): raise AttributeError("frozen")
p = Proxy(1)
print(p.anything, p._t)
try:
    p.x = 1
except AttributeError as e:
    print(e)

# %% super-getattribute
class A:
    def __getattribute__(self, n):
        if n.startswith("no_"):
            raise AttributeError(n)
        return super().__getattribute__(n)
    x = 5
print(A().x, hasattr(A(), "no_x"))

# %% attrgetter-dotted
from operator import attrgetter, itemgetter, methodcaller
class P:
    def __init__(self, n): self.n = n; self.q = self
rows = [P(3), P(1)]
print(sorted(map(attrgetter("q.n"), rows)), min(rows, key=attrgetter("n")).n, list(map(methodcaller("upper"), "ab")), itemgetter(1, 0)("xy"))

# %% format-attributes
class P:
    name = "n"; d = {"k": 5}
from datetime import datetime
print("{0.name} {0.d[k]} {p.name!r:>6}".format(P, p=P), "{:%Y-%m}".format(datetime(2024, 5, 1)), "{a[0]}".format_map({"a": [7]}))

# %% format-many
f = "{:<10}|{:>8}|{:^6}".format
for row in (("a", 1, "x"), ("bb", 22, "yy")):
    print(f(*row))
print(*map("{:.2f}".format, [1, 2.345]))

# %% dataclass-inheritance
from dataclasses import dataclass, field, fields
from typing import ClassVar, Optional
@dataclass
class Base:
    id: int
    kind: ClassVar[str] = "base"
@dataclass(kw_only=True)
class Child(Base):
    name: Optional[str] = None
    tags: list[str] = field(default_factory=list, repr=False)
    total: float = field(init=False, default=0.0)
    def __post_init__(self): self.total = self.id * 2
print(Child(id=3, name="x"), [f.name for f in fields(Child)], Child(id=1) == Child(id=1))

# %% dataclass-frozen-setattr
from dataclasses import dataclass
@dataclass(frozen=True)
class A:
    x: int
    y: int = 0
    def __post_init__(self):
        object.__setattr__(self, "y", self.x + 1)
print(A(1), hash(A(1)) == hash(A(1)))

# %% dataclass-slots-super
from dataclasses import dataclass
@dataclass(slots=True)
class A:
    x: int
    def up(self): return self.x + 1
@dataclass(slots=True)
class B(A):
    y: int = 2
    def up(self): return super().up() + self.y
print(B(1).up(), B.__slots__)

# %% make-dataclass
from dataclasses import make_dataclass, field
A = make_dataclass("A", [("x", int), ("y", str, field(default="q"))], namespace={"double": lambda self: self.x * 2})
print(A(2), A(2).double())

# %% enum-functional
from enum import Enum, IntFlag
Color = Enum("Color", "RED GREEN")
P = IntFlag("P", ["R", "W"])
print(list(Color), P.R | P.W, Color["RED"].value, Color(2), P(3))

# %% enum-methods
from enum import Enum
class Planet(Enum):
    EARTH = (5.9, 6.3)
    MARS = (0.6, 3.3)
    def __init__(self, mass, radius):
        self.mass, self.radius = mass, radius
    @property
    def density(self): return round(self.mass / self.radius, 2)
    @classmethod
    def biggest(cls): return max(cls, key=lambda p: p.mass)
print(Planet.MARS.density, Planet.biggest(), Planet.__members__.keys())

# %% namedtuple-defaults
from collections import namedtuple
from typing import NamedTuple
P = namedtuple("P", ["x", "y"], defaults=[5])
class Q(NamedTuple):
    a: int
    b: str = "z"
    def both(self): return f"{self.a}{self.b}"
print(P(1), P._fields, Q(1).both(), Q._field_defaults, P(1)._asdict())

# %% typing-introspection
from typing import get_type_hints, get_args, get_origin, Union, Optional, List, Dict, Annotated
def f(a: Optional[List[int]], b: "Dict[str, int]" = None) -> Union[int, str]: ...
h = get_type_hints(f)
print(h["a"], get_origin(h["b"]), get_args(h["return"]))

# %% typeddict-protocol
from typing import TypedDict, Protocol, runtime_checkable, Required, NotRequired, cast, overload, Final, TypeAlias
class R(TypedDict):
    a: int
    b: NotRequired[str]
@runtime_checkable
class Closes(Protocol):
    def close(self) -> None: ...
class F:
    def close(self): ...
X: TypeAlias = "list[int]"
N: Final = 3
print(R(a=1), isinstance(F(), Closes), R.__required_keys__, cast(int, "5"))

# %% singledispatchmethod
from functools import singledispatchmethod, partialmethod
class A:
    @singledispatchmethod
    def show(self, x): return "other"
    @show.register
    def _(self, x: int): return "int"
    @show.register
    def _(self, x: str): return "str"
    def power(self, n, e): return n ** e
    square = partialmethod(power, e=2)
print(A().show(1), A().show("s"), A().show(1.5), A().square(4))

# %% timeit
import timeit
t = timeit.timeit("sum(range(10))", number=10)
u = timeit.timeit(lambda: sum(range(10)), number=5)
x = 3
v = timeit.timeit("x + 1", globals=globals(), number=2)
print(t > 0, u > 0, v > 0)

# %% globals-lookup
LIMIT = 5
def handler_alarm(n): return f"alarm {n}"
def handler_log(n): return f"log {n}"
for kind in ("alarm", "log"):
    print(globals()[f"handler_{kind}"](LIMIT), "LIMIT" in globals(), callable(globals().get("nothing")))

# %% exec-with-namespace
ns = {"x": 2}
exec("""
import math
def area(r):
    return round(math.pi * r * r, 2)
y = area(x)
""", ns)
print(ns["y"], sorted(k for k in ns if not k.startswith("__")))

# %% eval-in-function
def calc(expr, **values):
    return eval(expr, {"__builtins__": {}}, values)
print(calc("a * b + 1", a=2, b=3))
def local():
    z = 10
    return eval("z + 1")
print(local())

# %% ast-transform
import ast
tree = ast.parse("a + b * 2", mode="eval")
class T(ast.NodeTransformer):
    def visit_Name(self, n): return ast.copy_location(ast.Constant({"a": 1, "b": 5}[n.id]), n)
print(eval(compile(ast.fix_missing_locations(T().visit(tree)), "<e>", "eval")), ast.unparse(ast.parse("x=1")), [type(n).__name__ for n in ast.walk(ast.parse("f(1)"))][:3])

# %% module-listing
import math, json
print([n for n in dir(math) if n.startswith("is")], "dumps" in dir(json), json.__name__, math.__doc__ is not None, hasattr(json, "load"))

# %% sys-modules-check
import sys, json
print("json" in sys.modules, "pandas" in sys.modules, sys.modules["json"] is json, "__main__" in sys.modules)

# %% main-module
import sys
def f(): return 1
m = sys.modules[__name__]
print(m.f(), getattr(m, "f")() , hasattr(m, "zzz"))

# %% file-dunder
try:
    print(type(__file__).__name__)
except NameError:
    print("str")

# %% event-loop-reuse
import asyncio
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
print(loop.run_until_complete(asyncio.sleep(0, "one")))
print(loop.run_until_complete(asyncio.sleep(0, "two")))
loop.close()
for n in range(12):
    asyncio.run(asyncio.sleep(0))
print("twelve loops")

# %% async-many-threads
import asyncio, boto3
async def go(n):
    return await asyncio.to_thread(lambda: len(boto3.client("sqs").list_queues()["QueueUrls"]) + n)
async def all_of_them():
    return await asyncio.wait_for(asyncio.gather(*[go(n) for n in range(12)]), 20)
print(asyncio.run(all_of_them()))
async def main():
    async with asyncio.timeout(5):
        done, pending = await asyncio.wait([asyncio.create_task(asyncio.sleep(0.001 * n, n)) for n in range(3)], return_when=asyncio.ALL_COMPLETED)
    return sorted(t.result() for t in done)
print(asyncio.run(main()))

# %% top-level-async-main
import asyncio
async def main():
    await asyncio.sleep(0.001)
    return {"ok": True}
result = asyncio.run(main())

# %% futures-wait
from concurrent.futures import ThreadPoolExecutor, wait, FIRST_COMPLETED, TimeoutError
import time
with ThreadPoolExecutor(4) as ex:
    fs = [ex.submit(time.sleep, 0.01 * n) for n in range(3)]
    done, rest = wait(fs, timeout=5)
    print(len(done), len(rest))
    try:
        ex.submit(time.sleep, 0.3).result(timeout=0.01)
    except TimeoutError:
        print("too slow")

# %% forty-threads
import threading
out = []
ts = [threading.Thread(target=out.append, args=(n,)) for n in range(40)]
[t.start() for t in ts]; [t.join() for t in ts]
print(len(out), sum(out))

# %% barrier-condition
import threading, queue
cond, items, got = threading.Condition(), [], []
def consumer():
    with cond:
        cond.wait_for(lambda: items, timeout=5)
        got.append(items.pop())
t = threading.Thread(target=consumer); t.start()
with cond:
    items.append("x"); cond.notify_all()
t.join()
s = threading.Semaphore(2); r = threading.RLock()
with s, r, r:
    print(got, threading.active_count())

# %% weakref-finalizers
import weakref, gc
class A: pass
log = []
a = A()
weakref.finalize(a, log.append, "gone")
del a
d = weakref.WeakValueDictionary()
print(log, len(d))

# %% context-vars
import contextvars
v = contextvars.ContextVar("v", default=1)
def f(): v.set(5); return v.get()
print(contextvars.copy_context().run(f), v.get())

# %% print-to-file
import io
b = io.StringIO()
print("a", 1, file=b)
with open("o.txt", "w") as f:
    print("line", file=f)
print(b.getvalue() + open("o.txt").read(), end="")

# %% tempdir-work
import os, tempfile, json, shutil
d = tempfile.mkdtemp()
p = os.path.join(d, "a.json")
json.dump({"a": 1}, open(p, "w"))
print(json.load(open(p)), os.path.exists(p), sorted(os.listdir(d)))
shutil.rmtree(d)
print(os.path.exists(d))

# %% chdir-and-back
import os
here = os.getcwd()
os.makedirs("a/b")
os.chdir("a/b")
open("f", "w").write("x")
os.chdir(here)
print(os.path.isfile("a/b/f"), os.path.relpath("a/b/f"), os.path.abspath("a") == os.path.join(here, "a"))

# %% pathlib-more
from pathlib import Path
p = Path("d/e"); p.mkdir(parents=True)
(p / "x.log").write_text("l1\nl2\n")
print([str(q) for q in Path("d").rglob("*.log")], p.joinpath("x.log").read_text().count("\n"), (p / "x.log").with_suffix(".txt").name, Path("/a/b").parent, p.resolve().name, Path("d").is_dir())
(p / "x.log").rename(p / "y.log"); print([q.name for q in p.iterdir()])
with (p / "y.log").open() as f: print(f.readline().strip())

# %% zip-of-files
import zipfile, tarfile, os
open("a.txt", "w").write("x" * 10)
with zipfile.ZipFile("o.zip", "w") as z: z.write("a.txt")
with tarfile.open("o.tgz", "w:gz") as t: t.add("a.txt")
os.makedirs("out", exist_ok=True)
zipfile.ZipFile("o.zip").extractall("out")
with tarfile.open("o.tgz") as t: t.extractall("out", filter="data")
print(open("out/a.txt").read(), os.path.getsize("o.zip") > 0)

# %% fallback-subprocess
try:
    import subprocess
    out = subprocess.run(["aws", "--version"], capture_output=True, text=True).stdout
except (ImportError, FileNotFoundError, OSError):
    out = ""
print("aws cli" if out else "no aws cli")

# %% errno-checks
import errno, os
try:
    os.mkdir("x"); os.mkdir("x")
except FileExistsError as e:
    print(e.errno == errno.EEXIST, os.strerror(e.errno), e.filename)
try:
    os.rmdir("nope")
except OSError as e:
    print(type(e).__name__, e.errno)

# %% copy-protocol
import copy
class A:
    def __init__(self, v): self.v = v
    def __copy__(self): return A(self.v + ["copied"])
    def __deepcopy__(self, memo): return A([*self.v, "deep"])
print(copy.copy(A([1])).v, copy.deepcopy(A([1])).v, copy.deepcopy({"a": [1, {2}]}))

# %% string-formatter-class
import string
class Safe(string.Formatter):
    def get_value(self, k, a, kw): return kw.get(k, f"<{k}>") if isinstance(k, str) else a[k]
print(Safe().format("{a} {b} {0}", 1, a=2))

# %% exception-details
try:
    try:
        {}["a"]
    except KeyError:
        raise RuntimeError("outer")
except RuntimeError as e:
    print(type(e.__context__).__name__, e.__cause__, e.__suppress_context__, e.with_traceback(None) is e)
import traceback
try:
    int("x")
except ValueError as e:
    print("".join(traceback.format_exception_only(e)).strip(), traceback.TracebackException.from_exception(e).exc_type_str if hasattr(traceback.TracebackException, "exc_type_str") else "ValueError")

# %% big-recursive-json
import json
d = x = {}
for n in range(200):
    x["k"] = {}
    x = x["k"]
print(len(json.dumps(d)), str(json.loads(json.dumps(d)) == d))

# %% large-numbers-of-rows
rows = [{"id": n, "v": n * 1.5, "s": f"row-{n}"} for n in range(50_000)]
from collections import defaultdict
by = defaultdict(list)
for r in rows:
    by[r["id"] % 7].append(r["v"])
print({k: round(sum(v) / len(v), 2) for k, v in sorted(by.items())})

# %% memory-moderate
data = [bytes(1000) for _ in range(100_000)]
print(len(data), sum(map(len, data)))
