"""What stands behind the gateways: nginx for requests and bodies, a Kestrel program for WebSockets and gRPC."""
from .stage import program

PORTS = 8
BODIES = {"1k": 1024, "100k": 100 * 1024, "10m": 10 << 20}


def start(stage, setup):
    """Starts what the setup needs and writes its ports into it."""
    if setup.websocket or setup.grpc:
        setup.echo_upstream, setup.grpc_upstream = stage.port(), stage.port()
        process = stage.start("dotnet", program("client"), "echo", str(setup.echo_upstream), str(setup.grpc_upstream))
        stage.wait_port(setup.grpc_upstream, process)
        return
    files = stage.directory / "bodies"
    files.mkdir(exist_ok=True)
    for name, length in BODIES.items():
        (files / name).write_bytes(b"x" * length)
    setup.plain_upstreams = tuple(stage.port() for _ in range(PORTS))
    setup.plain_upstream = setup.plain_upstreams[0]
    listen = " ".join(f"listen 127.0.0.1:{port} backlog=4096;" for port in setup.plain_upstreams)
    path = stage.write(
        "upstream.conf",
        f"daemon off; worker_processes 1; pid {stage.directory}/upstream.pid; error_log /dev/null; worker_rlimit_nofile 65000; events {{ worker_connections 60000; }}\n"
        "http { access_log off; keepalive_requests 100000000; keepalive_timeout 600; client_max_body_size 1m; client_body_buffer_size 256k; sendfile on; open_file_cache max=10; default_type text/plain;\n"
        f" server {{ {listen}\n"
        f"  location /body/ {{ alias {files}/; }}\n"
        f"  location /sink {{ proxy_pass http://127.0.0.1:{setup.plain_upstream}/; }}\n"
        f"  location / {{ return 200 '{'x' * 60}'; }} }} }}\n")
    process = stage.start("nginx", "-c", str(path))
    stage.wait_port(setup.plain_upstream, process)
