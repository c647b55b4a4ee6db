"""Shows authorised modules as flat copies that hold public names only, and imports from them alone.

A facade is a module to look at, but none of its values is a foreign module: the graph of modules behind
it, where `os` and `builtins` are never far, cannot be walked.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

import authorised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

SHOWN_PRIVATE = frozenset({"__doc__", "__version__", "__all__"})
# Names that would only mislead, or that carry too far, by module.
LEFT_OUT: dict[str, frozenset[str]] = {
    "asyncio": frozenset(
        """
        create_subprocess_exec create_subprocess_shell open_connection start_server open_unix_connection
        start_unix_server SubprocessProtocol SubprocessTransport
        """.split()  # noqa: SIM905
    ),
    "concurrent.futures": frozenset({"ProcessPoolExecutor", "process"}),
    "logging.handlers": frozenset(
        "SocketHandler DatagramHandler SMTPHandler HTTPHandler SysLogHandler NTEventLogHandler".split()  # noqa: SIM905
    ),
    "tarfile": frozenset({"main", "bltn_open"}),
    "zipfile": frozenset({"main"}),
    "ast": frozenset({"main"}),
    "base64": frozenset({"main", "test"}),
    "csv": frozenset(),
    "io": frozenset({"FileIO", "open_code", "OpenWrapper"}),
    "threading": frozenset({"settrace", "setprofile", "settrace_all_threads", "setprofile_all_threads"}),
    "shutil": frozenset({"chown", "which"}),
    "timeit": frozenset({"main"}),
    "contextlib": frozenset({"chdir"}),
    "uuid": frozenset({"main", "bytes_", "int_"}),
    "quopri": frozenset({"main"}),
    "mimetypes": frozenset({"init", "main"}),
    "posixpath": frozenset(),
    "http": frozenset({"client", "server", "cookies", "cookiejar"}),
}
ONLY: dict[str, frozenset[str]] = {
    "gc": frozenset({"collect", "enable", "disable", "isenabled", "get_count", "get_threshold"}),
    "http": frozenset({"HTTPStatus", "HTTPMethod"}),
    "types": frozenset(
        """
        FunctionType LambdaType SimpleNamespace MappingProxyType NoneType EllipsisType
        NotImplementedType GenericAlias UnionType
        GeneratorType CoroutineType AsyncGeneratorType BuiltinFunctionType MethodType new_class resolve_bases
        prepare_class DynamicClassAttribute
        """.split()  # noqa: SIM905
    ),
    "inspect": frozenset(
        """
        signature Signature Parameter BoundArguments isfunction isclass ismethod isbuiltin isroutine
        isgenerator
        isgeneratorfunction iscoroutine iscoroutinefunction isasyncgen isasyncgenfunction isawaitable ismodule
        isabstract isdatadescriptor ismethoddescriptor getdoc cleandoc getmro
        """.split()  # noqa: SIM905
    ),
    "codecs": frozenset(
        """
        encode decode lookup open BOM_UTF8 BOM_UTF16 BOM_UTF16_LE BOM_UTF16_BE BOM_UTF32 iterencode iterdecode
        getincrementaldecoder getincrementalencoder escape_decode
        """.split()  # noqa: SIM905
    ),
}


class Facade(types.ModuleType):
    """A module as model code sees it."""

    def __repr__(self) -> str:
        return f"<module {self.__name__!r}>"

    def __reduce_ex__(self, protocol: object) -> Any:
        raise TypeError("cannot pickle 'module' object")


def public_names(module: types.ModuleType) -> Iterable[str]:
    """Return the names of `module` that a facade shows: its own, and what it publishes."""
    name = module.__name__
    if name in ONLY:
        return sorted(ONLY[name] & set(vars(module)))
    published = frozenset(getattr(module, "__all__", ()))
    left_out = LEFT_OUT.get(name, frozenset())
    return [
        key
        for key, value in vars(module).items()
        if key not in left_out
        and not isinstance(value, types.ModuleType)
        and (
            key in published
            or key in SHOWN_PRIVATE
            or (not key.startswith("_") and not _foreign(value, name))
        )
    ]


def _foreign(value: Any, name: str) -> bool:
    """Tell whether a public name is another package's function or class, only passing through."""
    if not isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
        return False
    home = getattr(value, "__module__", None)
    if home is None:
        return False
    own = name.lstrip("_")
    return not (
        str(home).lstrip("_") == own or str(home).startswith(f"{own}.") or (own == "io" and home == "_io")
    )


