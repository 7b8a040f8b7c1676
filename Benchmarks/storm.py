"""Thousands of clients lost in the same instant: how long until the server has marked them all, and what those who are
well feel of it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time

from bench import (AT_ONCE, LOGON, PORTS, RELEASE, SCRATCH, Admin, children, clients, end_load, metric, process, quantile, row, server,
                   sessions, until)

TYPISTS = 10


class Events(threading.Thread):
    """Follows GET /events; the moments, in seconds, at which sessions became Disconnected."""

    def __init__(self):
        super().__init__(daemon=True)
        self.marked = []
        self.admin = Admin("localhost")
        self.admin.request("GET", "/events")
        self.answer = self.admin.getresponse()
        self.start()

    def run(self):
        with contextlib.suppress(Exception):
            for line in self.answer:
                event = json.loads(line)
                if event["to"] == "Disconnected":
                    self.marked.append(event["t"] / 1e9)


@contextlib.contextmanager
def typists():
    """Healthy users who type; the block gets a list that holds (when, how long) for each key once the block has ended."""
    keys = []
    with open(SCRATCH / "keys.txt", "w+") as file:
        with process(RELEASE / "rdpbench", "echo", f"127.0.0.1:{PORTS['tsserver']}", TYPISTS, stdout=file):
            time.sleep(2)
            yield keys
        file.seek(0)
        keys += [tuple(int(n) / 1e9 for n in line.split()) for line in file]


def p99(keys, begin, end):
    """In milliseconds, of the keys that fell due between the two moments."""
    return quantile([latency for at, latency in keys if begin <= at <= end], 0.99) * 1000


def killed(count):
    """The processes of all clients get a SIGKILL: their kernel resets every connection at once, with no policy to wait for.
    Afterwards all users come back at once. Milliseconds: p99 before, time to mark, p99, time to come back, p99."""
    with server("tsserver") as _, typists() as keys:
        events = Events()
        with sessions(count, rate=3000, workers=2) as load:
            time.sleep(2)
            calm_until = time.monotonic()
            workers = children(load.pid)
            struck = time.monotonic()
            for worker in workers:
                os.kill(worker, signal.SIGKILL)
            until(lambda: len(events.marked) >= count, "all to be marked")
        marked = max(events.marked)
        time.sleep(0.5)
        back = time.monotonic()
        with sessions(count, rate=AT_ONCE, workers=2) as load:
            resumed = metric("resumed_logons_total")
            returned = end_load(load)["logonSeconds"]
        if resumed != count:
            raise RuntimeError(f"{resumed} of {count} users were given their sessions back")
    return [p99(keys, struck - 1.5, calm_until), (marked - struck) * 1000, p99(keys, struck, marked + 0.1), returned * 1000,
            p99(keys, back, back + returned)]


def killed_floor(count):
    """The same at the C loop, which only closes: milliseconds until it has, and p99 of a healthy client's echo meanwhile."""
    with server("floor") as floor:
        pass
    with process(*floor.args, stdout=subprocess.PIPE, text=True) as floor:
        time.sleep(0.3)
        with clients("floor", count, rate=3000) as load, socket.create_connection(("127.0.0.1", PORTS["floor"])) as healthy:
            healthy.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            healthy.sendall(bytes(sum(int(turn.split(":")[0]) for turn in LOGON.split(","))))
            answered = 0
            while answered < sum(int(turn.split(":")[1]) for turn in LOGON.split(",")):
                answered += len(healthy.recv(65536))
            done, latencies = threading.Event(), []

            def echo():
                while not done.wait(0.002):
                    began = time.monotonic()
                    healthy.sendall(b"a")
                    healthy.recv(1)
                    latencies.append((began, time.monotonic() - began))

            user = threading.Thread(target=echo)
            user.start()
            struck = time.monotonic()
            load.kill()
            closed = None
            while closed is None:
                told = json.loads(floor.stdout.readline())
                # The healthy one is left, and perhaps a probe of whether the server listens.
                closed = told["t"] if told["open"] == 1 else None
            done.set()
            user.join()
    return (closed - struck) * 1000, p99(latencies, struck, closed + 0.1)


def dark(count, policy, bound):
    """All workstations lose power in the same instant, cut off both ways by nftables, and the policy finds it out. Seconds
    from the cut until the last is marked, the same beyond the policy's bound, and p99 in milliseconds meanwhile."""
    truth = SCRATCH / "truth.ndjson"
    truth.unlink(missing_ok=True)
    with server("tsserver", "--liveness", policy), typists() as keys:
        events = Events()
        with sessions(count, rate=3000, workers=2, options=["--fault", "power-off:at=1s,over=0s", "--truth", truth]):
            until(lambda: len(events.marked) >= count, "all to be marked", seconds=bound + 60)
        struck = [event["t"] / 1e9 for event in map(json.loads, open(truth)) if event["event"] == "struck"]
    first, last, marked = min(struck), max(struck), max(events.marked)
    if len(struck) != count:
        raise RuntimeError(f"{len(struck)} of {count} lost power")
    return [marked - last, marked - last - bound, p99(keys, first, marked)]


def run(quick):
    count, runs, interval = (3000, 1, 3) if quick else (15_000, 2, 6)
    # An answer just before the cut: the next probe comes an interval later, and the last of two that are missed an
    # interval after it. The kernel's first probe comes `time` after the last segment, and it gives up `interval` after the
    # third; its timers may be late by an eighth (timer wheel, kernel/time/timer.c).
    policies = {
        "heartbeat": (f"heartbeat:interval={interval}s,misses=2,timeout={interval * 500}ms", interval * 2.5),
        "tcp-keepalive": (f"tcp-keepalive:time={interval}s,interval=1s,count=3", (interval + 3) * 1.125),
    }
    ours, floor = zip(*[(killed(count), killed_floor(count)) for _ in range(runs)])
    column = lambda rows, index: [r[index] for r in rows]
    fast = ("< 100 ms", lambda value, _: value < 100)
    rows = [
        row(f"storm, SIGKILL of {count}: until all are marked", "ms", column(ours, 1), "C loop closes", column(floor, 0)),
        row("storm, SIGKILL: p99 echo meanwhile", "ms", column(ours, 2), "C loop", column(floor, 1), *fast),
        row("p99 echo before the storm", "ms", column(ours, 0)),
        row("reconnect storm: until all have their sessions back", "ms", column(ours, 3)),
        row("reconnect storm: p99 echo meanwhile", "ms", column(ours, 4)),
    ]
    for name, (policy, bound) in policies.items():
        cuts = [dark(count, policy, bound) for _ in range(runs)]
        rows += [
            row(f"power cut of {count}, {policy}: last marked after", "s", column(cuts, 0)),
            row(f"power cut, {name}: beyond the policy's bound of {bound:.1f} s", "s", column(cuts, 1), None, None, "≤ 0.1 s",
                lambda value, _: value <= 0.1),
            row(f"power cut, {name}: p99 echo meanwhile", "ms", column(cuts, 2), None, None, *fast),
        ]
    return rows
