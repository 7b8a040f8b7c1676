#!/usr/bin/env python3
"""Brings docker-compose.yml up twice, as shipped and cured, and asserts that it shows the article happening: by what
`docker compose logs` tells, by what Prometheus has scraped, by health checks and by what its containers are allowed.

Run by scripts/test-containers, which makes the images and names the Compose command in its arguments."""

import json
import os
import re
import subprocess
import sys
import time

COMPOSE = sys.argv[1:] + ["--project-name", "tslab-story"]
LOADS, CLIENTS = 2, 5
CURED = "heartbeat:interval=2s,misses=3"
failures = []


def check(true, message):
    if not true:
        failures.append(message)
        print(f"FAILED: story: {message}", flush=True)


def run(*command, **environment):
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def compose(*arguments, **environment):
    return run(*COMPOSE, *arguments, **environment)


def containers():
    """What the engine knows of each container, by service and number."""
    ids = run("docker", "ps", "--all", "--quiet", "--filter", "label=com.docker.compose.project=tslab-story").split()
    known = json.loads(run("docker", "inspect", *ids))

    def label(container, name):
        return container["Config"]["Labels"][f"com.docker.compose.{name}"]

    return {f"{label(one, 'service')}-{label(one, 'container-number')}": one for one in known}


def scraped(server, query):
    told = run("docker", "exec", server, "curl", "-fsSG", "http://127.0.0.1:9090/api/v1/query",
               "--data-urlencode", f"query={query}")
    results = json.loads(told)["data"]["result"]
    return int(results[0]["value"][1]) if results else None


def wait(seconds, what, holds):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return check(False, f"not within {seconds} s: {what}")
        time.sleep(0.5)


def look_at_rights(known):
    for name, container in known.items():
        host = container["HostConfig"]
        added = [capability.removeprefix("CAP_") for capability in host["CapAdd"] or []]
        expected = ["NET_ADMIN"] if name.startswith("power-cut") else []
        check(not host["Privileged"] and host["CapDrop"] == ["ALL"] and added == expected,
              f"{name} is allowed too much: privileged {host['Privileged']}, dropped {host['CapDrop']}, added {added}")
        for network in container["NetworkSettings"]["Networks"].values():
            check(re.match(r"198\.1[89]\.", network["IPAddress"] or "198.18."), f"{name} is at {network['IPAddress']}")


def tell(policy):
    """One run: what happened, by the logs alone."""
    compose("up", "--detach", "--no-build", "--scale", f"tsload={LOADS}", TSLAB_POLICY=policy)
    wait(90, "the story ends", lambda: containers()["story-1"]["State"]["Status"] == "exited")
    logs = {service: compose("logs", "--no-color", service)
            for service in ("story", "power-cut", "tsserver", "anna", "anna-again", "otto")}
    print(f"\nstory under {policy}:\n{logs['power-cut']}{logs['story']}", flush=True)
    check(containers()["story-1"]["State"]["ExitCode"] == 0, "the story has an end")

    def session(log):
        return re.search(r"session (\d+) (new|resumed), (\d+) keystrokes, text '(.*)'", log)

    first, second = session(logs["anna"]), session(logs["anna-again"])
    check(first and first[2] == "new", f"anna logs on: {logs['anna']}")
    check("loses power" in logs["power-cut"], "the power is cut")
    left = re.search(rf"session {first[1]} Active -> (\S+): (\S+)", logs["tsserver"])
    if policy == "none":
        check(left is None, f"the server never learns of it: {left and left[0]}")
        check(second and second[2] == "new" and second[1] != first[1] and second[4] == "", f"anna is kept out: {second and second[0]}")
        check(f"END: anna was kept out of session {first[1]}" in logs["story"], "the story says so")
        held, resumed = 1, 0
    else:
        check(left and left[1] == "Disconnected" and left[2] == "heartbeat-missed", f"the server learns of it: {left and left[0]}")
        given = second and second[2] == "resumed" and second[1] == first[1] and second[4] == "Dear Otto"
        check(given, f"anna is given it back: {second and second[0]}")
        check(f"END: anna was given back session {first[1]}" in logs["story"], "the story says so")
        held, resumed = 0, 1
    check("ended" not in logs["otto"], "nobody disturbs otto")

    server = containers()["tsserver-1"]["Id"]
    # anna's orphan, anna, otto and the crowd.
    active = LOADS * CLIENTS + 2 + held
    wait(15, f"Prometheus has scraped {active} Active sessions", lambda: scraped(server, 'tsserver_sessions{state="Active"}') == active)
    check(scraped(server, "tsserver_blocked_logons_total") == held, f"Prometheus has scraped {held} blocked logons")
    check(scraped(server, "tsserver_resumed_logons_total") == resumed, f"Prometheus has scraped {resumed} resumed logons")
    # anna's first client too: its kernel has not been told either that the line is dead.
    wait(15, "everybody is well", lambda: all(
        container["State"]["Health"]["Status"] == "healthy"
        for container in containers().values() if container["State"]["Running"]))
    look_at_rights(containers())


def main():
    # Any free ports of this machine will do, so that the test is in nobody's way.
    os.environ |= {"TSLAB_RDP_PORT": "0", "TSLAB_PROMETHEUS_PORT": "0", "TSLAB_CLIENTS": str(CLIENTS)}
    compose("down", "--volumes", "--timeout", "1")
    for policy in ("none", CURED):
        try:
            tell(policy)
        finally:
            compose("down", "--volumes", "--timeout", "1")
    print(f"story: {len(failures)} assertions failed" if failures else "story: as expected, as shipped and cured")
    sys.exit(1 if failures else 0)


main()
