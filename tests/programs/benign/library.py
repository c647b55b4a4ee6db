# The standard library, as investigations use it.

# %% json
import json
from datetime import datetime
class E(json.JSONEncoder):
    def default(self, o):
        return o.isoformat() if isinstance(o, datetime) else super().default(o)
print(json.dumps({"t": datetime(2024, 1, 1), "n": [1, 2.5, None, True]}, cls=E, sort_keys=True))
print(json.loads('{"a": {"b": [1]}}', object_hook=lambda d: d))
try:
    json.loads("{bad")
except json.JSONDecodeError as e:
    print(e.msg, e.pos)

# %% csv-write
import csv, io
b = io.StringIO()
w = csv.DictWriter(b, fieldnames=["name", "n"])
w.writeheader()
w.writerow({"name": "a,b", "n": 1})
print(b.getvalue())

# %% csv-read
import csv
from io import StringIO
rows = list(csv.DictReader(StringIO("a,b\n1,2\n3,\"x,y\"\n")))
print(rows, [r["b"] for r in rows])

# %% csv-file
import csv
with open("out.csv", "w", newline="") as f:
    csv.writer(f).writerows([["a", 1], ["b", 2]])
with open("out.csv") as f:
    print(list(csv.reader(f)))

# %% gzip
import gzip, io
z = gzip.compress(b"hello " * 100)
print(len(z) < 600, gzip.decompress(z)[:5])
b = io.BytesIO()
with gzip.GzipFile(fileobj=b, mode="wb") as f:
    f.write(b"line1\nline2\n")
b.seek(0)
print(gzip.GzipFile(fileobj=b).read().decode().splitlines())

# %% gzip-file
import gzip
with gzip.open("a.gz", "wt") as f:
    f.write("text")
print(gzip.open("a.gz", "rt").read())

# %% zip-memory
import zipfile, io
b = io.BytesIO()
with zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("a/b.txt", "content")
print(zipfile.ZipFile(b).namelist(), zipfile.ZipFile(b).read("a/b.txt"))

# %% tar-memory
import tarfile, io
b = io.BytesIO()
with tarfile.open(fileobj=b, mode="w:gz") as t:
    info = tarfile.TarInfo("x.txt")
    info.size = 3
    t.addfile(info, io.BytesIO(b"abc"))
b.seek(0)
with tarfile.open(fileobj=b) as t:
    print(t.getnames(), t.extractfile("x.txt").read())

# %% zlib-base64
import zlib, base64
print(zlib.decompress(zlib.compress(b"abc")), base64.b64encode(b"abc").decode(), base64.urlsafe_b64decode("YWJj"), base64.b32encode(b"a"))

# %% cloudwatch-logs-payload
import base64, gzip, json
payload = base64.b64encode(gzip.compress(json.dumps({"logGroup": "g", "logEvents": [{"message": "m"}]}).encode()))
d = json.loads(gzip.decompress(base64.b64decode(payload)))
print(d["logEvents"][0]["message"])

# %% datetime
from datetime import datetime, timedelta, timezone, date
t = datetime(2024, 3, 10, 15, 30, tzinfo=timezone.utc)
print(t.isoformat(), (t + timedelta(days=1, hours=2)).strftime("%Y-%m-%d %H:%M %Z"), t.timestamp(), date(2024, 2, 29).weekday(), (t - datetime(2024, 1, 1, tzinfo=timezone.utc)).total_seconds())

# %% datetime-module
import datetime
print(datetime.datetime(2024, 1, 1).date(), datetime.timedelta(minutes=90), datetime.UTC, datetime.date.fromisoformat("2024-05-06").isocalendar())

# %% strptime
from datetime import datetime
print(datetime.strptime("2024-01-15T10:30:00Z", "%Y-%m-%dT%H:%M:%SZ"), datetime.strptime("Jan 5 2024", "%b %d %Y").date(), datetime.fromisoformat("2024-01-01T00:00:00+00:00"))

