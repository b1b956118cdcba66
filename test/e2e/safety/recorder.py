"""Says what CPython's C unpickler would import from a stream, without importing or running any of it.

Standard input: streams, each behind its length (4 bytes, little-endian). Standard output, one JSON line each:
    {"import": [module, name]}   as soon as it is asked for, names mapped as the C `find_class` maps them
    {"end": "ok" | "error", "by": [way of reading, ...], "called": true | false, "error": "..."}   behind every stream

Each stream is read in four ways, because the C unpickler reads ahead differently in each: from a file object with `peek`
and `readinto`, from one with `readinto` alone, from one with `read` alone, and from memory (`loads`). A stream that hangs or
crashes the interpreter ends this process; the other side knows which one it was, and starts the next.

Standard library only, CPython 3.6 or later. Nothing that a stream names is imported: `find_class` is overridden, and for
`loads`, which cannot be overridden, `__import__` is replaced and module stubs stand in `sys.modules`.
"""

import _codecs
import _compat_pickle
import _pickle
import builtins
import collections
import copyreg
import io
import json
import os
import resource
import signal
import struct
import sys
import types

SECONDS_PER_STREAM = 2
MEMORY = 1 << 30


# `plausible` until a name is asked for that no module has: there a real loader ends, so no call behind it counts.
loading = {"asked": None, "on": False, "called": False, "plausible": True}


class Anything:
    """An attribute that may be called with anything, on an instance and on the class."""

    def __get__(self, instance, owner):
        return lambda *given, **named: None


class StubType(type):
    def __setitem__(cls, key, value):
        pass

    def __setattr__(cls, name, value):
        pass

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return cls


class Stub(metaclass=StubType):
    """Stands for everything that is imported and everything that is made of it."""

    def __new__(cls, *given, **named):
        loading["called"] = loading["called"] or loading["plausible"]
        return object.__new__(cls)

    def __init__(self, *given, **named):
        pass

    def __call__(self, *given, **named):
        loading["called"] = loading["called"] or loading["plausible"]
        return self

    def __setitem__(self, key, value):
        pass

    __setstate__ = Anything()
    append = Anything()
    extend = Anything()
    add = Anything()
    update = Anything()


# What is harmless to call, and gives back a text or a container that a stream can go on with.
REAL = {
    ("builtins", "str"): str,
    ("builtins", "list"): list,
    ("builtins", "tuple"): tuple,
    ("builtins", "dict"): dict,
    ("builtins", "set"): set,
    ("builtins", "frozenset"): frozenset,
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("_codecs", "encode"): _codecs.encode,
    ("copyreg", "_reconstructor"): copyreg._reconstructor,
}

EXTENSIONS = {1: ("extension.one", "A"), 255: ("extension.two", "B"), 300: ("extension.three", "C"), 70000: ("extension.four", "D")}


def say(answer):
    os.write(1, (json.dumps(answer) + "\n").encode())


def mapped(module, name):
    """As find_class of _pickle.c, for protocols below 3."""
    if (module, name) in _compat_pickle.NAME_MAPPING:
        return _compat_pickle.NAME_MAPPING[(module, name)]
    return _compat_pickle.IMPORT_MAPPING.get(module, module), name


# The C unpickler does not say which protocol it reads. This name is mapped only below protocol 3.
PROBE = ("slipway_probe_old", "probe")
_compat_pickle.NAME_MAPPING[PROBE] = ("slipway_probe_new", "probe")
for probe_module, probe_value in (("slipway_probe_old", False), ("slipway_probe_new", True)):
    sys.modules[probe_module] = types.ModuleType(probe_module)
    sys.modules[probe_module].probe = probe_value


class Recorder(_pickle.Unpickler):
    def find_class(self, module, name):
        if super().find_class(*PROBE):
            module, name = mapped(module, name)
        if not name.replace(".", "").isidentifier():
            loading["plausible"] = False
        say({"import": [module, name]})
        return REAL.get((module, name), Stub)

    def persistent_load(self, given):
        return Stub()


class OnlyRead:
    def __init__(self, content):
        self.file = io.BytesIO(content)

    def read(self, count=-1):
        return self.file.read(count)

    def readline(self):
        return self.file.readline()


class WithReadinto(OnlyRead):
    def readinto(self, buffer):
        return self.file.readinto(buffer)


def buffers():
    while True:
        yield bytearray(b"buffer")


def by_file(make_file):
    def load(content):
        options = {"buffers": buffers()} if sys.version_info >= (3, 8) else {}
        Recorder(make_file(content), **options).load()

    return load


class StubModule(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub


REFUSED = ("exec", "compile", "open", "os.", "subprocess.", "socket.", "ctypes.", "shutil.", "code.")


def watch(event, given):
    """Of `loads`: which name it asks for; and nothing that would leave the process, should a stub ever fail to hold."""
    if not loading["on"]:
        return
    if event == "pickle.find_class":
        loading["asked"] = given
    elif event.startswith(REFUSED):
        raise RuntimeError("refused: " + event)


def from_memory(content):
    real_import = builtins.__import__
    replaced = {}

    def stub_import(module, *others):
        asked_module, asked_name = loading["asked"] or (module, "?")
        loading["asked"] = None
        found = (asked_module, asked_name)
        if module != asked_module:
            found = mapped(asked_module, asked_name)
        if module not in replaced:
            replaced[module] = sys.modules.get(module)
        stub = StubModule(module)
        real = REAL.get(found)
        if real is not None:
            setattr(stub, found[1], real)
        sys.modules[module] = stub
        messages.append({"import": list(found)})
        return stub

    messages = []
    builtins.__import__ = stub_import
    loading["on"] = True
    try:
        options = {"buffers": buffers()} if sys.version_info >= (3, 8) else {}
        _pickle.loads(content, **options)
    finally:
        loading["on"] = False
        builtins.__import__ = real_import
        for name, module in replaced.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module
        for message in messages:
            say(message)


WAYS = [
    ("buffered", by_file(lambda content: io.BufferedReader(io.BytesIO(content)))),
    ("bytesio", by_file(io.BytesIO)),
    ("readinto", by_file(WithReadinto)),
    ("read", by_file(OnlyRead)),
]
if sys.version_info >= (3, 8):
    sys.addaudithook(watch)
    WAYS.append(("memory", from_memory))


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for code, name in EXTENSIONS.items():
        copyreg._inverted_registry[code] = name
    stdin = sys.stdin.buffer
    while True:
        head = stdin.read(4)
        if len(head) < 4:
            return
        content = stdin.read(struct.unpack("<I", head)[0])
        ran, error = [], None
        loading["called"] = False
        loading["plausible"] = True
        for way, load in WAYS:
            copyreg._extension_cache.clear()
            signal.setitimer(signal.ITIMER_REAL, SECONDS_PER_STREAM)
            try:
                load(content)
                ran.append(way)
            except BaseException as problem:
                error = type(problem).__name__ + ": " + ascii(str(problem)[:120])
        signal.setitimer(signal.ITIMER_REAL, 0)
        say({"end": "ok" if ran else "error", "by": ran, "called": loading["called"], "error": error})


main()
