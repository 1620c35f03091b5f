"""What is wanted of Mesh, as ratios within one case, and how a set of results stands against it."""
from dataclasses import dataclass
from typing import Callable


@dataclass
class Target:
    what: str
    case: str
    value: Callable
    most: float
    unit: str = "×"


def _ratio(gateway, base, field="cpu_us"):
    return lambda results: results[gateway][field] / results[base][field]


TARGETS = [
    Target("1 route: CPU against A with the same runtime settings", "one-route", _ratio("mesh", "bare-inline"), 1.05),
    Target("1 route: CPU against nginx", "one-route", _ratio("mesh", "nginx"), 1.2),
    Target("1 route: p99 at 32 connections against HAProxy", "one-route", _ratio("mesh", "haproxy", "p99"), 1.5),
    Target("the same with one polling thread, as HAProxy's one", "one-route", _ratio("mesh-one-thread", "haproxy", "p99"), 1.5),
    Target("10,000 routes: CPU against one route", "routes-10k", _ratio("mesh", "mesh-1"), 1.03),
    Target("10,000 hosts: CPU against one route", "hosts-10k", _ratio("mesh", "mesh-1"), 1.03),
    Target("100,000 routes: CPU against one route", "routes-100k", _ratio("mesh", "mesh-1"), 1.06),
    Target("key-auth and rate-limiting: CPU against none", "guarded", _ratio("mesh-guarded", "mesh"), 1.08),
    Target("OTLP metrics: CPU against none", "telemetry", _ratio("mesh-metrics", "mesh"), 1.02),
    Target("traces at 1 %: CPU against none", "telemetry", _ratio("mesh-traces-1%", "mesh"), 1.03),
    Target("access log: CPU against none", "telemetry", _ratio("mesh-file-log", "mesh"), 1.08),
    Target("TLS: CPU against nginx", "tls", _ratio("mesh", "nginx"), 1.25),
    Target("TLS, new connections: CPU against nginx", "tls-new", _ratio("mesh", "nginx"), 1.25),
    Target("HTTP/2: CPU against nginx", "http2", _ratio("mesh", "nginx"), 1.25),
    Target("WebSocket: CPU against nginx", "websocket", _ratio("mesh", "nginx"), 1.25),
    Target("gRPC: CPU against HAProxy", "grpc", _ratio("mesh", "haproxy"), 1.25),
    Target("allocations per request", "steady", lambda results: results["mesh"]["bytes_per_request"], 2048, "B"),
    Target("of which ours (beyond A's)", "steady", lambda results: results["mesh"]["bytes_per_request"] - results["bare-inline"]["bytes_per_request"], 300, "B"),
    Target("gen-2 collections in a minute at full load", "steady", lambda results: results["mesh"]["gen2"], 0, ""),
    Target("the same of an edge of its own", "steady", lambda results: results["mesh-edge"]["gen2"], 0, ""),
    Target("lock contentions in that minute", "steady", lambda results: results["mesh"]["contentions"], 0, ""),
]


def standing(cases):
    """(what, measured, wanted, met) of each target whose case was measured, then of the loading cases' own."""
    rows = []
    for target in TARGETS:
        results = cases.get(target.case, {}).get("results")
        if results:
            try:
                value = target.value(results)
            except KeyError:
                continue  # A gateway that was not chosen, or could not be started.
            rows.append((target.what, f"{value:.2f} {target.unit}".strip(), f"{target.most:g} {target.unit}".strip(), value <= target.most))
    for case in cases.values():
        for line in case.get("lines", []):
            if line["wanted"] is not None:
                rows.append((line["what"], f"{line['value']:.2f} {line['unit']}", f"{line['wanted']:g} {line['unit']}", line["value"] <= line["wanted"]))
    return rows
