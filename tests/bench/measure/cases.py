"""The cases under load: which gateways take part, how they are set up, what drives them."""
import statistics, time
from dataclasses import dataclass
from typing import Callable

from . import mesh, proxies, readings, upstreams
from .load import H2Load, Own, Wrk
from .setup import Setup
from .stage import Failed, Stage

WARM_WINDOW_SECONDS = 2
WARM_SHORTEST_SECONDS = 12
WARM_LONGEST_SECONDS = 30
QUICK_WARM_SECONDS = 8
WARM_DIFFERENCE = 0.05
QUICK_GATEWAYS = {"nginx", "haproxy", "bare-inline", "mesh", "mesh-1", "mesh-guarded"}


@dataclass
class Plan:
    """How long to measure."""

    rounds: int
    seconds: int
    warm_seconds: int


@dataclass
class Case:
    name: str
    title: str
    setup: Callable[[], Setup]
    gateways: dict
    load: Callable
    base: str = "nginx"
    quick: bool = False
    seconds: int = 0
    window: int = WARM_WINDOW_SECONDS


def _all(**more):
    return {"nginx": proxies.nginx, "haproxy": proxies.haproxy, "bare": proxies.bare, "bare-inline": proxies.bare_inline, "yarp": proxies.yarp, "mesh": mesh.start, **more}


def _without(gateways, *names):
    return {name: start for name, start in gateways.items() if name not in names}


def _one_route(stage, setup):
    """Mesh holding a single route that takes what the case's requests ask for: what the others' cost is compared with."""
    return mesh.start(stage, Setup(plain_upstream=setup.plain_upstream), name="mesh-1")


def _variant(name, **differences):
    def start(stage, setup):
        return mesh.start(stage, setup, name=name, **differences)
    return start


def _file_log(stage, setup):
    return mesh.start(stage, setup, name="mesh-file-log", plugins=({"name": "file-log", "config": {"path": str(stage.directory / "access.log")}},))


def _exporting(name, **environment):
    """With an OTLP collector that takes everything: nginx answering 200 in its place costs the gateway the same."""
    def start(stage, setup):
        endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{setup.plain_upstream}", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf", "OTEL_LOGS_EXPORTER": "none"}
        return mesh.start(stage, setup, name=name, environment={**endpoint, **environment})
    return start


def _plain(**wrk):
    return lambda stage, setup: Wrk(stage, **wrk)


def _cycling(stage, setup):
    return Wrk(stage, cycle=setup)


