# Processes, signals and everything that outlives a call.

# %% os-system | process | the plain one
import os
os.system(f"touch {OUTSIDE}/marker")

# %% os-popen | process | output of a command
import os
out = os.popen("echo got").read()
if out == "got\n":
    print(PWNED)

# %% os-execv | process | becomes another program
import os
os.execv("/bin/sh", ["sh", "-c", f"touch {OUTSIDE}/marker; echo forged"])

# %% os-execvpe | process | the same with an environment
import os
os.execvpe("touch", ["touch", f"{OUTSIDE}/marker"], {"PATH": "/bin:/usr/bin"})

# %% os-fork | process | a second self
import os
pid = os.fork()
if pid == 0:
    os._exit(0)
print(PWNED, os.waitpid(pid, 0))

# %% os-forkpty | process | a second self with a terminal
import os
pid, fd = os.forkpty()
if pid == 0:
    os._exit(0)
print(PWNED, pid, fd)

# %% os-posix-spawn | process | posix_spawn
import os
pid = os.posix_spawn("/bin/touch", ["touch", f"{OUTSIDE}/marker"], {})
os.waitpid(pid, 0)

# %% os-posix-spawnp | process | posix_spawnp
import os
os.waitpid(os.posix_spawnp("touch", ["touch", f"{OUTSIDE}/marker"], {"PATH": "/bin:/usr/bin"}), 0)

# %% os-spawnv | process | spawnv
import os
os.spawnv(os.P_WAIT, "/bin/touch", ["touch", f"{OUTSIDE}/marker"])

# %% os-spawnlp | process | spawnlp
import os
os.spawnlp(os.P_NOWAIT, "touch", "touch", f"{OUTSIDE}/marker")

# %% daemon | stray | a process in a session of its own
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)
    os._exit(0)

# %% daemon-outlives | stray | a child that outlives the deadline of the call
import os, time
if os.fork() == 0:
    os.setsid()
    for n in range(600):
        time.sleep(0.1)
        open(f"{OUTSIDE}/marker", "w").write("alive")

# %% fork-bomb | hang | the classic
import os
while True:
    os.fork()

# %% kill-victim | victim | kills another process
import os, signal
os.kill(VICTIM, 9)

# %% stop-victim | victim | stops another process
import os
os.kill(VICTIM, 19)

# %% killpg-victim | victim | kills a process group
import os
os.killpg(VICTIM, 9)

# %% kill-everything | victim | kill -1
import os
os.kill(-1, 9)

# %% kill-parent | hang | kills the worker
import os
os.kill(os.getppid(), 9)

# %% kill-handler | hang | kills the handler
import os
os.kill(HANDLER, 9)

# %% stop-handler | hang | stops the handler
import os
os.kill(HANDLER, 19)

# %% term-handler | hang | asks the handler to end
import os
os.kill(HANDLER, 15)

# %% interrupt-group | hang | an interrupt to the own process group
import os, signal
os.killpg(0, signal.SIGINT)

# %% kill-self | ending | the child kills itself
import os
print("before")
os.kill(os.getpid(), 9)

# %% abort | ending | the child aborts
import os
print("before")
os.abort()

# %% pidfd | victim | a signal by file descriptor
import os, signal
fd = os.pidfd_open(VICTIM)
signal.pidfd_send_signal(fd, signal.SIGKILL)

# %% raise-signal | ending | a signal to itself
import signal
signal.raise_signal(signal.SIGKILL)

# %% ignore-signals | hang | ignores what it can and loops
import signal, time
for s in range(1, 32):
    try:
        signal.signal(s, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    try:
        time.sleep(100)
    except BaseException:
        pass

# %% pthread-sigmask | hang | blocks every signal and loops
import signal, time
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while True:
    time.sleep(100)

# %% setitimer | ending | a timer's signal
import signal
signal.setitimer(signal.ITIMER_REAL, 0.01)
while True:
    pass

# %% setpriority | victim | the priority of others
import os
os.setpriority(os.PRIO_PROCESS, VICTIM, 19)
print(PWNED if os.getpriority(os.PRIO_PROCESS, VICTIM) == 19 else "no")

# %% sched-affinity | victim | pins others to a processor
import os
os.sched_setaffinity(VICTIM, {0})
print(PWNED if os.sched_getaffinity(VICTIM) == {0} else "no")

# %% prlimit-victim | victim | the limits of others
import resource
resource.prlimit(VICTIM, resource.RLIMIT_CPU, (1, 1))
print(PWNED)

# %% ptrace | secret | ptrace by ctypes
import ctypes
libc = ctypes.CDLL(None)
if libc.ptrace(16, HANDLER, 0, 0) == 0:
    print(PWNED)

# %% process-vm-readv | secret | another process' memory
import ctypes
libc = ctypes.CDLL(None)
class I(ctypes.Structure):
    _fields_ = [("b", ctypes.c_void_p), ("l", ctypes.c_size_t)]
buf = ctypes.create_string_buffer(4096)
if libc.process_vm_readv(HANDLER, ctypes.byref(I(ctypes.addressof(buf), 4096)), 1, ctypes.byref(I(0x400000, 4096)), 1, 0) > 0:
    print(PWNED)

# %% setsid-escape | stray | leaves the process group, then stays
import os, time
try:
    os.setsid()
except OSError:
    pass
try:
    os.setpgid(0, 0)
except OSError:
    pass
time.sleep(100)

# %% thread-outlives | state | a thread that goes on after the end
import threading, time
def go():
    while True:
        time.sleep(0.05)
        try:
            open(f"{OUTSIDE}/marker", "w")
        except BaseException:
            pass
        print("still here")
threading.Thread(target=go, daemon=True).start()
# ---- next call
import threading
print(PWNED if threading.active_count() > 6 else "gone")

# %% thread-not-daemon | hang | a thread which never ends
import threading
e = threading.Event()
threading.Thread(target=e.wait).start()
print("main is done")

# %% unshare | process | namespaces
import os
os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNS)
print(PWNED)

