"""The other half of a comparison in Python: answers the commands of benchmarks/run with lines of JSON behind a mark, as SideMain.java does."""
import json
import resource
import sys

MARK = "@"


def answer(**fields):
    fields["peakRss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.write("\n" + MARK + json.dumps(fields) + "\n")
    sys.stdout.flush()


def commands():
    """Verbs one after another until the input ends; the first answer says that this side is ready."""
    answer(ready=True)
    for line in sys.stdin:
        yield line.split()[0]


def need(*modules):
    """Imports modules, or says which is missing and ends."""
    found = []
    for module in modules:
        try:
            found.append(__import__(module))
        except Exception as reason:   # whatever keeps a library from loading makes the peer missing
            answer(missing=f"{sys.executable}: {module}: {reason}")
            sys.exit(0)
    return found
