"""What a user would pick instead: nginx and HAProxy on one thread each, YARP in its two forms."""
from .readings import Counters
from .setup import Gateway
from .stage import program

INLINE = {"DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS": "1"}


def nginx(stage, setup):
    port, tls = stage.port(), stage.port()
    certificate, key = stage.certificate()
    proxy = "proxy_pass http://u; proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header Connection '';"
    if setup.websocket:
        proxy = "proxy_pass http://u; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"
    listen = f"listen 127.0.0.1:{port} backlog=4096; listen 127.0.0.1:{tls} ssl http2 backlog=4096;"
    extra = {}
    if setup.proxy_protocol:
        extra["proxy_protocol"] = stage.port()
        listen += f" listen 127.0.0.1:{extra['proxy_protocol']} proxy_protocol backlog=4096;"
    if setup.hosts == 0:
        servers = f"server {{ {listen} location / {{ {proxy} }} }}"
    else:
        by_host = {}
        for i, host in setup.each():
            by_host.setdefault(host, []).append(i)
        plain = listen.replace(" backlog=4096", "")
        servers = f"server {{ {listen} return 404; }}\n" + "\n".join(
            f"server {{ {plain} server_name {host}; " + " ".join(f"location /r{i} {{ {proxy} }}" for i in numbers) + " }" for host, numbers in by_host.items())
    path = stage.write(
        "nginx.conf",
        f"daemon off; worker_processes 1; pid {stage.directory}/nginx.pid; error_log {stage.directory}/nginx-error.log crit; worker_rlimit_nofile 20000; events {{ worker_connections 18000; }}\n"
        "http { access_log off; keepalive_requests 100000000; keepalive_timeout 600; client_max_body_size 1m; client_body_buffer_size 256k; server_names_hash_max_size 262144; server_names_hash_bucket_size 128;\n"
        f" ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_protocols TLSv1.3; ssl_session_cache shared:s:10m; http2_max_concurrent_streams 256;\n"
        f" upstream u {{ server 127.0.0.1:{setup.upstream}; keepalive 8192; keepalive_requests 100000000; }}\n{servers} }}\n")
    process = stage.start("nginx", "-c", str(path))
    stage.wait_port(port, process)
    return Gateway("nginx", process, port, tls, extra=extra)


def haproxy(stage, setup):
    port, tls = stage.port(), stage.port()
    stage.certificate()
    protocol = " proto h2" if setup.grpc else ""
    extra, more = {}, ""
    if setup.proxy_protocol:
        extra["proxy_protocol"] = stage.port()
        more = f" bind 127.0.0.1:{extra['proxy_protocol']} accept-proxy backlog 4096\n"
    choice = "default_backend b"
    if setup.hosts:
        table = stage.write("routes.map", "".join(f"{host}/r{i} b\n" for i, host in setup.each()))
        choice = f"use_backend %[base,map_beg({table},none)]"
    path = stage.write(
        "haproxy.cfg",
        "global\n nbthread 1\n maxconn 9000\n ssl-default-bind-options ssl-min-ver TLSv1.3\n tune.h2.max-concurrent-streams 256\n"
        "defaults\n mode http\n timeout client 600s\n timeout server 600s\n timeout connect 5s\n timeout tunnel 600s\n"
        f"frontend f\n bind 127.0.0.1:{port} backlog 4096{protocol}\n bind 127.0.0.1:{tls} ssl crt {stage.directory}/both.pem alpn h2,http/1.1 backlog 4096\n{more} {choice}\n"
        f"backend b\n http-reuse always\n server s 127.0.0.1:{setup.upstream}{protocol}\nbackend none\n http-request return status 404\n")
    process = stage.start("haproxy", "-db", "-f", str(path))
    stage.wait_port(port, process)
    return Gateway("haproxy", process, port, tls, extra=extra)


def bare(stage, setup):
    """A with the runtime's defaults."""
    return _yarp("bare", stage, setup, ["forward"], {})


def bare_inline(stage, setup):
    """A with the sockets' completions inline: runtime settings equal to those of Mesh on a dedicated edge."""
    return _yarp("bare-inline", stage, setup, ["forward"], {"BARE_INLINE": "1", **INLINE})


def yarp(stage, setup):
    """B: MapReverseProxy holding the routes of the case."""
    return _yarp("yarp", stage, setup, ["proxy", str(setup.routes), str(setup.hosts)], {})


def hooked(stage, name):
    """Environment that lets the counters of a .NET process be read, and their reader."""
    path = stage.directory / f"{name}.counters"
    return {"DOTNET_STARTUP_HOOKS": program("counters"), "MESH_BENCH_COUNTERS": str(path)}, Counters(path)


def _yarp(name, stage, setup, form, environment):
    port, tls = stage.port(), stage.port()
    certificate, key = stage.certificate()
    variables, counters = hooked(stage, name)
    if setup.grpc:
        environment = {**environment, "BARE_GRPC": "1"}
    process = stage.start(
        "dotnet", program("bare"), str(port), str(tls), str(certificate), str(key), f"http://127.0.0.1:{setup.upstream}", *form, **variables, **environment)
    stage.wait_port(port, process)
    return Gateway(name, process, port, tls, counters)
