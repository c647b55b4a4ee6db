# Time, memory, output, threads, descriptors, disk: the function must answer, and answer the next call.

# %% loop | hang | for ever
while True:
    pass

# %% loop-printing | hang | for ever, with output
while True:
    print("x" * 100)

# %% loop-catching | hang | catches everything
while True:
    try:
        while True:
            pass
    except BaseException:
        pass

# %% loop-finally | hang | a finally which loops
try:
    1 / 0
finally:
    while True:
        pass

# %% sleep | hang | sleeps for ever
import time
print("before sleeping")
time.sleep(10**6)

# %% sleep-thread-join | hang | waits for a thread for ever
import threading
t = threading.Thread(target=threading.Event().wait)
t.start()
t.join()

# %% lock-twice | hang | waits for itself
import threading
l = threading.Lock()
l.acquire()
l.acquire()

# %% input | hang | waits for input
print(repr(input("name? ")))

# %% stdin-read | hang | reads the standard input
import sys
print(repr(sys.stdin.read()))

# %% pow | hang | a number in C, holding the interpreter
print(len(str(pow(7, 10**9))) if False else pow(3, 10**8) % 7)

# %% regex | hang | a pattern which explodes, in C
import re
re.match(r"(a+)+$", "a" * 60 + "b")

# %% sum-range | hang | a long loop in C
print(sum(range(10**12)))

# %% list-in-c | hang | a long comparison in C
from itertools import repeat
x = 5 in repeat(4)

# %% deque-in-c | hang | consumes an infinite iterator in C
from collections import deque
from itertools import count
deque(count(), maxlen=0)

# %% all-in-c | hang | all() of an infinite iterator
from itertools import cycle
all(cycle([1]))

# %% memory-bytes | memory | one large thing
x = bytearray(1 << 40)
print(PWNED, len(x))

# %% memory-list | memory | many small things
x = []
print("started")
while True:
    x.append(bytearray(10_000_000))

# %% memory-touch | memory | touches four gigabytes
x = [bytearray(b"x" * (64 << 20)) for n in range(64)]
print(PWNED, len(x))

# %% memory-string | memory | doubles a string
s = "x"
while True:
    s += s

# %% memory-caught | memory | goes on after a MemoryError
x = []
for n in range(200):
    try:
        x.append(bytearray(64 << 20))
    except MemoryError:
        pass
print("kept", len(x) < 80)

# %% memory-dict | memory | a dictionary without end
d = {}
n = 0
while True:
    d[n] = str(n) * 50
    n += 1

# %% memory-threads | memory | from many threads
import threading
def eat():
    x = []
    while True:
        x.append(bytearray(32 << 20))
for n in range(8):
    threading.Thread(target=eat).start()

# %% memory-json | memory | a nested document
import json
s = "[" * 10_000_000
json.loads(s)

# %% memory-zip-bomb | memory | a zip which explodes
import zlib
z = zlib.compress(b"\0" * (200 << 20), 9)
x = []
while True:
    x.append(zlib.decompress(z))

# %% memory-format | memory | a wide format
print(len("%*d" % (2**31 - 1, 1)))

# %% memory-int | memory | a very long number
x = 1 << (1 << 34)
print("made")

# %% memory-exception | memory | a large exception
raise ValueError("x" * 300_000_000)

# %% memory-result | memory | a large result
result = "x" * 300_000_000

# %% memory-locals | memory | a result which grows while shown
class R:
    def __repr__(self):
        return "x" * (1 << 40)
R()

# %% output-large | output | a hundred megabytes
import sys
for n in range(1600):
    sys.stdout.write("y" * 65536)

# %% output-line | output | one long line
print("z" * 50_000_000)

# %% output-stderr | output | a hundred megabytes of errors
import sys
for n in range(1600):
    sys.stderr.write("e" * 65536)

# %% output-both | output | both at once from threads
import sys, threading
def w(f):
    for n in range(20000):
        f.write("line %d\n" % n)
a = [threading.Thread(target=w, args=(f,)) for f in (sys.stdout, sys.stderr)]
[t.start() for t in a]; [t.join() for t in a]

# %% output-fd | output | past sys.stdout
import os
for n in range(500):
    os.write(1, b"q" * 65536)
    os.write(2, b"q" * 65536)