# %% strptime-time
import time
print(time.strptime("30 Nov 00", "%d %b %y").tm_year, time.strftime("%Y", time.gmtime(0)))

# %% zoneinfo
from zoneinfo import ZoneInfo
from datetime import datetime
t = datetime(2024, 7, 1, 12, tzinfo=ZoneInfo("UTC"))
print(t.astimezone(ZoneInfo("America/New_York")), t.astimezone(ZoneInfo("Europe/Berlin")).tzname())

# %% time
import time
a = time.perf_counter()
time.sleep(0.01)
print(time.perf_counter() > a, time.monotonic() > 0, isinstance(time.time(), float), time.time_ns() > 0)

# %% calendar
import calendar
print(calendar.monthrange(2024, 2), calendar.timegm((2024, 1, 1, 0, 0, 0)), calendar.day_name[0], calendar.isleap(2024))

# %% collections
from collections import Counter, defaultdict, OrderedDict, deque, namedtuple, ChainMap
c = Counter("mississippi")
d = defaultdict(list)
for k, v in [("a", 1), ("b", 2), ("a", 3)]:
    d[k].append(v)
q = deque(range(5), maxlen=3)
q.rotate(1)
P = namedtuple("P", "x y")
print(c.most_common(2), dict(d), list(OrderedDict(a=1)), list(q), P(1, 2)._replace(x=5), ChainMap({"a": 1}, {"b": 2})["b"], c - Counter("miss"))

# %% itertools
from itertools import chain, combinations, groupby, islice, accumulate, product, count, cycle, zip_longest, tee, takewhile, pairwise, batched, starmap
rows = sorted([("a", 1), ("b", 2), ("a", 3)])
print({k: [v for _, v in g] for k, g in groupby(rows, key=lambda r: r[0])})
print(list(combinations("abc", 2))[:2], list(islice(count(5, 2), 3)), list(accumulate([1, 2, 3])), list(zip_longest([1], [2, 3])), list(pairwise([1, 2, 3])), list(batched("abcde", 2)))

# %% functools
from functools import lru_cache, partial, reduce, wraps, singledispatch, cached_property, total_ordering, cmp_to_key, cache
@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(50), fib.cache_info().hits, partial(int, base=2)("101"), reduce(lambda a, b: a * b, [1, 2, 3, 4]))

# %% singledispatch
from functools import singledispatch, singledispatchmethod
@singledispatch
def show(x): return "thing"
@show.register
def _(x: int): return f"int {x}"
@show.register(list)
def _(x): return f"list {len(x)}"
print(show(1), show([1]), show("s"))

# %% cached-property
from functools import cached_property, total_ordering
@total_ordering
class V:
    def __init__(self, n): self.n = n
    @cached_property
    def sq(self): print("computed"); return self.n ** 2
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n
v = V(3)
print(v.sq, v.sq, V(1) <= V(2))

# %% contextlib
from contextlib import contextmanager, suppress, ExitStack, closing, nullcontext
@contextmanager
def section(n):
    print("start", n)
    try:
        yield n
    finally:
        print("end", n)
with section("a"), suppress(KeyError):
    {}["x"]
with ExitStack() as s:
    print([s.enter_context(section(i)) for i in range(2)])

# %% operator
from operator import itemgetter, attrgetter, methodcaller, add
rows = [{"n": 2, "a": {"x": 1}}, {"n": 1, "a": {"x": 5}}]
print(sorted(rows, key=itemgetter("n"))[0]["n"], add(1, 2), methodcaller("upper")("x"), attrgetter("real")(5))

# %% re
import re
text = "2024-01-15 ERROR [req-123] Timeout after 30s; 2024-01-16 WARN [req-456] slow"
p = re.compile(r"(?P<date>\d{4}-\d\d-\d\d) (?P<level>\w+) \[(?P<id>[^\]]+)\]")
print([m.groupdict() for m in p.finditer(text)])
print(re.findall(r"\d+s\b", text), re.sub(r"(\w+)-(\d+)", r"\2-\1", "req-1"), re.split(r"[;,]\s*", "a; b,c"), bool(re.fullmatch("a+", "aaa")), re.escape("a.b"))
print(re.search("error", text, re.IGNORECASE).span(), re.sub(r"\d+", lambda m: str(int(m[0]) + 1), "a1b2"))

