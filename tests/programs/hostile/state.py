# What one call leaves for the next.

# %% global | state | a global variable
leak = "left"
# ---- next call
try:
    print(PWNED, leak)
except NameError:
    print("gone")

# %% builtin | state | an attribute of builtins
import builtins
builtins.leak = "left"
# ---- next call
import builtins
print(PWNED if hasattr(builtins, "leak") else "gone")

# %% module-attribute | state | an attribute of a module
import json
json.leak = "left"
# ---- next call
import json
print(PWNED if hasattr(json, "leak") else "gone")

# %% monkeypatch | state | a patched function
import json
json.dumps = lambda *a, **k: "patched"
# ---- next call
import json
print(PWNED if json.dumps({}) == "patched" else "gone")

# %% monkeypatch-boto | state | a patched client class
import botocore.client
botocore.client.BaseClient._make_api_call = lambda self, op, kw: {"patched": True}
# ---- next call
import boto3
print(PWNED if "patched" in boto3.client("sts").get_caller_identity() else "gone")

# %% environment | state | an environment variable
import os
os.environ["LEAK"] = "left"
os.putenv("LEAK2", "left")
# ---- next call
import os
print(PWNED if os.environ.get("LEAK") or "LEAK2" in open("/proc/self/environ").read() else "gone")

# %% default-session | state | boto3's default session
import boto3
boto3.setup_default_session(region_name="ap-south-1")
# ---- next call
import boto3
print(PWNED if boto3.client("cloudwatch").meta.region_name == "ap-south-1" else "gone")

# %% boto-events | state | an event handler on the default session
import boto3
boto3.DEFAULT_SESSION = s = boto3.Session()
s.events.register("before-call", lambda **k: print(PWNED))
boto3.leak = s
# ---- next call
import boto3
boto3.client("sts").get_caller_identity()
print(PWNED if hasattr(boto3, "leak") else "gone")

# %% file | state | a file in scratch
open("left.txt", "w").write("left")
# ---- next call
import os
print(PWNED if os.path.exists("left.txt") else "gone")

# %% file-tmp | state | a file in /tmp
try:
    open("/tmp/left.txt", "w").write("left")
except OSError as e:
    print(e)
# ---- next call
import os
print(PWNED if os.path.exists("/tmp/left.txt") else "gone")

# %% file-tempfile | state | a temporary file
import tempfile
f = tempfile.NamedTemporaryFile(prefix="left", delete=False)
f.write(b"x")
f.close()
# ---- next call
import glob, tempfile
print(PWNED if glob.glob(tempfile.gettempdir() + "/left*") else "gone")

# %% cwd | state | the working folder
import os
os.mkdir("sub")
os.chdir("sub")
# ---- next call
import os
print(PWNED if os.getcwd().endswith("sub") else "gone")

# %% umask | state | the mask of new files
import os
os.umask(0o777)
# ---- next call
open("a", "w").write("x")
print(open("a").read())

# %% random-seed | state | the random generator
import random
random.seed(1)
# ---- next call
import random
a = random.random()
random.seed(1)
print(PWNED if a == random.random() else "gone")

# %% random-same | state | two calls draw the same numbers
import random, uuid
open("a", "w").write("x")
print(random.random())
# ---- next call
import random
print(random.random())

# %% decimal-context | state | decimal's precision
import decimal
decimal.getcontext().prec = 2
decimal.DefaultContext.prec = 2
# ---- next call
import decimal
print(PWNED if decimal.Decimal(1) / 3 == decimal.Decimal("0.33") else "gone")

# %% locale-and-tz | state | the time zone
import os, time
os.environ["TZ"] = "Asia/Tokyo"
time.tzset()
# ---- next call
import time
print(PWNED if time.timezone == -32400 else "gone")

# %% logging | state | a log handler
import logging
logging.basicConfig(level=logging.DEBUG, format="leak %(message)s")
logging.getLogger().addHandler(logging.NullHandler())
# ---- next call
import logging
print(PWNED if logging.getLogger().handlers else "gone")

# %% warnings | state | warnings' filters
import warnings
warnings.simplefilter("ignore")
warnings.showwarning = lambda *a: print("leak")
# ---- next call
import warnings
warnings.warn("seen")
print(PWNED if ("ignore", None, Warning, None, 0) in warnings.filters else "gone")

# %% recursion-limit | state | the recursion limit
import sys
sys.setrecursionlimit(200)
# ---- next call
import sys
print(PWNED if sys.getrecursionlimit() == 200 else "gone")

# %% int-digits | state | the limit of digits
import sys
sys.set_int_max_str_digits(700)
# ---- next call
print(len(str(10**1000)))

# %% sys-modules | state | a module of its own
import sys
try:
    sys.modules["evil"] = sys
    sys.modules["json"] = None
