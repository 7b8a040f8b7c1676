"""What it costs to know that idle clients are there: heartbeats every 30 s, against mosquitto with MQTT's keepalive of 30 s."""

import time

from bench import cpu, held, packets, row, server

INTERVAL = 30


def run(quick):
    count, windows = (3000, 1) if quick else (10_000, 2)
    rate = count / (4 if quick else 8)
    names = ["tsserver", "mosquitto"]
    used, sent = {name: [] for name in names}, {name: [] for name in names}
    with server("tsserver", "--liveness", f"heartbeat:interval={INTERVAL}s,misses=3") as ours, server("mosquitto") as peer:
        with held("tsserver", count, rate=rate), held("mosquitto", count, rate=rate):
            processes = dict(zip(names, [ours, peer]))
            time.sleep(1)
            for _ in range(windows):
                # Both in the same seconds; in a window of one interval each client is asked once.
                packets_before = {name: packets(name) for name in names}
                before = {name: (cpu(processes[name]), time.monotonic()) for name in names}
                time.sleep(INTERVAL)
                for name in names:
                    spent, at = before[name]
                    used[name].append((cpu(processes[name]) - spent) / (time.monotonic() - at) * 100 / count)
                    sent[name].append((packets(name) - packets_before[name]) / INTERVAL / count)
    per = lambda values, sessions: [value * sessions for value in values]
    return [
        row("knowing, CPU per 10,000 sessions", "% of a core", per(used["tsserver"], 10_000), "mosquitto",
            per(used["mosquitto"], 10_000), "< 2 %", lambda value, _: value < 2),
        row("knowing, CPU per 1,000 sessions", "% of a core", per(used["tsserver"], 1000), "mosquitto", per(used["mosquitto"], 1000)),
        row("knowing, packets per 10,000 sessions", "1/s", per(sent["tsserver"], 10_000), "mosquitto", per(sent["mosquitto"], 10_000)),
    ]
