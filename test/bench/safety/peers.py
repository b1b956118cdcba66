"""One scanner over one path: prints its seconds (without starting Python), peak memory and what it says."""

import json
import logging
import os
import resource
import sys
import time

logging.disable(logging.CRITICAL)
tool, path = sys.argv[1:]
files = [path] if os.path.isfile(path) else [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names]


def picklescan():
    from picklescan.scanner import scan_directory_path, scan_file_path

    def scan():
        result = scan_file_path(path) if os.path.isfile(path) else scan_directory_path(path)
        return f"{result.issues_count} issues, {result.scanned_files} scanned" + (", error" if result.scan_err else "")

    return scan


def fickling():
    from fickling.analysis import check_safety
    from fickling.fickle import StackedPickle

    def one(file):
        with open(file, "rb") as stream:
            return max(check_safety(pickled).severity.name for pickled in StackedPickle.load(stream))

    def scan():
        said = {}
        for file in files:
            try:
                answer = one(file)
            except Exception as problem:
                answer = type(problem).__name__
            said[answer] = said.get(answer, 0) + 1
        return ", ".join(f"{count} {answer}" for answer, count in sorted(said.items()))

    return scan


def modelscan():
    from modelscan.modelscan import ModelScan

    def scan():
        result = ModelScan().scan(path)
        summary = result["summary"]
        return f"{summary['total_issues']} issues, {summary['scanned']['total_scanned']} scanned"

    return scan


run = {"picklescan": picklescan, "fickling": fickling, "modelscan": modelscan}[tool]()
begin = time.perf_counter()
try:
    said = run()
except Exception as problem:
    said = type(problem).__name__
seconds = time.perf_counter() - begin
print(json.dumps({"seconds": seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "said": said}))
