"""What the codecs of RDP, SPX and NBF cost an operation: instructions, which repeat exactly (valgrind --tool=callgrind), and time."""

import functools
import re
import subprocess

from bench import RELEASE, SCRATCH, row

FEW, MANY = 100, 600


@functools.cache
def stripped():
    """The program without the debugging information that Debian's valgrind cannot read (DWARF 5 as Swift writes it)."""
    subprocess.run(["strip", "-g", "-o", SCRATCH / "rdpbench", RELEASE / "rdpbench"], check=True)
    return SCRATCH / "rdpbench"


def instructions(name, count):
    line = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={SCRATCH}/callgrind.out", stripped(), "codec", name, count]
    told = subprocess.run([str(a) for a in line], check=True, capture_output=True, text=True).stderr
    return int(re.search(r"Collected : (\d+)", told)[1])


def nanoseconds(name, count):
    return float(subprocess.check_output([RELEASE / "rdpbench", "codec", name, str(count)]))


def run(quick):
    names = subprocess.check_output([RELEASE / "rdpbench", "codecs"], text=True).split()
    if quick:
        names = [name for name in names if name in ("logon-both-ends", "heartbeat-encode", "heartbeat-answer-decode",
                                                    "spx-probe-encode", "spx-probe-decode", "nbf-alive-decode")]
    rows = []
    for name in names:
        # What the process costs by itself is the same in both, and is gone from the difference.
        each = (instructions(name, MANY) - instructions(name, FEW)) / (MANY - FEW)
        rows.append(row(f"codec {name}", "instructions", [each]))
        heavy = name in ("logon-both-ends", "text-tile-encode")
        rows.append(row(f"codec {name}", "ns", [nanoseconds(name, 3000 if heavy else 100_000) for _ in range(5)]))
    return rows
