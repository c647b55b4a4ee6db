"""What model code sees of `os`, `sys`, `platform` and other modules that would show too much as they are."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

import boto3

from facades import Facade

if TYPE_CHECKING:
    import types

OS_CONSTANTS = (  # noqa: SIM905
    "altsep curdir defpath devnull extsep linesep name pardir pathsep sep error PathLike fspath "
    "fsencode fsdecode "
    "urandom cpu_count process_cpu_count getpid getppid strerror stat_result terminal_size "
    "times_result uname_result "
    "walk makedirs removedirs renames get_terminal_size times uname SEEK_SET SEEK_CUR SEEK_END F_OK "
    "R_OK W_OK X_OK "
    "O_RDONLY O_WRONLY O_RDWR O_CREAT O_EXCL O_TRUNC O_APPEND EX_OK getloadavg DirEntry"
).split()
SYS_CONSTANTS = (  # noqa: SIM905
    "api_version byteorder copyright float_info float_repr_style flags getallocatedblocks getdefaultencoding "
    "getfilesystemencodeerrors getfilesystemencoding getrecursionlimit getrefcount getsizeof "
    "getswitchinterval "
    "hash_info hexversion implementation int_info intern is_finalizing maxsize maxunicode platform "
    "platlibdir "
    "stdlib_module_names builtin_module_names thread_info version version_info exc_info exception exit "
    "displayhook get_int_max_str_digits set_int_max_str_digits warnoptions dont_write_bytecode"
).split()
MAX_RECURSION = 20_000


class Environment(MutableMapping[str, str]):
    """The environment of one call: a dictionary like any other. Nothing of the function's own is in it."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = dict(values)

    def __getitem__(self, key: str) -> str:
        return self._values[key]

    def __setitem__(self, key: str, value: str) -> None:
        for text in (key, value):
            if not isinstance(text, str):
                raise TypeError(f"str expected, not {type(text).__name__}")
        self._values[key] = value

    def __delitem__(self, key: str) -> None:
        del self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._values))

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"environ({self._values!r})"

    def copy(self) -> dict[str, str]:
        """Return the environment as an ordinary dictionary."""
        return dict(self._values)


def os_view(real: types.ModuleType, replaced: dict[str, Any], environ: Environment,
            leave: Callable[..., None]) -> Facade:  # fmt: skip
    """Return `os` with the paths led into the scratch folder, an environment of its own, and no processes."""
    view = Facade("os", real.__doc__)
    space = vars(view)
    space.update({name: getattr(real, name) for name in OS_CONSTANTS if hasattr(real, name)})
    space.update(replaced)

    def getenv(key: str, default: Any = None) -> Any:
        return environ.get(key, default)

    def putenv(key: str, value: str) -> None:
        environ[key] = value

    space.update(environ=environ, getenv=getenv, putenv=putenv, _exit=leave,
                 getuid=lambda: 1000, geteuid=lambda: 1000, getgid=lambda: 1000, getegid=lambda: 1000,
                 getlogin=lambda: "user", umask=lambda mask: 0o022)  # fmt: skip
    return view


class SysView(Facade):
    """`sys` as code sees it: the streams are the real ones, so that assigning `sys.stdout` redirects
    `print`.
    """

    def _stream(name: str) -> property:  # type: ignore[misc]  # noqa: N805
        def get(_: Any) -> Any:
            return getattr(sys, name)

        def put(_: Any, stream: Any) -> None:
            setattr(sys, name, stream)

        return property(get, put)

    stdout, stderr, stdin, excepthook = (
        _stream("stdout"),
        _stream("stderr"),
        _stream("stdin"),
        _stream("excepthook"),
    )
    __stdout__, __stderr__, __stdin__ = _stream("__stdout__"), _stream("__stderr__"), _stream("__stdin__")
    del _stream


def sys_view(facades: dict[str, types.ModuleType]) -> SysView:
    """Return `sys` without the ways into the interpreter; `facades` is what `sys.modules` shows."""
    view = SysView("sys", sys.__doc__)
    space = vars(view)
    space.update({name: getattr(sys, name) for name in SYS_CONSTANTS if hasattr(sys, name)})

    def setrecursionlimit(limit: int) -> None:
        sys.setrecursionlimit(min(limit, MAX_RECURSION))

    def unchanged(*_: Any) -> None:
        return None

    space.update(
        modules=facades, argv=[""], path=[], orig_argv=[], executable="", prefix="", exec_prefix="",
        base_prefix="",
        setrecursionlimit=setrecursionlimit, settrace=unchanged, setprofile=unchanged, gettrace=unchanged,
        getprofile=unchanged, setswitchinterval=unchanged, ps1=None, meta_path=[], path_hooks=[],
        path_importer_cache={}, tracebacklimit=1000,
    )  # fmt: skip
    for name in ("ps1", "tracebacklimit"):
        del space[name]
    return view


class Boto3View(Facade):
    """`boto3` as code sees it: the default session is the real one, which its functions make and use."""

    @property
    def DEFAULT_SESSION(self) -> Any:  # noqa: N802
        """Return the session behind `boto3.client` and `boto3.resource`."""
        return boto3.DEFAULT_SESSION

    @DEFAULT_SESSION.setter
    def DEFAULT_SESSION(self, session: Any) -> None:  # noqa: N802
        boto3.DEFAULT_SESSION = session


def absent_class(name: str, instead: str) -> type:
    """Return a class that can be named but not made, and says what to use."""

    def __init__(self: Any, *_: Any, **__: Any) -> None:  # noqa: N807
        raise OSError(errno.EPERM, f"{name} is not available here: {instead}")

    return type(name, (), {"__init__": __init__, "__doc__": f"Not available here: {instead}."})


PROCESS_POOL = absent_class("ProcessPoolExecutor", "use ThreadPoolExecutor")
