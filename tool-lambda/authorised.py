"""Which modules model code may use, and what to say about the others. Data only."""

from __future__ import annotations

# A new name goes in at its place in the alphabet; submodules count one by one. The worker imports each before
# any code is known.
_NAMES = """
    __future__
    abc argparse array ast asyncio asyncio.events asyncio.exceptions asyncio.futures asyncio.locks
    asyncio.queues asyncio.runners asyncio.taskgroups asyncio.tasks asyncio.threads asyncio.timeouts
    base64 binascii bisect boto3 boto3.dynamodb boto3.dynamodb.conditions boto3.dynamodb.types
    boto3.exceptions boto3.session botocore botocore.client botocore.config botocore.errorfactory
    botocore.exceptions botocore.paginate botocore.response botocore.session botocore.waiter builtins bz2
    calendar cmath codecs collections collections.abc colorsys concurrent concurrent.futures
    concurrent.futures.thread configparser contextlib contextvars copy csv
    dataclasses datetime dateutil dateutil.parser dateutil.relativedelta dateutil.tz decimal difflib
    email email.header email.message email.mime email.mime.multipart email.mime.text email.parser
    email.policy email.utils enum errno
    fnmatch fractions functools
    gc getopt glob graphlib gzip
    hashlib heapq hmac html html.entities html.parser http
    inspect io ipaddress itertools
    jmespath json json.decoder json.encoder
    keyword
    logging logging.handlers lzma
    math mimetypes
    numbers
    operator os os.path
    pathlib platform posixpath pprint
    queue quopri
    random re reprlib
    sched secrets shlex shutil stat statistics string stringprep struct sys
    tarfile tempfile textwrap threading time timeit token tokenize traceback types typing
    unicodedata urllib urllib.error urllib.parse uuid
    warnings weakref
    xml xml.etree xml.etree.ElementTree xml.sax xml.sax.saxutils
    zipfile zlib zoneinfo
""".split()  # noqa: SIM905
AUTHORISED = frozenset(_NAMES)

_NETWORK = "there is no network here; reach AWS with boto3, take URLs apart with urllib.parse"
_TABLES = "use statistics, csv and collections instead"
_PROCESSES = "no other process can be started here"
INSTEAD = {
    "requests": "use urllib.parse to take URLs apart, and boto3 to reach AWS; there is no other network here",
    "httpx": _NETWORK,
    "aiohttp": _NETWORK,
    "urllib3": _NETWORK,
    "urllib.request": _NETWORK,
    "http.client": _NETWORK,
    "http.server": _NETWORK,
    "socket": _NETWORK,
    "ssl": _NETWORK,
    "ftplib": _NETWORK,
    "smtplib": _NETWORK,
    "paramiko": _NETWORK,
    "pandas": _TABLES,
    "numpy": "use statistics, math and random instead",
    "scipy": "use statistics and math instead",
    "matplotlib": "print numbers or a text table instead",
    "tabulate": "use str.format or pprint instead",
    "yaml": "use json instead",
    "pytz": "use zoneinfo or datetime.timezone instead",
    "aioboto3": "use boto3 with concurrent.futures.ThreadPoolExecutor instead",
    "aiobotocore": "use boto3 with concurrent.futures.ThreadPoolExecutor instead",
    "subprocess": _PROCESSES,
    "multiprocessing": "use concurrent.futures.ThreadPoolExecutor instead",
    "pty": _PROCESSES,
    "ctypes": "native code cannot be reached here",
    "cffi": "native code cannot be reached here",
    "importlib": "authorised modules can be imported as usual; others do not exist here",
    "pickle": "use json instead",
    "marshal": "use json instead",
    "shelve": "use json instead",
    "sqlite3": "use csv, json and collections instead",
    "signal": "the call has a time limit of its own",
    "psutil": "use CloudWatch metrics instead",
}

_SHOWN = (
    "boto3, botocore.exceptions, botocore.config, json, csv, re, datetime, time, zoneinfo, "
    "collections, itertools, "
    "functools, statistics, math, decimal, logging, io, os, sys, pathlib, urllib.parse, base64, gzip, "
    "zipfile, "
    "dataclasses, enum, typing, asyncio, concurrent.futures, contextlib, ipaddress, hashlib, uuid, "
    "textwrap, pprint"
)


def unavailable(name: str) -> str:
    """Return the sentence of the `ImportError` for the module `name`."""
    parts = name.split(".")
    hint = next(
        (INSTEAD[key] for n in range(len(parts), 0, -1) if (key := ".".join(parts[:n])) in INSTEAD),
        "use an available module instead",
    )
    return (
        f"No module named {name!r} in this environment: {hint}. Available: {_SHOWN}, "
        "and most of the standard library that needs no process, network or native code."
    )
