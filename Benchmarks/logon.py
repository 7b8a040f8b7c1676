"""What a logon costs tsserver and tsload, against a C loop on libevent that exchanges as many bytes in as many turns."""

from bench import LOGON, clients, cpu, end_load, metric, row, server, sessions


def measure(count):
    """One logon's CPU at tsserver and at tsload in microseconds, and logons a second."""
    with server("tsserver") as ours:
        # A first client pays for what only the first one costs: code paged in, fonts, buffers.
        with sessions(1) as load:
            start_up = cpu(load)
        sent, before = metric("sent_bytes_total"), cpu(ours)
        with sessions(count) as load:
            costs = cpu(ours) - before, cpu(load) - start_up
            check_exchange((metric("sent_bytes_total") - sent) / count)
            seconds = end_load(load)["logonSeconds"]
    return [cost / count * 1e6 for cost in costs] + [count / seconds]


def check_exchange(sent):
    """Stops a comparison with a C loop that does not send what a logon's desktop takes today."""
    said = sum(int(turn.split(":")[1]) for turn in LOGON.split(","))
    if abs(sent - said) > said / 25:
        raise RuntimeError(f"a logon sends {sent:.0f} bytes, the C loop {said}: mend LOGON in bench.py, where strace has the turns")


def measure_floor(count):
    with server("floor") as floor:
        with clients("floor", 1) as load:
            start_up = cpu(load)
        before = cpu(floor)
        with clients("floor", count) as load:
            return [(cpu(floor) - before) / count * 1e6, (cpu(load) - start_up) / count * 1e6, count / load.seconds]


def run(quick):
    # Fewer than a listening socket's queue holds (somaxconn), so that no SYN waits a second for its repetition.
    count, runs = (2000, 3) if quick else (4000, 5)
    ours, floor = zip(*[(measure(count), measure_floor(count)) for _ in range(runs)])
    column = lambda rows, index: [r[index] for r in rows]
    return [
        row("logon, server", "µs CPU", column(ours, 0), "C loop", column(floor, 0), "≤ 2 × the C loop", lambda _, ratio: ratio <= 2),
        row("logon, client", "µs CPU", column(ours, 1), "C loop", column(floor, 1)),
        row("logon, both ends", "µs CPU", [a + b for a, b, _ in ours], "C loop", [a + b for a, b, _ in floor]),
        row("logons, all at once", "1/s", column(ours, 2), "C loop", column(floor, 2)),
    ]