# %% setuid | process | another user
import os
os.setuid(0)
print(PWNED)

# %% chroot | process | another root
import os
os.chroot("/tmp")
print(PWNED)

# %% os-internals | process | os' helpers keep what a view hides
import os
for name in ("_execvpe", "_spawnvef", "_run_shell", "popen", "_wrap_close", "spawnl", "execl", "fwalk", "_fwalk", "walk", "get_exec_path"):
    f = getattr(os, name, None)
    g = getattr(f, "__globals__", None) or {}
    for way in ("system", "posix_spawn", "fork", "execv"):
        if way in g:
            g["system"](f"touch {OUTSIDE}/marker")

# %% walk-globals | process | os.walk is pure Python
import os
os.walk.__globals__["system"](f"touch {OUTSIDE}/marker")

# %% path-globals | process | os.path is pure Python and knows os
import os
os.path.join.__globals__["os"].system(f"touch {OUTSIDE}/marker")

# %% path-os | process | posixpath.os
import os
os.path.os.system(f"touch {OUTSIDE}/marker")

# %% environ-class | process | os.environ's class knows os
import os
type(os.environ).__init__.__globals__["system"](f"touch {OUTSIDE}/marker")

# %% environ-encode | process | os.environ's closures
import os
os.environ.encodekey.__globals__["system"](f"touch {OUTSIDE}/marker")

# %% fspath-type | process | os.PathLike knows abc
import os
os.PathLike.__class__.register.__globals__["__builtins__"]["__import__"]("posix").system(f"touch {OUTSIDE}/marker")

# %% pathlib-os | process | pathlib's os
import pathlib
pathlib.Path.cwd.__func__.__globals__["os"].system(f"touch {OUTSIDE}/marker")

# %% tempfile-os | process | tempfile's os
import tempfile
tempfile._os.system(f"touch {OUTSIDE}/marker")

# %% glob-os | process | glob's os
import glob
glob.os.system(f"touch {OUTSIDE}/marker")

# %% logging-os | process | logging's os
import logging
logging.os.system(f"touch {OUTSIDE}/marker")

# %% boto-os | process | botocore's os
import botocore.session, botocore.utils, botocore.credentials
for m in (botocore.session, botocore.utils, botocore.credentials):
    try:
        m.os.system(f"touch {OUTSIDE}/marker")
    except BaseException as e:
        print(repr(e)[:90])

# %% credential-process | process | botocore runs a command for credentials
import boto3, os
os.makedirs("aws", exist_ok=True)
open("aws/config", "w").write(f"[profile x]\ncredential_process = touch {OUTSIDE}/marker\n")
os.environ["AWS_CONFIG_FILE"] = os.path.abspath("aws/config")
print(boto3.Session(profile_name="x").get_credentials())

# %% credential-process-direct | process | the provider made by hand
from botocore.credentials import ProcessProvider
p = ProcessProvider("x", lambda: {"profiles": {"x": {"credential_process": f"touch {OUTSIDE}/marker"}}})
print(p.load())

# %% credentials-popen | process | the Popen in botocore.credentials
import botocore.credentials as c
print(PWNED, c.subprocess.check_output(["echo", "a"]))

# %% boto-compat | process | botocore.compat and its copies of modules
import botocore.compat as c
for name in dir(c):
    m = getattr(c, name)
    for f in ("system", "Popen", "create_connection"):
        if hasattr(m, f):
            print(name, f)
            try:
                m.system(f"touch {OUTSIDE}/marker")
            except BaseException as e:
                print(repr(e)[:90])

# %% s3transfer-fork | process | the process pool of s3transfer
import s3transfer.processpool as p
w = p.multiprocessing.get_context("fork").Process(target=lambda: open(f"{OUTSIDE}/marker", "w"))
w.start(); w.join()

# %% login-shell | process | a shell by tarfile's or shutil's helpers
import tarfile
tarfile.shutil.os.system(f"touch {OUTSIDE}/marker")
