"""The result of a benchmark as a Markdown table and as JSON."""

import datetime
import json
import os
import platform
import re
import subprocess

from shops import REPOSITORY

FOOTNOTE = """\
Times are medians in seconds. Ours are whole processes, from start to exit; the peers' are measured inside a process
that has loaded its library and run once before, which is in their favour. Peak memory is the resident set of the
process. Results were compared before anything was timed: counts equal, sums and means within a relative 1e-9; of
lifetime value and clusters, what the section *Compared* holds. Peers with one run are slow ones, and were not run before.
"""


def machine():
    """Processor, cores and memory."""
    return {
        "cpu": _found(r"model name\s*:\s*(.+)", "/proc/cpuinfo") or platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": int(_found(r"MemTotal:\s*(\d+)", "/proc/meminfo") or 0) * 1024,
        "system": platform.platform(),
    }


def commit():
    """The commit that was measured, marked where the tree holds changes."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or "unknown"


def markdown(result):
    """The whole report."""
    machine = result["machine"]
    memory = machine["memory_bytes"] / 2**30
    parts = [
        f"# Benchmark of {result['date']}, {result['tier']} tier\n",
        f"{machine['cpu']}, {machine['cores']} cores, {memory:.0f} GiB. Commit {result['commit']}. "
        + ", ".join(f"{name} {version}" for name, version in result["versions"].items())
        + ".\n",
    ]
    for data in result["data"]:
        parts.append(f"## {data['name']}\n")
        rows = [
            [
                name,
                f"{times['median_seconds']:.3f}",
                f"{times['min_seconds']:.3f}",
                f"{times['max_seconds']:.3f}",
                str(len(times["seconds"])),
                f"{times['peak_bytes'] / 1e9:.2f}",
            ]
            for name, times in data["times"].items()
        ]
        parts.append(_table(["what", "median s", "min s", "max s", "runs", "peak GB"], rows))
    if result["compared"]:
        rows = [
            [row["what"], row["ours"], row["theirs"], f"{row['apart']:.1e}", f"{row['allowed']:.1e}"]
            for row in result["compared"]
        ]
        parts.append("## Compared\n")
        parts.append(_table(["what", "ours", "theirs", "apart", "allowed"], rows))
    if result["targets"]:
        rows = [
            [target["target"], target["value"], target["bound"], "met" if target["met"] else "not met"]
            for target in result["targets"]
        ]
        parts.append("## Targets\n")
        parts.append(_table(["what", "measured", "at most", "target"], rows))
    parts.append(FOOTNOTE)
    return "\n".join(parts)


def entry(name, path, times):
    """The times on one input."""
    return {
        "name": name,
        "bytes": path.stat().st_size,
        "times": {what: measured.as_json() for what, measured in times.items()},
    }


def seconds(name, value, factor, of):
    """A target in seconds: at most so many times what another takes."""
    row = target(name, value, factor * of, "s")
    return row | {"bound": f"{factor:.3g} × {of:.3f} = {factor * of:.3f} s"}


def target(name, value, bound, unit):
    """What is measured against what is promised."""
    return {
        "target": name,
        "value": f"{value:.3f} {unit}",
        "bound": f"{bound:g} {unit}",
        "met": value <= bound,
    }


def write(result):
    """Writes both forms and gives the Markdown file's path."""
    folder = REPOSITORY / "bench" / "results"
    folder.mkdir(exist_ok=True)
    name = f"{result['date']}-{result['tier']}"
    (folder / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    path = folder / f"{name}.md"
    path.write_text(markdown(result), encoding="utf-8")
    return path


def today():
    return datetime.date.today().isoformat()


def _found(pattern, path):
    try:
        with open(path, encoding="utf-8") as file:
            match = re.search(pattern, file.read())
    except OSError:
        return None
    return match and match.group(1)


def _table(header, rows):
    left, *right = header
    lines = [
        f"| {' | '.join([left, *right])} |",
        f"|---|{'---:|' * len(right)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"
