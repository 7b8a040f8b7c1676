"""What the benchmarks share: processes, what they cost, and how a measurement is told."""

import contextlib
import http.client
import json
import math
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RELEASE = ROOT / ".build/release"
FLOOR = ROOT / ".build/bench/floor"
SCRATCH = pathlib.Path(tempfile.mkdtemp(prefix="tslab-bench-"))

# The round trips of one logon of tsload at tsserver, in bytes sent and answered, as strace tells them. The last but one
# is answered with the desktop, 640x480, where there are many sessions to list on it: the mean over a storm, since who comes
# early has a shorter list.
LOGON = "47:19,335:110,20:11,60:75,261:334,451:33900,124:0"

PORTS = {"tsserver": 3389, "floor": 4000, "mosquitto": 1883, "memcached": 11211, "redis": 6379, "xrdp": 3390, "spx": (2130, 2131)}
# As fast as they can, for tools that want a rate.
AT_ONCE = 1_000_000


def build():
    """Builds what is measured and the floor it is measured against."""
    subprocess.run(["swift", "build", "-c", "release"], cwd=ROOT, check=True, stdout=2)
    FLOOR.parent.mkdir(parents=True, exist_ok=True)
    source = ROOT / "Benchmarks/floor.c"
    subprocess.run(["gcc", "-O2", "-Wall", "-o", FLOOR, source, "-levent_core"], check=True)


# --- Processes. Each is ended by its own pid.


@contextlib.contextmanager
def process(*arguments, **options):
    """A program that runs while the block does."""
    with open(SCRATCH / "errors.txt", "ab") as errors:
        child = subprocess.Popen([str(a) for a in arguments], stderr=errors, **({"stdout": subprocess.DEVNULL} | options))
    try:
        yield child
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if child.stdout:
            child.stdout.close()


def command(name):
    """The command line of a server."""
    port = PORTS[name]
    if name == "floor":
        return [FLOOR, "serve", port, LOGON]
    if name == "memcached":
        return ["memcached", "-u", "root", "-l", "127.0.0.1", "-p", port, "-U", "0", "-c", "19000", "-t", "1"]
    if name == "redis":
        return ["redis-server", "--bind", "127.0.0.1", "--port", port, "--maxclients", "19000",
                "--protected-mode", "no", "--save", "", "--dir", SCRATCH]
    if name == "mosquitto":
        configuration = SCRATCH / "mosquitto.conf"
        configuration.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\nlog_dest none\n")
        return ["mosquitto", "-c", configuration]
    raise ValueError(name)


@contextlib.contextmanager
def server(name, *options):
    """A server that answers."""
    if name == "tsserver":
        line = [RELEASE / name, "--listen", f"127.0.0.1:{PORTS[name]}", "--admin", SCRATCH / "admin.sock",
                "--handshake-deadline", "2m", *options]
    else:
        line = command(name)
    with process(*line) as child:
        until(lambda: answers(PORTS[name]), f"{name} to listen", child)
        time.sleep(0.2)
        yield child


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def sessions(count, rate=AT_ONCE, first=1, options=(), workers=1, target=f"127.0.0.1:{PORTS['tsserver']}"):
    """So many clients of tsload at tsserver, all with their desktops before the block begins."""
    wanted = metric("logons_total") + count
    line = [RELEASE / "tsload", "--target", target, "--clients", count, "--rate", rate,
            "--workers", workers, "--first-workstation", first, "--sources", "127.18.0.0", "--json", *options]
    with process(*line, stdout=subprocess.PIPE) as child:
        until(lambda: metric("logons_total") >= wanted, f"{count} logons", child, seconds=120 + count // 250, pause=0.1)
        time.sleep(0.3)
        yield child


@contextlib.contextmanager
def clients(name, count, rate=AT_ONCE, first=1, protocol=None):
    """So many idle clients of a peer; the block gets their process, with the seconds they took as `seconds`."""
    protocol = protocol or (LOGON if name == "floor" else name)
    with process(FLOOR, "hold", PORTS[name], count, rate, protocol, first, stdout=subprocess.PIPE) as child:
        line = child.stdout.readline()
        if not line:
            raise RuntimeError(f"the clients of {name} ended: see {SCRATCH}/errors.txt")
        child.seconds = json.loads(line)["seconds"]
        time.sleep(0.3)
        yield child


def held(name, count, **options):
    return sessions(count, **options) if name == "tsserver" else clients(name, count, **options)


def end_load(child):
    """Ends a tsload; its summary."""
    child.send_signal(signal.SIGTERM)
    return json.loads(child.stdout.read())


def until(condition, what, child=None, seconds=120, pause=0.02):
    limit = time.monotonic() + seconds
    while not condition():
        if child is not None and child.poll() is not None:
            raise RuntimeError(f"{child.args[0]} ended with {child.returncode} while waiting for {what}: see {SCRATCH}/errors.txt")
        if time.monotonic() > limit:
            raise RuntimeError(f"waited {seconds} s for {what}")
        time.sleep(pause)


class Admin(http.client.HTTPConnection):
    """A connection to tsserver's admin face."""

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(SCRATCH / "admin.sock"))