# %% output-unicode | output | characters which grow in JSON
print("\u0000\u0001\U0001f600" * 3_000_000)

# %% output-closed | output | closes its output and goes on
import os, sys
print("before")
os.close(1); os.close(2)
print("after")

# %% output-nonblocking | output | a descriptor which does not wait
import os
os.set_blocking(1, False)
print("x" * 1_000_000)
os.set_blocking(1, True)
print("end")

# %% recursion | hang | too deep
def f(n):
    return f(n + 1)
f(0)

# %% recursion-limit | hang | too deep, with the limit raised
import sys
sys.setrecursionlimit(10**9)
def f(n):
    return f(n + 1)
f(0)

# %% recursion-c | hang | too deep in C
x = []
for n in range(5_000_000):
    x = [x]
repr(x)

# %% recursion-getattr | hang | attribute access without end
class A:
    def __getattr__(self, n):
        return getattr(self, n + "x")
A().y

# %% recursion-parser | hang | source too deep
eval("(" * 100000 + ")" * 100000)

# %% recursion-ast | hang | a tree too deep for the compiler
eval("-" * 200_000 + "1")

# %% recursion-traceback | hang | a chain of exceptions without end
e = None
for n in range(50_000):
    f = ValueError(n)
    f.__cause__ = e
    e = f
raise e

# %% exception-cycle | hang | a chain of exceptions that is a circle
a, b = ValueError("a"), ValueError("b")
a.__cause__, b.__cause__ = b, a
raise a

# %% exception-group | hang | groups within groups
e = ValueError(1)
for n in range(3000):
    e = ExceptionGroup("g", [e])
raise e

# %% deep-free | hang | a deep structure freed
x = None
for n in range(3_000_000):
    x = (x,)
del x
print("freed")

# %% threads | hang | as many threads as there are
import threading, time
n = 0
try:
    while n < 20000:
        threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
        n += 1
except RuntimeError:
    pass
print("refused" if n < 5000 else PWNED)

# %% threads-alive | hang | threads that the exit would wait for
import threading, time
for n in range(20):
    threading.Thread(target=time.sleep, args=(1000,)).start()
print("main is done")

# %% descriptors | hang | as many descriptors as there are
import os
fds = []
try:
    while True:
        fds.append(os.open(".", os.O_RDONLY))
except OSError as e:
    print(e, len(fds) < 100_000)

# %% pipes | hang | kernel memory by pipes
import os
n = 0
try:
    while n < 50000:
        os.pipe()
        n += 1
except OSError as e:
    print("refused")

# %% disk | file | a large file
with open("big", "wb") as f:
    for n in range(4096):
        f.write(b"x" * (1 << 20))
print(PWNED)

# %% disk-many | file | many large files
for n in range(200):
    with open(f"big{n}", "wb") as f:
        f.write(b"x" * (20 << 20))
print(PWNED)

# %% disk-sparse | file | a sparse file
with open("sparse", "wb") as f:
    f.truncate(1 << 40)
print(PWNED)

# %% disk-fallocate | file | allocated by the kernel
import os
fd = os.open("a", os.O_CREAT | os.O_WRONLY)
os.posix_fallocate(fd, 0, 4 << 30)
print(PWNED)

# %% cpu-threads | hang | all processors, held in C
import threading, hashlib
def burn():
    while True:
        hashlib.pbkdf2_hmac("sha512", b"a", b"b", 10**6)
for n in range(8):
    threading.Thread(target=burn).start()

# %% aws-loop | hang | calls AWS for ever
import boto3
c = boto3.client("cloudwatch")
while True:
    c.describe_alarms()

# %% aws-threads | hang | calls AWS from many threads for ever
import boto3, threading
c = boto3.client("cloudwatch")
def go():
    while True:
        c.describe_alarms()
for n in range(40):
    threading.Thread(target=go).start()

# %% aws-huge-params | hang | a request of fifty megabytes
import boto3
try:
    boto3.client("logs").filter_log_events(logGroupName="/ecs/web", filterPattern="x" * 50_000_000)
except Exception as e:
    print(type(e).__name__)

# %% aws-many-clients | hang | clients without end
import boto3
for n in range(3000):
    boto3.client("cloudwatch", region_name=f"us-east-{n % 2 + 1}")

