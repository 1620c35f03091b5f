"""Mesh, as one process and as a silo with an edge of its own."""
import http.client, json, time, urllib.request

from .proxies import INLINE, hooked
from .setup import Gateway
from .stage import Failed, program

EDGE_TOKEN = "bench-edge-token"

# What the process chooses by itself; here the socket of the counters is made before it could.
CHOSEN = INLINE
LONGEST_APPLY_SECONDS = 300
BIG_DOCUMENT_BYTES = 1 << 30


class Admin:
    """The Admin API over one kept connection."""

    def __init__(self, port):
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_APPLY_SECONDS)

    def send(self, method, path, body=None):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        self.connection.request(method, path, data, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise Failed(f"{method} {path}: {answer.status} {text[:300]!r}")
        return text

    def apply(self, document):
        """Replaces the configuration and returns the seconds until every edge serves it."""
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        begun = time.monotonic()
        self.send("POST", f"/config?wait=edges&timeout={LONGEST_APPLY_SECONDS * 1000}", data)
        return time.monotonic() - begun


def document(setup, stage, guarded=False, plugins=()):
    """The configuration of a case as a declarative document."""
    certificate, key = stage.certificate()
    protocols = ["grpc", "grpcs"] if setup.grpc else ["http", "https"]
    routes = [{"name": "all", "protocols": protocols, "paths": ["/"], "service": {"name": "bench"}}]
    if setup.hosts:
        routes = [{"name": f"r{i}", "hosts": [host], "paths": [f"/r{i}"], "strip_path": False, "service": {"name": "bench"}} for i, host in setup.each()]
    routes[0]["strip_path"] = False
    if setup.grpc:
        del routes[0]["strip_path"]
    result = {
        "_format_version": "3.0",
        "services": [{"name": "bench", "protocol": "grpc" if setup.grpc else "http", "host": "127.0.0.1", "port": setup.upstream}],
        "routes": routes,
        "certificates": [{"cert": certificate.read_text(), "key": key.read_text(), "snis": [{"name": "localhost"}]}],
        "plugins": list(plugins),
    }
    if guarded:
        result["consumers"] = [{"username": "bench", "keyauth_credentials": [{"key": "secret"}]}]
        result["plugins"] += [{"name": "key-auth"}, {"name": "rate-limiting", "config": {"minute": 100_000_000, "policy": "local"}}]
    return result


def start(stage, setup=None, name="mesh", guarded=False, plugins=(), environment=None, proxy=True):
    """Silo, store and edge in one process; configured when a setup is given."""
    ports = {kind: stage.port() for kind in ("proxy", "tls", "admin", "status", "silo", "gateway")}
    flags, more, extra = " http2" if setup is not None and setup.grpc else "", "", {}
    if setup is not None and setup.proxy_protocol:
        extra["proxy_protocol"] = stage.port()
        more = f", 127.0.0.1:{extra['proxy_protocol']} proxy_protocol backlog=4096"
        environment = {"MESH_TRUSTED_IPS": "127.0.0.0/8", **(environment or {})}
    variables, counters = hooked(stage, name)
    process = stage.start(
        "dotnet", program("mesh"), "start",
        MESH_PROXY_LISTEN=f"127.0.0.1:{ports['proxy']}{flags} backlog=4096, 127.0.0.1:{ports['tls']} http2 ssl backlog=4096{more}" if proxy else "off",
        MESH_ADMIN_LISTEN=f"127.0.0.1:{ports['admin']}", MESH_STATUS_LISTEN=f"127.0.0.1:{ports['status']}",
        MESH_SILO_PORT=str(ports["silo"]), MESH_GATEWAY_PORT=str(ports["gateway"]), MESH_DATA_DIR=str(stage.directory / name),
        MESH_EDGE_TOKEN=EDGE_TOKEN, MESH_CONFIG_MAX_BODY_BYTES=str(BIG_DOCUMENT_BYTES), **variables, **CHOSEN, **(environment or {}))
    stage.wait(f"http://127.0.0.1:{ports['admin']}/status", process)
    admin = Admin(ports["admin"])
    gateway = Gateway(name, process, ports["proxy"], ports["tls"], counters, {"apikey": "secret"} if guarded else {}, {"admin": admin, "ports": ports, **extra})
    if setup is not None:
        gateway.extra["load_seconds"] = admin.apply(document(setup, stage, guarded, plugins))
        if proxy:
            stage.wait_port(ports["proxy"], process)
    return gateway


def start_edge(stage, silo, name="mesh-edge", environment=None, wait=True):
    """An edge alone; with wait, until it serves what the silo has."""
    port, tls, status = stage.port(), stage.port(), stage.port()
    variables, counters = hooked(stage, name)
    process = stage.start(
        "dotnet", program("mesh-edge"),
        MESH_PROXY_LISTEN=f"127.0.0.1:{port} backlog=4096, 127.0.0.1:{tls} http2 ssl backlog=4096", MESH_STATUS_LISTEN=f"127.0.0.1:{status}",
        MESH_DATA_DIR=str(stage.directory / name), MESH_CONTROL_PLANE=f"http://127.0.0.1:{silo.extra['ports']['admin']}", MESH_EDGE_TOKEN=EDGE_TOKEN,
        **variables, **CHOSEN, **(environment or {}))
    gateway = Gateway(name, process, port, tls, counters, {}, {"status": status})
    if wait:
        end = time.monotonic() + LONGEST_APPLY_SECONDS
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{status}/status/ready", timeout=2).read()
                return gateway
            except OSError:
                if process.poll() is not None:
                    break
                time.sleep(0.02)
        raise Failed("mesh-edge does not become ready")
    return gateway


def edge_of(stage, setup):
    """A silo and an edge of its own: what a request costs where the control plane is elsewhere."""
    silo = start(stage, setup, name="silo", proxy=False)
    return start_edge(stage, silo)


def stream_edge(stage, to, name="mesh"):
    """A silo and an edge of its own that passes TCP streams on to a port."""
    port = stage.port()
    silo = start(stage, None, name="silo", proxy=False)
    silo.extra["admin"].apply({
        "_format_version": "3.0",
        "services": [{"name": "t", "protocol": "tcp", "host": "127.0.0.1", "port": to}],
        "routes": [{"name": "t", "protocols": ["tcp"], "destinations": [{"port": port}], "service": {"name": "t"}}],
    })
    edge = start_edge(stage, silo, environment={"MESH_STREAM_LISTEN": f"127.0.0.1:{port} backlog=4096"})
    return Gateway(name, edge.process, port, 0)