# %% string-module
import string
print(string.ascii_lowercase[:3], string.digits, string.Template("Hi $name ${x}").substitute(name="A", x=1), string.capwords("a b"), string.Template("$a $b").safe_substitute(a=1))

# %% string-formatter
import string
print(string.Formatter().format("{0} {a:>4}", 1, a="x"))

# %% textwrap
import textwrap
print(textwrap.fill("the quick brown fox jumps over the lazy dog", 20))
print(textwrap.dedent("""
    a
      b
""").strip(), textwrap.shorten("hello big world", 11), textwrap.indent("x\ny", "> "))

# %% difflib
import difflib
print("\n".join(difflib.unified_diff(["a", "b"], ["a", "c"], "old", "new", lineterm="")))
print(difflib.get_close_matches("appel", ["ape", "apple", "peach"]), round(difflib.SequenceMatcher(None, "abc", "abd").ratio(), 2))

# %% fnmatch-glob
import fnmatch, glob, os
for n in ("a.log", "b.log", "c.txt"):
    open(n, "w").close()
print(sorted(glob.glob("*.log")), fnmatch.filter(os.listdir("."), "*.txt"), fnmatch.fnmatch("orders-1", "orders-*"))

# %% ipaddress
import ipaddress
n = ipaddress.ip_network("10.0.0.0/24")
print(ipaddress.ip_address("10.0.0.5") in n, n.num_addresses, ipaddress.ip_address("8.8.8.8").is_private, list(n.subnets(new_prefix=26))[1], ipaddress.IPv6Address("::1").is_loopback)

# %% hashlib
import hashlib, hmac
print(hashlib.md5(b"a").hexdigest(), hashlib.sha256(b"a").hexdigest()[:16], hmac.new(b"k", b"m", hashlib.sha256).hexdigest()[:8], hashlib.new("sha1", b"x").hexdigest()[:8])

# %% uuid
import uuid
u = uuid.uuid4()
print(len(str(u)), u.version, uuid.UUID("12345678-1234-5678-1234-567812345678").int > 0, uuid.uuid5(uuid.NAMESPACE_DNS, "a.com"))

# %% uuid1
import uuid
print(uuid.uuid1().version)

# %% urllib-parse
from urllib.parse import urlparse, parse_qs, urlencode, quote, unquote, urljoin, quote_plus
u = urlparse("https://user@host:8080/p/a?q=1&q=2#f")
print(u.hostname, u.port, parse_qs(u.query), urlencode({"a": "b c"}), quote("/x y"), unquote("%2F"), urljoin("http://a/b", "c"), quote_plus("a b"))

# %% math-statistics
import math, statistics
x = [2, 4, 4, 4, 5, 5, 7, 9]
print(math.ceil(1.2), math.log10(1000), math.isclose(0.1 + 0.2, 0.3), math.gcd(12, 18), math.inf > 1, math.comb(5, 2), math.hypot(3, 4))
print(statistics.mean(x), statistics.median(x), statistics.pstdev(x), statistics.mode(x), statistics.quantiles(x, n=4))

# %% percentiles
def percentile(xs, p):
    xs = sorted(xs)
    k = (len(xs) - 1) * p / 100
    f = int(k)
    c = min(f + 1, len(xs) - 1)
    return xs[f] + (xs[c] - xs[f]) * (k - f)
xs = [n * n for n in range(101)]
print({p: percentile(xs, p) for p in (50, 90, 95, 99)})

# %% random
import random
random.seed(42)
print(random.randint(1, 100), round(random.random(), 4), random.choice("abc"), random.sample(range(10), 3))
r = random.Random(7)
x = [1, 2, 3, 4]
r.shuffle(x)
print(x, round(r.gauss(0, 1), 3))

