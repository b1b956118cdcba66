"""Does what the allow-list says is harmless, with hostile arguments, and says what Python's audit hooks saw of it.

Reads the list from standard input: [{"module", "name", "uses"}]. Writes {"done", "missing", "acts"} to standard output:
how many names could be tried, which could not be imported here, and every act that is more than computing.
"""

import importlib
import io
import json
import os
import signal
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
TRAP_MODULE = "slipway_trap_module"
trap_folder = tempfile.mkdtemp()
trap_file = os.path.join(trap_folder, "trap")
with open(trap_file, "w") as file:
    file.write("trap")
with open(os.path.join(trap_folder, TRAP_MODULE + ".py"), "w") as file:
    file.write("raise SystemExit('imported')")
sys.path.insert(0, trap_folder)
os.chdir(trap_folder)
# What is tried may close the usual one: open(1).
answers = os.dup(1)

WATCHED = ("open", "exec", "import", "os.", "subprocess.", "socket.", "shutil.", "tempfile.", "glob.", "urllib.",
           "pickle.", "marshal.", "ctypes.dlopen", "pty.", "webbrowser.", "sqlite3.", "http.", "ftplib.", "code.")
# A library may open its own files, and load its own modules when they are first needed.
HOMES = tuple({os.path.realpath(path) for path in [sys.prefix, sys.base_prefix, *sys.path[1:]] if path} | {"/proc/self"})

recording = False
seen = []


def own(value):
    return isinstance(value, str) and os.path.realpath(value).startswith(HOMES) and trap_folder not in value


def hook(event, args):
    if not recording or not event.startswith(WATCHED):
        return
    if event == "import" and args[0] != TRAP_MODULE:
        return
    if event in ("open", "os.listdir", "os.scandir", "ctypes.dlopen") and args and (args[0] is None or own(args[0])):
        return
    if event == "exec" and own(args[0].co_filename):
        return
    if event == "marshal.loads":
        return
    seen.append((event, repr(args)[:120]))


sys.addaudithook(hook)


class TooLong(BaseException):
    pass


def stop(*_):
    raise TooLong


signal.signal(signal.SIGALRM, stop)


def show(*_):
    return None


ARGUMENTS = [
    (), (trap_file,), (b"abc",), (TRAP_MODULE,), (TRAP_MODULE, "x"), (trap_file, "r"), ({"a": 1},), ([1],), (show,),
    (show, "x"), (1,), (None,), (3, trap_file), ("import " + TRAP_MODULE,), ("__import__('" + TRAP_MODULE + "')",),
]
KEYWORDS = [{key: trap_file} for key in ("model_file", "filename", "file", "path", "fname", "url")]
STATES = [
    {"handle": trap_file}, {"a": trap_file}, (1, 2), b"abc", trap_file,
    {"_parse_arg_template": "import " + TRAP_MODULE}, {"__model": b"abc"}, ({"a": trap_file}, {"b": 1}),
]


def build(thing, state):
    made = thing.__new__(thing)
    setter = getattr(made, "__setstate__", None)
    if setter is not None:
        setter(state)
    elif isinstance(state, dict):
        made.__dict__.update(state)


def attempts(thing, uses):
    if "call" in uses or "reference" in uses:
        for arguments in ARGUMENTS:
            yield "call", arguments, lambda a=arguments: thing(*a)
        for keywords in KEYWORDS:
            yield "call", keywords, lambda k=keywords: thing(**k)
    if not isinstance(thing, type):
        return
    if "new" in uses:
        for arguments in ARGUMENTS:
            yield "new", arguments, lambda a=arguments: thing.__new__(thing, *a)
    if "state" in uses:
        for state in STATES:
            yield "state", state, lambda s=state: build(thing, s)


def quietly(attempt):
    global recording
    out, err = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.StringIO()
    signal.setitimer(signal.ITIMER_REAL, 2)
    try:
        attempt()
    except BaseException:  # Whatever it raises: only what it does counts.
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        recording = False
        sys.stdout, sys.stderr = out, err


acts, missing, done = [], [], 0
for entry in json.load(sys.stdin):
    name = entry["module"] + "." + entry["name"]
    try:
        thing = getattr(importlib.import_module(entry["module"]), entry["name"])
    except BaseException:
        missing.append(name)
        continue
    done += 1
    if not callable(thing):
        continue
    for how, given, attempt in attempts(thing, entry["uses"]):
        quietly(attempt)  # Once unseen: what a library loads at first need is no answer to the argument.
        seen.clear()
        recording = True
        quietly(attempt)
        acts.extend({"name": name, "how": how, "given": repr(given)[:80], "event": e, "args": a} for e, a in seen)

sys.stderr.flush()
# A line of its own: native code of a library may have written to standard output.
os.write(answers, ("\n" + json.dumps({"done": done, "missing": missing, "acts": acts})).encode())
os._exit(0)
