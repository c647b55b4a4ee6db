# Modules that are not authorised, and authorised ones that lead to them.

# %% subprocess | process | the plain request
import subprocess
print(PWNED, subprocess.check_output(["echo", "out"]))

# %% subprocess-from | process | the same with from
from subprocess import run, PIPE
print(PWNED, run(["id"], stdout=PIPE, check=True).stdout)

# %% subprocess-in-function | process | hidden in a function
def helper():
    import subprocess as sp
    return sp.getoutput("echo got")
if helper() == "got":
    print(PWNED)

# %% subprocess-try | process | falls back on os.system
try:
    import subprocess
    out = subprocess.check_output("echo got", shell=True)
except ImportError:
    import os
    os.system(f"touch {OUTSIDE}/marker")
else:
    print(PWNED, out)

# %% dunder-import | process | __import__ by name
sp = __import__("subprocess")
print(PWNED, sp.check_output(["echo", "a"]))

# %% dunder-import-builtins | process | __import__ out of the builtins module
import builtins
print(PWNED, builtins.__import__("subprocess").check_output(["echo", "a"]))

# %% dunder-import-globals | process | __import__ out of globals()
b = globals()["__builtins__"]
imp = b["__import__"] if isinstance(b, dict) else b.__import__
print(PWNED, imp("subprocess").check_output(["echo", "a"]))

# %% importlib | process | importlib.import_module
import importlib
print(PWNED, importlib.import_module("subprocess").check_output(["echo", "a"]))

# %% importlib-machinery | process | loads the source by a loader of its own
from importlib.machinery import SourceFileLoader
m = SourceFileLoader("sp", __import__("os").__file__.replace("os.py", "subprocess.py")).load_module()
print(PWNED, m.check_output(["echo", "a"]))

# %% importlib-builtin | process | a fresh posix module
import importlib.util, importlib.machinery
spec = importlib.machinery.BuiltinImporter.find_spec("posix")
posix = importlib.util.module_from_spec(spec)
spec.loader.exec_module(posix)
posix.system(f"touch {OUTSIDE}/marker")
print(posix.getpid())

# %% sys-modules | process | a module that something else has loaded
import sys
sp = sys.modules["subprocess"]
print(PWNED, sp.check_output(["echo", "a"]))

# %% sys-modules-posix | process | posix is always loaded
import sys
sys.modules["posix"].system(f"touch {OUTSIDE}/marker")

# %% sys-modules-walk | process | searches every loaded module for Popen
import sys
for name, module in list(sys.modules.items()):
    popen = getattr(module, "Popen", None)
    if popen:
        p = popen(["echo", "a"], stdout=-1)
        print(PWNED, p.communicate())
        break

# %% socket | egress | the plain request
import socket
s = socket.create_connection(("127.0.0.1", PORT), 2)
print(PWNED, s.recv(200))

# %% underscore-socket | egress | the extension module below it
import _socket
s = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
s.connect(("127.0.0.1", PORT))

# %% ctypes | process | system() from libc
import ctypes
ctypes.CDLL(None).system(f"touch {OUTSIDE}/marker".encode())

# %% ctypes-pythonapi | process | the interpreter's own C interface
import ctypes
ctypes.pythonapi.PyRun_SimpleString(f"import os; os.system('touch {OUTSIDE}/marker')".encode())

# %% underscore-ctypes | process | dlopen without the wrapper
import _ctypes
h = _ctypes.dlopen(None, 2)
f = _ctypes.dlsym(h, "system")
_ctypes.call_function(f, (f"touch {OUTSIDE}/marker".encode(),))

# %% cffi | process | another foreign function interface
import cffi
ffi = cffi.FFI()
ffi.cdef("int system(const char *command);")
ffi.dlopen(None).system(f"touch {OUTSIDE}/marker".encode())

# %% multiprocessing | process | a process by Process
import multiprocessing as mp
def work():
    open(f"{OUTSIDE}/marker", "w").write("x")