# %% random-unseeded
import random, secrets
print(0 <= random.random() < 1, random.randint(5, 5), len(secrets.token_hex(4)))

# %% decimal-fractions
from decimal import Decimal, ROUND_HALF_UP, getcontext, localcontext
from fractions import Fraction
print(Decimal("0.1") + Decimal("0.2"), Decimal("2.675").quantize(Decimal("0.01"), ROUND_HALF_UP), Fraction(1, 3) + Fraction(1, 6), float(Fraction("0.125")))
with localcontext() as c:
    c.prec = 5
    print(Decimal(1) / 3)

# %% heapq-bisect
import heapq, bisect
h = [5, 1, 4]
heapq.heapify(h)
heapq.heappush(h, 0)
print(heapq.heappop(h), heapq.nlargest(2, [1, 5, 3]), heapq.nsmallest(1, [3, 2]), list(heapq.merge([1, 4], [2])))
x = [1, 3, 5]
bisect.insort(x, 4)
print(x, bisect.bisect_left(x, 3))

# %% array-struct
import array, struct
a = array.array("i", [1, 2, 3])
print(a.tolist(), struct.unpack(">HI", struct.pack(">HI", 1, 2)), struct.calcsize("<q"))

# %% stringio-bytesio
from io import StringIO, BytesIO, TextIOWrapper
s = StringIO()
s.write("a\nb\n")
s.seek(0)
print(s.readlines(), BytesIO(b"xyz").read(2), TextIOWrapper(BytesIO("é".encode()), encoding="utf-8").read())

# %% logging
import logging
logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
log = logging.getLogger("probe")
log.info("hello %s", "x")
log.debug("hidden")
log.warning("careful")

# %% logging-stdout
import logging, sys
logger = logging.getLogger(__name__)
logger.setLevel(logging.DEBUG)
h = logging.StreamHandler(sys.stdout)
h.setFormatter(logging.Formatter("[%(levelname)s] %(message)s"))
logger.addHandler(h)
logger.error("bad %d", 5)
logger.debug("fine")
print(logger.isEnabledFor(logging.DEBUG), logging.getLevelName(20))

# %% logging-exception
import logging, io
b = io.StringIO()
logging.basicConfig(stream=b, level=logging.INFO)
try:
    1 / 0
except ZeroDivisionError:
    logging.exception("failed")
print(b.getvalue().splitlines()[0], b.getvalue().splitlines()[-1])

# %% logging-default-warning
import logging
logging.warning("shown on stderr")
logging.info("not shown")

# %% warnings
import warnings
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always")
    warnings.warn("old", DeprecationWarning)
    print(len(w), w[0].category.__name__, str(w[0].message))
warnings.filterwarnings("ignore")
warnings.warn("silent")

# %% warnings-error
import warnings
warnings.simplefilter("error")
try:
    warnings.warn("bad", UserWarning)
except UserWarning as e:
    print("raised", e)

# %% pprint
from pprint import pprint, pformat
pprint({"b": [1, 2, 3], "a": {"nested": "x" * 40, "other": list(range(20))}}, width=50)
print(pformat({"k": 1}))

# %% enum-dataclass-json
import json
from dataclasses import dataclass, asdict
from enum import Enum
class S(str, Enum):
    OK = "ok"
@dataclass
class R:
    s: S
    n: int
print(json.dumps(asdict(R(S.OK, 1))))

# %% html
import html
print(html.escape("<a href='x'>"), html.unescape("&lt;b&gt; &eacute;"))

# %% shlex
import shlex
print(shlex.split("aws logs tail '/aws/lambda/x y' --since 1h"), shlex.quote("a b"), shlex.join(["a", "b c"]))

# %% http-status
from http import HTTPStatus
print(HTTPStatus(404).phrase, HTTPStatus.OK.value, HTTPStatus.TOO_MANY_REQUESTS)

