"""What all gateways of a case have in common."""
from dataclasses import dataclass, field, replace


@dataclass
class Setup:
    """Routes /r0 ... over hosts h0.test ...; no hosts means one route that takes everything."""

    routes: int = 1
    hosts: int = 0
    websocket: bool = False
    grpc: bool = False

    # One listener more, that wants a PROXY header.
    proxy_protocol: bool = False
    plain_upstream: int = 0
    plain_upstreams: tuple = ()
    echo_upstream: int = 0
    grpc_upstream: int = 0

    @property
    def upstream(self):
        return self.grpc_upstream if self.grpc else self.echo_upstream if self.websocket else self.plain_upstream

    def for_gateway(self, number):
        """With an upstream port of the gateway's own: thousands of connections of each to one port would use up the local ports."""
        return replace(self, plain_upstream=self.plain_upstreams[number % len(self.plain_upstreams)]) if self.plain_upstreams else self

    def each(self):
        """Number and host of each route."""
        return ((i, f"h{i % self.hosts}.test") for i in range(self.routes))


@dataclass
class Gateway:
    """A running gateway."""

    name: str
    process: object
    port: int
    tls_port: int
    counters: object = None
    headers: dict = field(default_factory=dict)
    extra: dict = field(default_factory=dict)

    @property
    def pid(self):
        return self.process.pid
