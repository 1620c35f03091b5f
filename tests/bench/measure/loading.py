"""Cases of loading and memory: how fast configuration arrives, what it weighs, what many connections cost."""
import json, resource, socket, ssl, statistics, threading, time, urllib.request

from . import mesh, readings, upstreams
from .load import Own, hey_new_connections
from .setup import Setup
from .stage import Failed, Stage

MANY, MILLION = 100_000, 1_000_000
LIVE_CHANGES = 200
CHANGE_RATE = 100
PACED_RATE = 4_000
IDLE_CONNECTIONS = 10_000
NEW_CONNECTION_RATE = 2_000
LONGEST_LOAD_SECONDS = 300
SETTLE_SECONDS = 5


class Measured:
    """Lines of one case: what, value, unit, and the most that is wanted."""

    def __init__(self):
        self.lines = []

    def add(self, what, value, unit, wanted=None):
        self.lines.append({"what": what, "value": round(value, 3), "unit": unit, "wanted": wanted})


def _routes(count, upstream, stage):
    return json.dumps(mesh.document(Setup(count, 100, plain_upstream=upstream), stage)).encode()


def _first_200(gateway, path, host, begun, seconds=LONGEST_LOAD_SECONDS):
    """Seconds from begun to the first 200."""
    while time.monotonic() - begun < seconds:
        try:
            urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{gateway.port}{path}", headers={"Host": host}), timeout=2).read()
            return time.monotonic() - begun
        except OSError:
            time.sleep(0.001)
    raise Failed(f"{path} is not answered with 200")


def _settled_mb(gateway):
    """Resident memory some seconds after the last work; nothing is forced."""
    time.sleep(SETTLE_SECONDS)
    return readings.memory_mb(gateway.pid)


def _live_changes(out, silo, gateway, where):
    whole, posts = [], []
    for i in range(LIVE_CHANGES):
        begun = time.monotonic()
        silo.extra["admin"].send("POST", "/routes?wait=edges", {"name": f"live-{where}-{i}", "paths": [f"/live-{where}-{i}"], "service": {"name": "bench"}})
        posts.append(1000 * (time.monotonic() - begun))
        _first_200(gateway, f"/live-{where}-{i}", "localhost", begun)
        whole.append(1000 * (time.monotonic() - begun))
    whole.sort()
    out.add(f"one route more among {MANY:,} until its first 200, {where}: median", statistics.median(whole), "ms", 20)
    out.add(f"one route more among {MANY:,} until its first 200, {where}: p99", whole[int(len(whole) * 0.99)], "ms")
    out.add(f"of which the Admin POST ?wait=edges, {where}: median", statistics.median(posts), "ms")


def load_100k(out):
    """All in one process."""
    with Stage() as stage:
        setup = Setup()
        upstreams.start(stage, setup)
        gateway = mesh.start(stage, name="mesh")
        out.add("idle all-in-one, RSS", _settled_mb(gateway), "MB", 200)
        data = _routes(MANY, setup.plain_upstream, stage)
        begun = time.monotonic()
        gateway.extra["admin"].apply(data)
        _first_200(gateway, f"/r{MANY - 1}", f"h{(MANY - 1) % 100}.test", begun)
        out.add(f"{MANY:,} routes into an empty all-in-one until the last answers 200", time.monotonic() - begun, "s", 10)
        out.add(f"all-in-one with {MANY:,} routes, RSS", _settled_mb(gateway), "MB", 600)
        out.add("the most it ever had (VmHWM)", readings.memory_mb(gateway.pid, "VmHWM"), "MB")
        _live_changes(out, gateway, gateway, "all-in-one")


def edge_100k(out):
    """An edge of its own: live load, memory, changes, and its start from disk without a control plane."""
    with Stage() as stage:
        setup = Setup()
        upstreams.start(stage, setup)
        silo = mesh.start(stage, name="silo", proxy=False)
        edge = mesh.start_edge(stage, silo)
        data = _routes(MANY, setup.plain_upstream, stage)
        last, host = f"/r{MANY - 1}", f"h{(MANY - 1) % 100}.test"
        begun = time.monotonic()
        silo.extra["admin"].apply(data)
        _first_200(edge, last, host, begun)
        out.add(f"{MANY:,} routes into an empty edge until the last answers 200", time.monotonic() - begun, "s", 10)
        out.add(f"edge with {MANY:,} routes, RSS", _settled_mb(edge), "MB", 350)
        out.add("the most it ever had (VmHWM)", readings.memory_mb(edge.pid, "VmHWM"), "MB")
        _live_changes(out, silo, edge, "edge")
        out.add("edge after these changes, RSS", _settled_mb(edge), "MB", 350)
        collected = edge.counters.collect()
        out.add("of which live objects", collected["heap"] / 1048576, "MB")

        _changing_traffic(out, silo, edge, last)
        stage.stop(edge.process, silo.process)
        begun = time.monotonic()
        edge = mesh.start_edge(stage, silo, wait=False)
        out.add(f"start of an edge from disk with {MANY:,} routes until its first 200, control plane away", _first_200(edge, last, host, begun), "s", 3)
        out.add("edge started from disk, RSS", _settled_mb(edge), "MB", 350)


