"""Whether a session costs more where there are more of them: the same measured at growing sizes, and the slope."""

import math
import os
import signal
import statistics
import time

from bench import PORTS, children, cpu, memory, metric, row, server, sessions, until
from storm import Events

INTERVAL = 10
WHATS = {"logon": "µs CPU", "idle memory (RSS)": "bytes", f"idle at a {INTERVAL} s heartbeat": "µs CPU/s", "storm": "µs CPU"}
SPX_WHATS = {"logon": "µs CPU", "idle memory (RSS)": "bytes", f"idle at a {INTERVAL} s watchdog": "µs CPU/s", "storm": "µs CPU"}
# Over SPX, until the server gives back what the logons took: more than the slowest logon takes.
DEADLINE = 40


def measure(count):
    """A session's cost at this size, for each of WHATS."""
    with server("tsserver", "--liveness", f"heartbeat:interval={INTERVAL}s,misses=3") as process:
        with sessions(100):
            time.sleep(0.3)
            before = memory(process.pid), cpu(process)
            # Paced, so that a size differs from another in its number alone.
            with sessions(count, rate=2000, first=101, workers=2) as load:
                logged_on = cpu(process)
                time.sleep(2)
                resident = memory(process.pid)
                idle_from = cpu(process), time.monotonic()
                time.sleep(INTERVAL)
                idle = (cpu(process) - idle_from[0]) / (time.monotonic() - idle_from[1])
                events = Events()
                calm = cpu(process)
                for worker in children(load.pid):
                    os.kill(worker, signal.SIGKILL)
                until(lambda: len(events.marked) >= count, "all to be marked")
                storm = cpu(process) - calm
    return [(logged_on - before[1]) / count * 1e6, (resident - before[0]) / count, idle / (count + 100) * 1e6, storm / count * 1e6]


def measure_spx(count):
    """A session's cost over SPX, half of them at each of two ports, for each of SPX_WHATS."""
    half = count // 2
    # Paced by what two cores take.
    options = {"rate": 800, "workers": 2}
    watchdog = f"spx-watchdog:timeout={INTERVAL}s,count=3"
    ports = [f"spx://127.0.0.1:{port}" for port in PORTS["spx"]]
    listening = [word for port in ports for word in ("--listen", port)]
    with server("tsserver", *listening, "--liveness", watchdog, "--handshake-deadline", f"{DEADLINE}s") as process:
        with sessions(100, target=ports[0]):
            # What their logons took is given back first: it is as much as thousands of idle sessions.
            time.sleep(DEADLINE + 1)
            before = memory(process.pid), cpu(process), time.monotonic()
            with sessions(half, first=101, target=ports[0], **options) as one:
                with sessions(half, first=101 + half, target=ports[1], **options) as other:
                    logged_on, seconds = cpu(process) - before[1], time.monotonic() - before[2]
                    time.sleep(DEADLINE + 1)
                    resident = memory(process.pid)
                    idle_from = cpu(process), time.monotonic()
                    time.sleep(INTERVAL)
                    idle = (cpu(process) - idle_from[0]) / (time.monotonic() - idle_from[1])
                    # Nobody says a word of it, and the watchdog finds it out.
                    calm = cpu(process)
                    for worker in children(one.pid) + children(other.pid):
                        os.kill(worker, signal.SIGKILL)
                    until(lambda: metric("open_connections") <= 100, "all to be marked", pause=0.5)
                    storm = cpu(process) - calm
    # The more there are, the longer they take to come, and the watchdog asks those that are there: on the average, half.
    logged_on -= idle * seconds / 2
    return [logged_on / count * 1e6, (resident - before[0]) / count, idle / (count + 100) * 1e6, storm / count * 1e6]


def slope(sizes, costs):
    """The exponent of the power of the number that a session's cost grows with: 0 where it does not."""
    xs, ys = [math.log(n) for n in sizes], [math.log(max(c, 1e-9)) for c in costs]
    middle = statistics.mean(xs)
    return sum((x - middle) * y for x, y in zip(xs, ys)) / sum((x - middle) ** 2 for x in xs)


def run(quick):
    # Of sizes so near to each other, once each, the slope is noise and proves nothing.
    if quick:
        return table("TCP", measure, WHATS, [500, 1500], 1, target=None)
    return table("TCP", measure, WHATS, [1000, 5000, 15_000], 2) + table("SPX", measure_spx, SPX_WHATS, [10_000, 100_000], 1)


def table(transport, measure, whats, sizes, runs, target=0.05):
    results = {size: [] for size in sizes}
    for _ in range(runs):
        for size in sizes:
            results[size].append(measure(size))
    rows = []
    for index, (what, unit) in enumerate(whats.items()):
        costs = {size: [r[index] for r in results[size]] for size in sizes}
        for size in sizes:
            name = f"growth, {transport}, {what} a session, {size} sessions"
            rows.append(row(name, unit, costs[size], f"{sizes[0]} sessions", costs[sizes[0]]))
        slopes = [slope(sizes, [costs[size][n] for size in sizes]) for n in range(runs)]
        judge = {} if target is None else {"target": f"≤ {target}", "met": lambda value, _: value <= target}
        rows.append(row(f"growth, {transport}, {what}: slope", "exponent", slopes, **judge))
    return rows