class Facades:
    """All facades of one worker, made once from the real modules, and the imports that code makes from
    them.
    """

    def __init__(
        self, modules: Mapping[str, types.ModuleType], views: Mapping[str, types.ModuleType]
    ) -> None:
        self.modules: dict[str, types.ModuleType] = {}
        for name in sorted(modules):
            self.modules[name] = views[name] if name in views else fill(Facade(name), modules[name])
        for name, facade in self.modules.items():
            parent, _, child = name.rpartition(".")
            if parent in self.modules:
                vars(self.modules[parent])[child] = facade

    @property
    def kinds(self) -> frozenset[type]:
        """The exact types that a facade can have."""
        return frozenset(type(facade) for facade in self.modules.values())


def fill(facade: Facade, module: types.ModuleType) -> Facade:
    """Copy the public names of `module` into `facade`."""
    space = vars(facade)
    for key in ("__spec__", "__loader__", "__package__"):
        space.pop(key, None)
    space.update({key: vars(module)[key] for key in public_names(module)})
    return facade


class _Missing(ModuleNotFoundError):  # noqa: N818
    """Raised for modules that do not exist here; shown as `ImportError`."""


_Missing.__name__ = _Missing.__qualname__ = "ImportError"
_Missing.__module__ = "builtins"


def make_imports(  # noqa: C901
    modules: Mapping[str, types.ModuleType], used_by_c: frozenset[str]
) -> dict[str, Callable[..., Any]]:
    """Return what stands for import statements and `__import__`, over the facades in `modules`.

    `used_by_c` are private modules that built-in code asks for through `__import__`; it takes them from
    `sys.modules` itself, so an empty module does as an answer.
    """
    known = dict(modules)

    def missing(name: str) -> ImportError:
        return _Missing(authorised.unavailable(name), name=name)

    def find(name: str) -> types.ModuleType:
        if not isinstance(name, str):
            raise TypeError("module name must be a string")
        if name.startswith("."):
            raise ImportError("attempted relative import with no known parent package")
        if name not in known:
            raise missing(name)
        return known[name]

    def import_(name: str, form: str) -> types.ModuleType:
        module = find(name)
        return module if form == "leaf" else find(name.partition(".")[0])

    def import_from(name: str, attribute: str) -> Any:
        module = find(name)
        try:
            return vars(module)[attribute] if attribute in vars(module) else getattr(module, attribute)
        except AttributeError:
            pass
        inner = f"{name}.{attribute}"
        if inner in known:
            return known[inner]
        if inner in authorised.INSTEAD or attribute.islower():
            raise missing(inner) if inner in authorised.INSTEAD else ImportError(
                f"cannot import name {attribute!r} from {name!r} in this environment", name=name)  # fmt: skip
        raise ImportError(f"cannot import name {attribute!r} from {name!r} in this environment", name=name)

    def published(name: str) -> dict[str, Any]:
        space = vars(find(name))
        names = space.get("__all__") or [key for key in space if not key.startswith("_")]
        return {key: space[key] for key in names if key in space}

    def dunder_import(
        name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        del globals, locals
        if level:
            raise ImportError("attempted relative import with no known parent package")
        if isinstance(name, str) and name not in known and name in used_by_c:
            return Facade(name)
        return import_(name, "leaf" if fromlist else "top")

    return {"import": import_, "from": import_from, "published": published, "__import__": dunder_import}