def _changing_traffic(out, silo, edge, path):
    """p99 at a fixed pace, without and with a change every 10 ms."""
    silo.extra["admin"].send("PUT", "/routes/paced", {"paths": ["/paced"], "service": {"name": "bench"}})
    load = Own("paced", path="/paced", connections=32, number=PACED_RATE)
    load(edge, 6)
    without = statistics.median(load(edge, 8)["p99"] for _ in range(3))
    ended, made, failures = threading.Event(), [0], []

    def change():
        admin, begun = mesh.Admin(silo.extra["ports"]["admin"]), time.monotonic()
        try:
            while not ended.is_set():
                admin.send("PUT", f"/routes/changing-{made[0] % 50}", {"paths": [f"/changing-{made[0]}"], "service": {"name": "bench"}})
                made[0] += 1
                time.sleep(max(0, begun + made[0] / CHANGE_RATE - time.monotonic()))
        except (OSError, Failed) as failure:
            failures.append(failure)

    writer = threading.Thread(target=change)
    begun = time.monotonic()
    writer.start()
    during = statistics.median(load(edge, 8)["p99"] for _ in range(3))
    rate = made[0] / (time.monotonic() - begun)
    ended.set()
    writer.join()
    if failures:
        raise Failed(f"a change failed: {failures[0]}")
    out.add(f"p99 at {PACED_RATE:,} requests/s without changes", without, "ms")
    out.add(f"p99 at {PACED_RATE:,} requests/s during {rate:.0f} changes/s", during, "ms")
    out.add("ratio of the two", during / without, "×", 1.5)


def load_million(out):
    with Stage() as stage:
        setup = Setup()
        upstreams.start(stage, setup)
        gateway = mesh.start(stage, name="mesh")
        data = _routes(MILLION, setup.plain_upstream, stage)
        begun = time.monotonic()
        gateway.extra["admin"].apply(data)
        _first_200(gateway, f"/r{MILLION - 1}", f"h{(MILLION - 1) % 100}.test", begun)
        out.add(f"{MILLION:,} routes into an empty all-in-one until the last answers 200", time.monotonic() - begun, "s")
        out.add("all-in-one with them, RSS", _settled_mb(gateway), "MB")
        out.add("the most it ever had (VmHWM)", readings.memory_mb(gateway.pid, "VmHWM"), "MB")
        del data
        edge = mesh.start_edge(stage, gateway)
        _first_200(edge, f"/r{MILLION // 2}", f"h{(MILLION // 2) % 100}.test", time.monotonic())
        out.add("edge of its own with them, RSS", _settled_mb(edge), "MB", 2500)


def _hold(out, what, gateway, connect, descriptors=1):
    """Opens the idle connections, each of which has had one answer, and weighs the gateway with them. An edge keeps up to 1,024 descriptors to itself."""
    count = min(IDLE_CONNECTIONS, (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 1500) // descriptors)
    before, held = _settled_mb(gateway), []
    try:
        for i in range(count):
            one = connect()
            one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = one.recv(4096)
            if not answer.startswith(b"HTTP/1.1 200 "):
                raise Failed(f"connection {i} got {answer[:40]!r}")
            held.append(one)
        after = _settled_mb(gateway)
    finally:
        for one in held:
            one.close()
    out.add(f"{count:,} kept {what} that have made a request, RSS beyond the idle edge's {before:.0f} MB", after - before, "MB")
    out.add(f"edge with {count:,} idle {what}, RSS", after, "MB", 250)


def idle_connections(out):
    with Stage() as stage:
        setup = Setup()
        upstreams.start(stage, setup)
        gateway = mesh.edge_of(stage, setup)
        _hold(out, "connections", gateway, lambda: socket.create_connection(("127.0.0.1", gateway.port), timeout=10))
    with Stage() as stage:
        setup = Setup()
        upstreams.start(stage, setup)
        gateway = mesh.edge_of(stage, setup)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

        def over_tls():
            return context.wrap_socket(socket.create_connection(("127.0.0.1", gateway.tls_port), timeout=10), server_hostname="localhost")

        _hold(out, "TLS connections", gateway, over_tls)
    with Stage() as stage:
        setup = Setup()
        upstreams.start(stage, setup)
        gateway = mesh.stream_edge(stage, setup.plain_upstream)
        _hold(out, "streams", gateway, lambda: socket.create_connection(("127.0.0.1", gateway.port), timeout=10), descriptors=2)


def new_connections(out, seconds=10):
    with Stage() as stage:
        setup = Setup()
        upstreams.start(stage, setup)
        gateway = mesh.edge_of(stage, setup)
        hey_new_connections(gateway, NEW_CONNECTION_RATE, 5)
        before = readings.cpu_seconds(gateway.pid)
        found = hey_new_connections(gateway, NEW_CONNECTION_RATE, seconds)
        cpu = readings.cpu_seconds(gateway.pid) - before
        if set(found["statuses"]) != {200} or found["errors"]:
            raise Failed(f"new connections: {found}")
        out.add(f"new connections per second at {NEW_CONNECTION_RATE:,} asked for, each with one request, all 200", found["rate"], "/s")
        out.add("their p99", found["p99"], "ms")
        out.add("gateway CPU for each", 1e6 * cpu / sum(found["statuses"].values()), "µs")


CASES = {
    "load-100k": load_100k,
    "edge-100k": edge_100k,
    "load-1m": load_million,
    "idle-connections": idle_connections,
    "new-connections": new_connections,
}
QUICK = {"new-connections"}


def run(name):
    out = Measured()
    CASES[name](out)
    return out.lines