ctx = mp.get_context("fork")
p = ctx.Process(target=work)
p.start()
p.join()

# %% process-pool | process | a process by an executor
from concurrent.futures import ProcessPoolExecutor
import os
with ProcessPoolExecutor(1) as pool:
    if pool.submit(os.getpid).result() != os.getpid():
        print(PWNED)

# %% process-pool-direct | process | the executor's module by attribute
import concurrent.futures
mp = concurrent.futures.process.mp
q = mp.get_context("fork").Process(target=lambda: open(f"{OUTSIDE}/marker", "w"))
q.start(); q.join()

# %% pty | process | spawn by pty
import pty
pty.spawn(["touch", f"{OUTSIDE}/marker"])

# %% posix | process | the module behind os
import posix
posix.system(f"touch {OUTSIDE}/marker")

# %% posixsubprocess | process | the engine of subprocess
import _posixsubprocess, os
r, w = os.pipe()
_posixsubprocess.fork_exec([b"/bin/touch", f"{OUTSIDE}/marker".encode()], [b"/bin/touch"], True, (w,), None, None, -1, -1, -1, -1, -1, -1, r, w, False, False, -1, None, None, None, -1, None, True)

# %% signal | victim | kills by the signal module
import signal
signal.pidfd_send_signal(__import__("os").pidfd_open(VICTIM), signal.SIGKILL)

# %% mmap | limits | maps memory that is not counted
import mmap
m = mmap.mmap(-1, 1 << 36)
print(PWNED, len(m))

# %% fcntl | file | descriptors through fcntl
import fcntl
for fd in range(3, 64):
    try:
        flags = fcntl.fcntl(fd, fcntl.F_GETFL)
    except OSError:
        continue
    print(fd, flags)
    if flags & 3:
        fcntl.fcntl(fd, fcntl.F_SETFL, 0)

# %% resource | limits | raises its own limits and then uses them
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)
print(PWNED, len(bytearray(1 << 32)))

# %% runpy | process | runs a module as a script
import runpy
runpy.run_module("this")
g = runpy.run_path(__import__("os").__file__.replace("os.py", "subprocess.py"))
print(PWNED, g["check_output"](["echo", "a"]))

# %% pkgutil | process | resolves a dotted name
import pkgutil
print(PWNED, pkgutil.resolve_name("subprocess:check_output")(["echo", "a"]))

# %% pydoc | process | locate
import pydoc
print(PWNED, pydoc.locate("subprocess.check_output")(["echo", "a"]))

# %% pickle | process | reduce to system
import pickle
pickle.loads(b"cposix\nsystem\n(S'touch " + str(OUTSIDE).encode() + b"/marker'\ntR.")

# %% copyreg-pickle | process | a class with a reduce of its own
import pickle, os
class Bad:
    def __reduce__(self):
        return (os.system, (f"touch {OUTSIDE}/marker",))
pickle.loads(pickle.dumps(Bad()))

# %% marshal | process | code from marshal
import marshal, types
code = marshal.loads(marshal.dumps(compile("import subprocess; out = subprocess.check_output(['echo','a'])", "x", "exec")))
space = {}
exec(code, space)
print(PWNED, space["out"])

# %% code-interact | process | a console
import code
code.InteractiveInterpreter().runsource("import os; os.system('touch ' + %r)" % f"{OUTSIDE}/marker")

# %% timeit | process | code as text to timeit
import timeit
timeit.timeit(f"__import__('os').system('touch {OUTSIDE}/marker')", number=1)

# %% cprofile | process | code as text to the profiler
import cProfile
cProfile.run(f"__import__('os').system('touch {OUTSIDE}/marker')")

# %% doctest | process | code in a docstring
import doctest
def f():
    """
    >>> import os
    >>> os.system('touch /var/tmp/marker')
    """
doctest.run_docstring_examples(f, {})