# %% aws-waiter | hang | a waiter that waits for ever
import boto3
boto3.client("ecs").get_waiter("services_stable").wait(cluster="shop", services=["none"], WaiterConfig={"Delay": 1000, "MaxAttempts": 1000})

# %% aws-abandoned | hang | ends while calls are under way
import boto3, threading, os
c = boto3.client("cloudwatch")
for n in range(20):
    threading.Thread(target=c.describe_alarms, daemon=True).start()
print("ending")
os._exit(0)

# %% gc-off | memory | garbage without collection
class A:
    pass
import gc
gc.disable()
while True:
    a = A(); a.a = a; a.b = bytearray(100_000)

# %% hash-collisions | hang | a slow dictionary
class H:
    def __hash__(self):
        return 1
    def __eq__(self, o):
        return self is o
d = {H(): n for n in range(10**6)}

# %% int-to-str | hang | a slow conversion
import sys
sys.set_int_max_str_digits(0)
print(len(str(3 ** 30_000_000)))

# %% decimal | hang | a precision without sense
import decimal
decimal.getcontext().prec = 999999999
decimal.Decimal(1) / decimal.Decimal(3)

# %% fraction | hang | a power of a fraction
from fractions import Fraction
print(Fraction("1e1000000000"))

# %% random | hang | a permutation without end
import itertools
n = sum(1 for _ in itertools.permutations(range(20)))

# %% difflib | hang | a comparison of long texts
import difflib
a = [str(n % 7) for n in range(200_000)]
print(len(list(difflib.ndiff(a, a[::-1]))))

# %% ip-hosts | memory | every address
import ipaddress
print(len(list(ipaddress.ip_network("::/64").hosts())))

# %% sys-exit-in-threads | hang | exits everywhere
import sys, threading
for n in range(5):
    threading.Thread(target=sys.exit, args=("bye",)).start()
sys.exit("really")

# %% threads-off-the-list | hang | threads that take themselves off the list that counts them
import threading, time
begun = []
def body():
    threading.current_thread()._delete()
    begun.append(1); time.sleep(2)
try:
    for _ in range(400):
        threading.Thread(target=body, daemon=True).start()
        time.sleep(0.001)
except RuntimeError as e: print(e)
print(PWNED if len(begun) > 70 else "bounded")

# %% aws-gateway-path | hang | a name that takes a pattern long to compare, if it is put into a path
import boto3
try:
    boto3.client("apigatewayv2").get_api(ApiId="::/restapis/a/stages/" * 5000)
except Exception as e:
    print(str(e)[:200])

# %% aws-gateway-laughs | memory | parameters that name each other, for whoever puts them into a path one by one
import boto3
c = boto3.client("apigateway")
c.meta.config.parameter_validation = False
try:
    c.get_rest_api(**{"restapi_id": "{a}" * 2000, "a": "{b}" * 1000, "b": "x" * 120})
except Exception as e:
    print(str(e)[:200])

# %% aws-keys | hang | many parameters on every connection, after which the program is gone
import boto3, threading, time
c = boto3.client("apigateway")
c.meta.config.parameter_validation = False
def go(j):
    try:
        c.get_rest_api(restApiId="x", **{f"k{j}_{i}": 1 for i in range(60000)})
    except Exception as e:
        print(str(e)[:80])
for j in range(10):
    threading.Thread(target=go, args=(j,), daemon=True).start()
time.sleep(1.5)

# %% aws-times | hang | times that take long to read, after which the program is gone
import boto3, threading, time
c = boto3.client("cloudwatch")
c.meta.config.parameter_validation = False
def go():
    try:
        c.describe_alarm_history(StartDate="1." * 450000)
    except Exception as e:
        print(str(e)[:80])
for n in range(10):
    threading.Thread(target=go, daemon=True).start()
time.sleep(1.2)

# %% aws-all-services | memory | a question for each service, so that the handler reads every description
import boto3
c = boto3.client("sts")
names = boto3.session.Session().get_available_services()
model = c.meta.service_model
operation = model.operation_model("GetCallerIdentity")
class Fake:
    service_id = model.service_id
    service_name = ""
    def operation_model(self, name):
        return operation
fake = Fake()
type(c.meta).service_model = property(lambda self: fake)
for fake.service_name in names:
    try:
        c._make_api_call("GetCallerIdentity", {})
    except Exception as e:
        print(str(e)[:40])