# %% os-environ
import os
print(os.environ.get("NOT_SET", "default"), os.getenv("ALSO_NOT_SET"), "NOPE" in os.environ)
os.environ["MINE"] = "1"
print(os.environ["MINE"])
try:
    os.environ["MISSING"]
except KeyError as e:
    print("missing", e)

# %% os-region
import os
print(os.environ.get("AWS_REGION", os.environ.get("AWS_DEFAULT_REGION", "us-east-1")))

# %% os-path
import os
print(os.path.join("a", "b", "c.txt"), os.path.splitext("x.tar.gz"), os.path.dirname("/a/b/c"), os.path.basename("/a/b"), os.path.exists("/no/such"), os.path.normpath("a/../b"), os.sep, os.linesep == "\n", os.path.isabs("/x"))

# %% os-files
import os
os.makedirs("data/sub", exist_ok=True)
with open(os.path.join("data", "sub", "a.txt"), "w") as f:
    f.write("hello\nworld\n")
print(os.listdir("data"), os.path.getsize("data/sub/a.txt"), os.path.isfile("data/sub/a.txt"), os.path.isdir("data"))
for top, dirs, files in os.walk("data"):
    print(top, dirs, files)
os.remove("data/sub/a.txt")
os.rmdir("data/sub")
print(os.listdir("data"))

# %% os-misc
import os
print(os.name, os.cpu_count() > 0, os.getpid() > 0, os.path.isdir(os.getcwd()))

# %% sys-facts
import sys
print(sys.version_info.major, sys.platform, sys.maxsize > 2**32, sys.byteorder, sys.getsizeof([]) > 0, sys.getrecursionlimit() >= 1000, sys.float_info.dig)

# %% sys-argv-version
import sys
print(type(sys.argv).__name__, sys.version.split()[0].count("."), sys.getdefaultencoding())

# %% platform
import platform
print(platform.system(), platform.python_version().startswith("3."), platform.python_implementation(), bool(platform.machine()))

# %% files-text
with open("notes.txt", "w", encoding="utf-8") as f:
    f.write("first\n")
    f.writelines(["second\n", "thïrd\n"])
with open("notes.txt", encoding="utf-8") as f:
    for i, line in enumerate(f, 1):
        print(i, line.rstrip())
with open("notes.txt", "a") as f:
    print(f.tell() > 0)

# %% files-binary
with open("b.bin", "wb") as f:
    f.write(bytes(range(10)))
with open("b.bin", "rb") as f:
    f.seek(5)
    print(f.read(2), f.tell())

# %% files-missing
try:
    open("does-not-exist.txt")
except FileNotFoundError as e:
    print(e.errno, e.filename, e.strerror)

# %% files-tmp
import json
path = "/tmp/report.json"
with open(path, "w") as f:
    json.dump({"a": 1}, f)
with open(path) as f:
    print(json.load(f))

# %% files-tmp-os
import os
os.makedirs("/tmp/job/out", exist_ok=True)
with open("/tmp/job/out/a.txt", "w") as f:
    f.write("x")
print(os.path.exists("/tmp/job/out/a.txt"), os.listdir("/tmp/job/out"), os.path.getsize("/tmp/job/out/a.txt"))
os.remove("/tmp/job/out/a.txt")
print(os.listdir("/tmp/job/out"))

# %% files-tmp-pathlib
from pathlib import Path
p = Path("/tmp") / "notes.txt"
p.write_text("hello")
print(p.read_text(), p.exists(), p.suffix)
p.unlink()

# %% files-tmp-csv-gzip
import csv, gzip, zipfile
with open("/tmp/a.csv", "w", newline="") as f:
    csv.writer(f).writerow([1, 2])
with gzip.open("/tmp/a.gz", "wb") as f:
    f.write(b"zz")
with zipfile.ZipFile("/tmp/a.zip", "w") as z:
    z.writestr("x", "y")
print(open("/tmp/a.csv").read().strip(), gzip.open("/tmp/a.gz").read(), zipfile.ZipFile("/tmp/a.zip").namelist())