# As many as nginx and HAProxy have here: what waiting for the other thread's turn on a shared core costs.
_ONE_THREAD = {"DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT": "1"}
_WITH_EDGE = {"mesh-edge": mesh.edge_of}
CASES = [
    Case("one-route", "1 route, 60-byte answers, 32 connections", Setup, _all(**_WITH_EDGE, **{"mesh-one-thread": _variant("mesh-one-thread", environment=_ONE_THREAD)}), _plain(), quick=True),
    Case("routes-10k", "10,000 routes over 100 hosts, cycling", lambda: Setup(10_000, 100), _all(**{"mesh-1": _one_route}), _cycling, quick=True),
    Case("hosts-10k", "10,000 hosts with one route each, cycling", lambda: Setup(10_000, 10_000), _without(_all(**{"mesh-1": _one_route}), "yarp"), _cycling),
    Case("routes-100k", "100,000 routes over 100 hosts, cycling", lambda: Setup(100_000, 100), _without(_all(**{"mesh-1": _one_route}), "yarp"), _cycling),
    Case("guarded", "key-auth and rate-limiting", Setup, {"nginx": proxies.nginx, "mesh": mesh.start, "mesh-guarded": _variant("mesh-guarded", guarded=True)}, _plain(), base="mesh", quick=True),
    Case("down-1k", "answers of 1 KB", Setup, _all(), _plain(path="/body/1k")),
    Case("down-100k", "answers of 100 KB", Setup, _all(), _plain(path="/body/100k")),
    Case("up-1k", "request bodies of 1 KB", Setup, _all(), _plain(body=1024)),
    Case("up-100k", "request bodies of 100 KB", Setup, _all(), _plain(body=102_400)),
    Case("tls", "TLS 1.3, kept connections", Setup, _all(), _plain(tls=True)),
    Case("tls-new", "TLS 1.3, a new connection for each request", Setup, _all(), _plain(tls=True, close=True)),
    Case("http2", "HTTP/2 over TLS, 8 connections with 32 streams each", Setup, _all(), lambda stage, setup: H2Load(stage)),
    Case("websocket", "WebSocket echo of 125 bytes, 64 connections", lambda: Setup(websocket=True), _all(), lambda stage, setup: Own("websocket")),
    Case("grpc", "gRPC unary of 64 bytes, 8 connections with 32 streams each", lambda: Setup(grpc=True), _without(_all(), "nginx", "yarp"), lambda stage, setup: H2Load(stage, grpc=True), base="haproxy"),
    Case("connections-512", "512 connections", Setup, _all(), _plain(connections=512)),
    Case("connections-4096", "4,096 connections", Setup, _all(), _plain(connections=4096), window=5),
    Case("telemetry", "OTLP export and access log on Mesh", Setup, {
        "mesh": mesh.start,
        "mesh-metrics": _exporting("mesh-metrics", OTEL_TRACES_EXPORTER="none"),
        "mesh-traces-1%": _exporting("mesh-traces-1%", OTEL_METRICS_EXPORTER="none"),
        "mesh-file-log": _file_log,
    }, _plain(), base="mesh"),
    Case("steady", "one minute at full load", Setup, {"bare-inline": proxies.bare_inline, "mesh": mesh.start, **_WITH_EDGE}, _plain(), base="bare-inline", seconds=60),
]


def run(case, plan):
    """Medians of each gateway's rounds; a gateway that could not be started stands with its reason."""
    with Stage() as stage:
        setup = case.setup()
        upstreams.start(stage, setup)
        running, failed = {}, {}
        for number, (name, start) in enumerate(case.gateways.items()):
            try:
                running[name] = start(stage, setup.for_gateway(number))
            except Failed as reason:
                if name.startswith("mesh"):
                    raise
                failed[name] = str(reason)
        load = case.load(stage, setup)
        for gateway in running.values():
            _warm(gateway, load, case.window, plan.warm_seconds)
        rounds = {name: [] for name in running}
        for _ in range(1 if case.seconds else plan.rounds):
            for name, gateway in running.items():
                rounds[name].append(_measure(gateway, load, case.seconds or plan.seconds))
    results = {name: {key: statistics.median(row[key] for row in rows) for key in rows[0]} for name, rows in rounds.items()}
    return {"results": results, "failed": failed}


def _measure(gateway, load, seconds):
    counters = gateway.counters.read() if gateway.counters else None
    before = readings.cpu_seconds(gateway.pid)
    sample = load(gateway, seconds)
    sample["cpu_us"] = 1e6 * (readings.cpu_seconds(gateway.pid) - before) / sample["requests"]
    sample["rss_mb"] = readings.memory_mb(gateway.pid)
    if counters:
        after = gateway.counters.read()
        sample["bytes_per_request"] = (after["allocated"] - counters["allocated"]) / sample["requests"]
        sample["gen2"] = after["gen2"] - counters["gen2"]
        sample["gen0"] = after["gen0"] - counters["gen0"]
        sample["contentions"] = after["contentions"] - counters["contentions"]
        sample["pause_ms"] = after["pause_ms"] - counters["pause_ms"]
    return sample


def _warm(gateway, load, window, longest):
    """Full load until two windows in a row cost the same CPU per request: the JIT recompiles what is hot for some seconds."""
    begun, last = time.monotonic(), None
    while True:
        cost = _measure(gateway, load, window)["cpu_us"]
        steady = last is not None and abs(cost - last) <= WARM_DIFFERENCE * last
        if gateway.counters is None or time.monotonic() - begun >= longest:
            return
        if steady and time.monotonic() - begun > min(WARM_SHORTEST_SECONDS, longest):
            return
        last = cost