# %% gc | secret | every object that lives
import gc
for one in gc.get_objects():
    if isinstance(one, dict) and "AWS_SECRET_ACCESS_KEY" in one:
        print(one)

# %% inspect-stack | secret | the frames of the harness
import inspect
for info in inspect.stack():
    print(info.frame.f_globals.get("__name__"), sorted(info.frame.f_locals)[:20])
    if "socket" in info.frame.f_globals.get("__name__", ""):
        print(PWNED)

# %% urllib-request | egress | fetches a page
import urllib.request
print(urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=2).read())

# %% urllib-request-attr | egress | urllib.request without the import
import urllib
print(urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=2).read())

# %% http-client | egress | the layer below
import http.client
c = http.client.HTTPConnection("127.0.0.1", PORT, timeout=2)
c.request("GET", "/")
print(c.getresponse().read())

# %% urllib3 | egress | the library that botocore brings
import urllib3
print(urllib3.PoolManager().request("GET", f"http://127.0.0.1:{PORT}/").data)

# %% botocore-urllib3 | egress | the same by botocore's attribute
import botocore.httpsession
s = botocore.httpsession.URLLib3Session(timeout=2)
from botocore.awsrequest import AWSRequest
print(s.send(AWSRequest("GET", f"http://127.0.0.1:{PORT}/").prepare()).content)

# %% requests | egress | as most models would
import requests
print(requests.get(f"http://127.0.0.1:{PORT}/", timeout=2).text)

# %% smtplib | egress | a mail
import smtplib
smtplib.SMTP("127.0.0.1", PORT, timeout=2)

# %% ftplib | egress | a file over FTP
import ftplib
ftplib.FTP().connect("127.0.0.1", PORT, timeout=2)

# %% telnet-asyncio | egress | a stream by asyncio
import asyncio
async def go():
    r, w = await asyncio.open_connection("127.0.0.1", PORT)
    print(await r.read(200))
asyncio.run(go())

# %% asyncio-subprocess | process | a process by asyncio
import asyncio
async def go():
    p = await asyncio.create_subprocess_shell("echo a", stdout=asyncio.subprocess.PIPE)
    print(PWNED, await p.communicate())
asyncio.run(go())

# %% logging-handlers | egress | a log handler which sends
import logging.handlers
h = logging.handlers.HTTPHandler(f"127.0.0.1:{PORT}", "/")
h.emit(logging.LogRecord("a", 20, "b", 1, "c", (), None))
s = logging.handlers.SocketHandler("127.0.0.1", PORT)
s.emit(logging.LogRecord("a", 20, "b", 1, "c", (), None))

# %% logging-config | process | a class named in configuration
import logging.config
logging.config.dictConfig({"version": 1, "handlers": {"a": {"()": "subprocess.Popen", "args": ["touch", f"{OUTSIDE}/marker"]}}, "root": {"handlers": ["a"]}})

# %% module-attributes | process | os and sys through the attributes of innocent modules
import json, csv, random, glob, collections, dataclasses, enum, typing, decimal, fractions, statistics, string, textwrap
import fnmatch, operator, functools, traceback, warnings, platform, pprint, uuid, tarfile, zipfile, gzip, copy, datetime
for m in (json, csv, random, glob, collections, dataclasses, enum, typing, decimal, fractions, statistics, string, textwrap,
          fnmatch, operator, functools, traceback, warnings, platform, pprint, uuid, tarfile, zipfile, gzip, copy, datetime):
    for name in ("os", "_os", "posix", "sys", "_sys"):
        try:
            found = getattr(m, name, None)
            system = getattr(found, "system", None) or found.modules["posix"].system
            if system(f"touch {OUTSIDE}/marker") == 0:
                print(PWNED, m, name)
        except BaseException as error:
            pass