# %% tempfile
import tempfile, os
with tempfile.NamedTemporaryFile("w+", suffix=".txt") as f:
    f.write("abc")
    f.seek(0)
    print(f.read(), os.path.exists(f.name))
with tempfile.TemporaryDirectory() as d:
    p = os.path.join(d, "x")
    open(p, "w").close()
    print(os.listdir(d))
print(os.path.exists(d))

# %% tempfile-more
import tempfile
t = tempfile.TemporaryFile()
t.write(b"x"); t.seek(0)
print(t.read())
s = tempfile.SpooledTemporaryFile()
s.write(b"y"); s.seek(0)
print(s.read())

# %% pathlib
from pathlib import Path, PurePosixPath
p = Path("dir")
p.mkdir(exist_ok=True)
(p / "a.txt").write_text("1\n2\n")
(p / "b.md").touch()
print(sorted(x.name for x in p.iterdir()), [x.name for x in p.glob("*.txt")], (p / "a.txt").read_text().split(), (p / "a.txt").stat().st_size, PurePosixPath("/a/b.c").stem, p.exists(), (p / "zz").exists())

# %% shutil-ordinary
import shutil
open("a.txt", "w").write("x")
shutil.copy("a.txt", "b.txt")
print(open("b.txt").read())

# %% configparser
import configparser
c = configparser.ConfigParser()
c.read_string("[a]\nx = 1\ny = true\n")
print(c["a"].getint("x"), c.getboolean("a", "y"), c.sections())

# %% argparse
import argparse
p = argparse.ArgumentParser()
p.add_argument("--hours", type=int, default=3)
p.add_argument("names", nargs="*")
a = p.parse_args(["--hours", "5", "x"])
print(a.hours, a.names)

# %% xml
import xml.etree.ElementTree as ET
root = ET.fromstring("<r><i n='1'>a</i><i n='2'>b</i></r>")
print([(i.get("n"), i.text) for i in root.findall("i")], ET.tostring(root.find("i")))

# %% ast-literal
import ast
print(ast.literal_eval("{'a': [1, 2, (3,)]}"), type(ast.parse("x = 1").body[0]).__name__)

# %% inspect-signature
import inspect
def f(a, b=1, *c, d, **e): ...
print(inspect.signature(f), inspect.isfunction(f), list(inspect.signature(f).parameters))

# %% types
import types
n = types.SimpleNamespace(a=1, b=2)
print(n, isinstance(f := (lambda: 0), types.FunctionType), types.MappingProxyType({"a": 1})["a"])

# %% codecs-binascii
import codecs, binascii
print(codecs.encode("abc", "rot13"), binascii.hexlify(b"ab"), binascii.crc32(b"x"), codecs.lookup("utf-8").name)

# %% unicodedata
import unicodedata
print(unicodedata.normalize("NFKD", "é").encode("ascii", "ignore"), unicodedata.name("é"))

# %% numbers-locale-free
print(f"{1234567:,}", format(0.5, ".0%"), "{:.3g}".format(123456))

# %% quopri-email
from email.message import EmailMessage
from email.utils import parsedate_to_datetime, formatdate
m = EmailMessage()
m["Subject"] = "Hi"
m.set_content("body")
print(m["Subject"], m.get_content().strip(), parsedate_to_datetime("Mon, 01 Jan 2024 00:00:00 +0000").year)

# %% graphlib
from graphlib import TopologicalSorter
print(list(TopologicalSorter({"b": {"a"}, "c": {"b"}}).static_order()))

# %% abc-collections
from collections.abc import Mapping, Iterable, Callable, Generator
class M(Mapping):
    def __init__(self, d): self.d = d
    def __getitem__(self, k): return self.d[k]
    def __iter__(self): return iter(self.d)
    def __len__(self): return len(self.d)
m = M({"a": 1})
print(m.get("a"), "a" in m, dict(m), isinstance(m, Iterable))

# %% userdict
from collections import UserDict, UserList
class D(UserDict):
    def __missing__(self, k): return f"no {k}"
