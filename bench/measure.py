"""Running a program and measuring it: wall time, and peak memory of that process alone."""

import dataclasses
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time


class Failed(Exception):
    """A program ended with an error."""


@dataclasses.dataclass
class Times:
    """Repeated runs of one thing."""

    seconds: list[float]
    peak_bytes: int

    @property
    def median(self):
        return statistics.median(self.seconds)

    def as_json(self):
        return {
            "median_seconds": self.median,
            "min_seconds": min(self.seconds),
            "max_seconds": max(self.seconds),
            "seconds": self.seconds,
            "peak_bytes": self.peak_bytes,
        }


@dataclasses.dataclass
class Run:
    """One run of one process."""

    seconds: float
    peak_bytes: int
    output: str


def run(command, environment=None):
    """Runs a program to its end. Its standard error is shown only if it fails."""
    command = [str(part) for part in command]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, stdout=output, stderr=errors, env=os.environ | (environment or {})
        )
        # wait4 tells the peak of this child, where getrusage would tell that of the largest child so far.
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if child.returncode != 0:
            message = errors.read().decode(errors="replace").strip()
            raise Failed(f"{' '.join(command)}\nended with {child.returncode}:\n{message}")
        unit = 1 if sys.platform == "darwin" else 1024
        return Run(seconds, usage.ru_maxrss * unit, output.read().decode())


def repeat(times, action):
    """Runs `action`, which gives a `Run`, several times."""
    runs = [action() for _ in range(times)]
    return Times([run.seconds for run in runs], max(run.peak_bytes for run in runs))


def peer(python, script, arguments, runs):
    """Times and result of a peer script, measured inside its process."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        run([python, script, "--runs", runs, "--out", file.name, *arguments])
        result = json.load(file)
    return result, Times(result["seconds"], result["peak_bytes"]) if runs else None


def say(message):
    """Tells whoever waits what is going on."""
    print(f"bench: {message}", file=sys.stderr, flush=True)