def metric(name):
    admin = Admin("localhost")
    admin.request("GET", "/metrics")
    page = admin.getresponse().read().decode()
    admin.close()
    return int(re.search(rf"^tsserver_{name} (\d+)$", page, re.MULTILINE)[1])


# --- What a process costs.


def cpu(child):
    """Seconds on a CPU so far, of all threads (the first number of /proc/PID/schedstat)."""
    tasks = pathlib.Path(f"/proc/{child.pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def children(pid):
    return [int(n) for n in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def memory(pid, key="Rss"):
    """Bytes of a process's user-space memory: resident, or with Pss its share of what it shares with others."""
    page = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(rf"^{key}:\s+(\d+) kB", page, re.MULTILINE)[1]) * 1024


SOCKET_CACHES = {"TCP", "sock_inode_cache", "filp", "dentry", "eventpoll_epi", "eventpoll_pwq", "tw_sock_TCP", "request_sock_TCP"}


def kernel_memory():
    """Bytes in the slab caches that sockets and their descriptors live in, of the whole machine; None for who may not look."""
    try:
        lines = open("/proc/slabinfo").read().splitlines()[2:]
    except PermissionError:
        return None
    rows = (line.split() for line in lines)
    return sum(int(row[1]) * int(row[3]) for row in rows if row[0] in SOCKET_CACHES)


def packets(name):
    """Segments that a server's connections have sent and received."""
    text = subprocess.run(["ss", "-Htin", "sport", "=", f":{PORTS[name]}"], check=True, capture_output=True, text=True).stdout
    return sum(int(n) for n in re.findall(r"segs_(?:out|in):(\d+)", text))


# --- How a measurement is told.


def row(what, unit, ours, peer_name=None, peer=None, target=None, met=None):
    """One line of the table. `ours` and `peer` hold a value for each run; runs of the same index were side by side."""
    peer = peer or []
    ratios = [a / b for a, b in zip(ours, peer) if b]
    return {
        "what": what, "unit": unit, "tslab": spread(ours), "peer": peer_name, "peerValue": spread(peer),
        "ratio": spread(ratios), "target": target,
        "met": None if met is None else bool(met(statistics.median(ours), statistics.median(ratios) if ratios else None)),
    }


def spread(values):
    if not values:
        return None
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "runs": len(values)}


def number(value):
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(digits, 3)}f}"


def cell(values):
    if values is None:
        return ""
    if values["min"] == values["max"]:
        return number(values["median"])
    return f"{number(values['median'])} ({number(values['min'])}–{number(values['max'])})"


def table(rows):
    lines = ["| measure | unit | tslab | peer | | ratio | target | |", "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for r in rows:
        met = {None: "", True: "met", False: "**missed**"}[r["met"]]
        cells = [r["what"], r["unit"], cell(r["tslab"]), r["peer"] or "", cell(r["peerValue"]), cell(r["ratio"]), r["target"] or "", met]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def quantile(values, q):
    values = sorted(values)
    return values[min(len(values) - 1, math.ceil(q * len(values)) - 1)] if values else math.nan