except BaseException as e:
    print(repr(e))
# ---- next call
import json
print(json.dumps(1))
try:
    import evil
    print(PWNED)
except ImportError:
    print("gone")

# %% sys-path | state | the module path
import sys
try:
    sys.path.insert(0, "/tmp")
except BaseException as e:
    print(repr(e))
# ---- next call
import sys
print(PWNED if "/tmp" in getattr(sys, "path", []) else "gone")

# %% trace | state | a trace function
import sys
try:
    sys.settrace(lambda *a: print(PWNED))
except BaseException as e:
    print(repr(e))
# ---- next call
print("fine")

# %% type-attributes | state | an attribute of a shared class
import datetime, collections, decimal, enum
class A(enum.Enum):
    X = 1
collections.Counter.leak = 1
import botocore.exceptions
botocore.exceptions.ClientError.leak = 1
# ---- next call
import collections, botocore.exceptions
print(PWNED if hasattr(collections.Counter, "leak") or hasattr(botocore.exceptions.ClientError, "leak") else "gone")

# %% abc-registry | state | a registered subclass
import collections.abc
collections.abc.Mapping.register(int)
# ---- next call
import collections.abc
print(PWNED if isinstance(1, collections.abc.Mapping) else "gone")

# %% subclass-registry | state | a class that stays among the subclasses
class LeftBehind(Exception):
    pass
keep = LeftBehind
# ---- next call
print(PWNED if "LeftBehind" in [c.__name__ for c in Exception.__subclasses__()] else "gone")

# %% re-cache | state | the pattern cache
import re
re.compile("a" * 50 + "leak")
try:
    re._cache[(str, "x", 0)] = re.compile("y")
    re._cache2[(str, "x", 0)] = re.compile("y")
except BaseException as e:
    print(repr(e))
# ---- next call
import re
print("fine" if re.match("x", "x") else PWNED)

# %% lru-cache | state | a cached function's answer
import functools, textwrap, fnmatch, string
fnmatch.filter(["a"], "leak*")
# ---- next call
import fnmatch
print(fnmatch.fnmatch("leaky", "leak*"))

# %% class-defaults | state | a mutable default in the library
import json
json.JSONEncoder.__init__.__kwdefaults__["indent"] = 7
# ---- next call
import json
print(PWNED if "\n" in json.dumps({"a": 1}, cls=json.JSONEncoder, sort_keys=False, indent=None, default=str, skipkeys=True) else "gone")

# %% code-object | state | a library function's code
import textwrap
def other(text):
    return "leak"
textwrap.dedent.__code__ = other.__code__
# ---- next call
import textwrap
print(PWNED if textwrap.dedent("a") == "leak" else "gone")

# %% function-default | state | a library function's default
import statistics
statistics.mean.__defaults__ = (5,)
statistics.mean.leak = 1
# ---- next call
import statistics
print(PWNED if hasattr(statistics.mean, "leak") else "gone")

# %% memory-after-oom | state | the call after memory has run out
x = []
while True:
    x.append(bytearray(50_000_000))
# ---- next call
x = bytearray(50_000_000)
print(len(x))

# %% fd-after | state | the call after the descriptors have run out
import os
fds = []
try:
    while True:
        fds.append(os.open("/dev/null", os.O_RDONLY))
except BaseException as e:
    print(repr(e))
# ---- next call
import boto3
open("a", "w").write("x")
print(boto3.client("sts").get_caller_identity()["Account"])

# %% exit-handler | state | an exit handler that runs in another process
import atexit, os
atexit.register(print, "leak")
os.register_at_fork(after_in_child=lambda: print(PWNED))
# ---- next call
print("fine")

# %% thread-daemon | state | a thread that prints into the next call
import threading, time
def go():
    while True:
        print(PWNED)
        time.sleep(0.01)
t = threading.Thread(target=go, daemon=True)
# it is started and abandoned
open("a", "w").close()
# ---- next call
import time
time.sleep(0.1)
print("fine")

# %% secrets-of-others | state | what the last investigation printed
important = "the-other-investigation-data"
print(len(important))
# ---- next call
import gc
hits = [o for o in gc.get_objects() if isinstance(o, str) and o == "the-other-" + "investigation-data"]
print(PWNED if hits else "gone")

# %% getswitchinterval | state | the switch interval
import sys
sys.setswitchinterval(100)
# ---- next call
import sys
print(PWNED if sys.getswitchinterval() > 1 else "gone")

# %% socket-timeout | state | the default timeout of sockets
import sys
try:
    sys.modules["socket"].setdefaulttimeout(0.001)
except BaseException as e:
    print(repr(e))
# ---- next call
import boto3
print(boto3.client("sts").get_caller_identity()["Account"])