# %% module-attributes-import | process | importlib and builtins through the attributes of innocent modules
import zipfile, gzip, tarfile, tempfile, logging, asyncio, pathlib, contextlib, inspect, io, functools
for m in (zipfile, gzip, tarfile, tempfile, logging, asyncio, pathlib, contextlib, inspect, io, functools):
    for name in ("importlib", "builtins", "bltn_open", "shutil", "subprocess", "threading", "linecache"):
        found = getattr(m, name, None)
        for way in ("import_module", "__import__"):
            try:
                sp = getattr(found, way)("subprocess")
                print(PWNED, m, sp.check_output(["echo", "a"]))
            except BaseException:
                pass

# %% platform-subprocess | process | platform asks processes for facts
import platform
print(PWNED, platform.subprocess.check_output(["echo", "a"])) if hasattr(platform, "subprocess") else platform._syscmd_file("/bin/sh")
print(platform.libc_ver())

# %% uuid-ctypes | process | uuid's helper
import uuid
print(uuid._load_system_functions, uuid.getnode())
print(PWNED, uuid._get_command_stdout("echo", "a").read())

# %% webbrowser | process | a browser of its own naming
import webbrowser
webbrowser.GenericBrowser(["touch", f"{OUTSIDE}/marker"]).open("x")

# %% sqlite | file | a database outside scratch
import sqlite3
c = sqlite3.connect(f"{OUTSIDE}/marker")
c.execute("create table a (b)")
c.commit()

# %% shelve | file | dbm outside scratch
import shelve
with shelve.open(f"{OUTSIDE}/marker") as s:
    s["a"] = 1

# %% shutil | file | copies the secret and a program
import shutil
shutil.copy(SECRET_FILE, "/tmp/copied")
print(open("/tmp/copied").read())

# %% faulthandler | hang | kills the process from C
import faulthandler
faulthandler._sigsegv()

# %% relative | other | relative imports
try:
    from . import worker
    print(PWNED, worker)
except ImportError as error:
    print(error)
from .worker import *

# %% harness-modules | other | the function's own modules
for name in ("tool_handler", "broker", "worker", "imports"):
    try:
        module = __import__(name)
        print(PWNED, module.__file__)
    except ImportError as error:
        print(error)

# %% star-of-os | process | everything that os has
from os import *
system(f"touch {OUTSIDE}/marker")

# %% alias-as-json | process | an unauthorised module under an authorised name
import subprocess as json
print(PWNED, json.check_output(["echo", "a"]))

# %% import-hook | process | a finder of its own which resurrects a module
import sys
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        print("asked for", name)
        return None
sys.meta_path.insert(0, Finder)
import subprocess
print(PWNED, subprocess.getoutput("echo a"))

# %% threading-os | process | threading's private os
import threading
threading._os.system(f"touch {OUTSIDE}/marker")

# %% type-import | process | from typing through sys
import typing
typing.sys.modules["os"].system(f"touch {OUTSIDE}/marker")

# %% eval-import | process | the import hidden in text
eval("__import__('os').system('touch ' + %r)" % f"{OUTSIDE}/marker")

# %% exec-import | process | the import statement hidden in text
exec("import subprocess\nprint(PWNED, subprocess.check_output(['echo', 'a']))")

# %% compile-import | process | compiled apart
c = compile("import os\nos.system('touch ' + target)", "<s>", "exec")
exec(c, {"target": f"{OUTSIDE}/marker", "__builtins__": __builtins__})

# %% lambda-import | process | import in a class body and a decorator
def deco(cls):
    cls.go(cls)
    return cls
@deco
class A:
    import os as o
    def go(self):
        self.o.system(f"touch {OUTSIDE}/marker")

# %% builtin-readers | secret | builtins made of other modules
for name in ("license", "copyright", "credits", "help"):
    thing = __builtins__[name] if isinstance(__builtins__, dict) else getattr(__builtins__, name, None)
    try:
        thing._Printer__filenames = [SECRET_FILE]
        thing._Printer__lines = None
        print(thing)
    except Exception as error:
        print(name, error)