print(D(a=1)["a"], D()["q"])

# %% bytes-human
def human(n):
    for unit in ("B", "KB", "MB", "GB"):
        if n < 1024:
            return f"{n:.1f} {unit}"
        n /= 1024
    return f"{n:.1f} TB"
print([human(n) for n in (5, 2048, 5 << 20, 3 << 30)])

# %% log-parser
from dataclasses import dataclass
from collections import Counter
import re
LOG = """\
2024-01-15T10:00:00Z INFO start
2024-01-15T10:00:05Z ERROR db timeout (attempt 1)
2024-01-15T10:00:09Z ERROR db timeout (attempt 2)
2024-01-15T10:01:00Z WARN retrying
"""
@dataclass
class Line:
    at: str
    level: str
    text: str
lines = [Line(*re.match(r"(\S+) (\w+) (.*)", l).groups()) for l in LOG.splitlines() if l]
print(Counter(l.level for l in lines))
print([l.at[11:19] for l in lines if l.level == "ERROR"])

# %% time-buckets
from datetime import datetime, timedelta
from collections import Counter
start = datetime(2024, 1, 1)
events = [start + timedelta(minutes=7 * n) for n in range(20)]
buckets = Counter(t.replace(minute=t.minute // 15 * 15) for t in events)
for t, n in sorted(buckets.items()):
    print(t.strftime("%H:%M"), "#" * n)

# %% correlation
from statistics import mean, stdev, correlation, linear_regression
a = [1, 2, 3, 4, 5]
b = [2.1, 3.9, 6.2, 8.0, 9.8]
print(round(correlation(a, b), 3), round(linear_regression(a, b).slope, 2), round(stdev(b), 3))

# %% anomaly
import statistics
xs = [10, 11, 9, 10, 12, 10, 95, 11]
m, s = statistics.mean(xs), statistics.stdev(xs)
print([(i, x) for i, x in enumerate(xs) if abs(x - m) > 2 * s])

# %% sqlite-memory
try:
    import sqlite3
    c = sqlite3.connect(":memory:")
    c.execute("create table t (a int)")
    c.executemany("insert into t values (?)", [(1,), (2,)])
    print(c.execute("select sum(a) from t").fetchone()[0])
except ImportError:
    print(3)

# %% jmespath
try:
    import jmespath
    print(jmespath.search("a[?b>`1`].c", {"a": [{"b": 1, "c": "x"}, {"b": 2, "c": "y"}]}))
except ImportError:
    print(["y"])

# %% dateutil
try:
    from dateutil import parser
    print(parser.parse("2024-01-15T10:30:00Z").year)
except ImportError:
    print(2024)

# %% dateutil-relativedelta
try:
    from dateutil.relativedelta import relativedelta
    from datetime import date
    print(date(2024, 1, 31) + relativedelta(months=1))
except ImportError:
    print("2024-02-29")

# %% main-class-style
import sys
import json
import logging
from typing import Dict, List
logger = logging.getLogger(__name__)
class Analyzer:
    """Analyses."""
    def __init__(self, data: List[Dict]) -> None:
        self.data = data
    def by(self, key: str) -> Dict[str, int]:
        out: Dict[str, int] = {}
        for row in self.data:
            out[row[key]] = out.get(row[key], 0) + 1
        return out
def main() -> None:
    a = Analyzer([{"t": "x"}, {"t": "y"}, {"t": "x"}])
    json.dump(a.by("t"), sys.stdout, indent=2)
    print()
if __name__ == "__main__":
    main()

# %% no-print-function-return
def compute():
    return {"answer": 42}
compute()

# %% tuple-value
1, "a", None

# %% long-result
result = list(range(100))

# %% set-result
result = {3}

# %% datetime-result
import datetime
result = datetime.datetime(2024, 1, 1)

# %% decimal-result
from decimal import Decimal
Decimal("1.50")

# %% ordered-output
import sys
for n in range(3):
    print("out", n)
    print("err", n, file=sys.stderr)
