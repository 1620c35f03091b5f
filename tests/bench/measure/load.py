"""Load tools, each giving one sample: requests, seconds, latencies in ms. An answer that is not the expected one fails the case."""
import json, re, subprocess

from .stage import Failed, program

WRK_TIMEOUT = "10s"


def _run(command, seconds):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=seconds + 60)
    if done.returncode != 0:
        raise Failed(f"{command[0]} failed: {done.stderr[-400:]}{done.stdout[-400:]}")
    return done.stdout


def _sample(gateway, requests, seconds, p50, p99, p999):
    if requests == 0:
        raise Failed(f"{gateway.name}: not one request was answered")
    return {"requests": requests, "seconds": seconds, "rate": requests / seconds, "p50": p50, "p99": p99, "p999": p999}


DONE = """
done = function(summary, latency, requests)
 local e = summary.errors
 io.write(string.format('RESULT {"requests":%d,"us":%d,"p50":%.1f,"p99":%.1f,"p999":%.1f,"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\\n',
  summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency:percentile(99.9), e.connect, e.read, e.write, e.status, e.timeout))
end
"""


class Wrk:
    """HTTP/1.1 by wrk. With a setup that has hosts, requests cycle over all its routes."""

    def __init__(self, stage, connections=32, path="/", tls=False, close=False, body=0, cycle=None):
        self.stage, self.connections, self.path, self.tls, self.close, self.body, self.cycle = stage, connections, path, tls, close, body, cycle

    def script(self, gateway):
        headers = dict(gateway.headers)
        if self.close:
            headers["Connection"] = "close"
        lines = [f"wrk.headers['{name}'] = '{value}'" for name, value in headers.items()]
        if self.body:
            lines += ["wrk.method = 'POST'", f"wrk.body = string.rep('x', {self.body})"]
        if self.cycle is not None:
            lines += [
                "local all, n = {}, 0",
                "init = function(args)",
                f" for i = 0, {self.cycle.routes - 1} do wrk.headers['Host'] = 'h' .. (i % {self.cycle.hosts}) .. '.test'; all[i] = wrk.format('GET', '/r' .. i) end",
                "end",
                f"request = function() n = (n + 7919) % {self.cycle.routes}; return all[n] end",
            ]
        return self.stage.write(f"wrk-{gateway.name}.lua", "\n".join(lines) + DONE)

    def __call__(self, gateway, seconds):
        address = f"https://localhost:{gateway.tls_port}" if self.tls else f"http://127.0.0.1:{gateway.port}"
        text = _run(
            ["wrk", "-t1", f"-c{self.connections}", f"-d{seconds}s", "--timeout", WRK_TIMEOUT, "-s", self.script(gateway), address + self.path], seconds)
        found = re.search(r"RESULT (\{.*\})", text)
        if not found:
            raise Failed(text)
        result = json.loads(found.group(1))

        # wrk counts the close that it asked for as a read error only where the answer was cut short.
        wrong = {name: result[name] for name in ("connect", "read", "write", "status", "timeout") if result[name]}
        if wrong:
            raise Failed(f"{gateway.name}: wrk counted errors: {wrong} of {result['requests']} requests")
        return _sample(gateway, result["requests"], result["us"] / 1e6, result["p50"] / 1000, result["p99"] / 1000, result["p999"] / 1000)


class H2Load:
    """HTTP/2 by h2load: streams within few connections, over TLS or, for gRPC, without."""

    def __init__(self, stage, connections=8, streams=32, path="/", grpc=False):
        self.stage, self.connections, self.streams, self.path, self.grpc = stage, connections, streams, path, grpc

    def __call__(self, gateway, seconds):
        log = self.stage.directory / "h2load.tsv"
        log.unlink(missing_ok=True)
        command = ["h2load", "-t1", f"-c{self.connections}", f"-m{self.streams}", f"-D{seconds}", f"--log-file={log}"]
        for name, value in gateway.headers.items():
            command += ["-H", f"{name}: {value}"]
        address = f"https://localhost:{gateway.tls_port}{self.path}"
        if self.grpc:
            message = self.stage.directory / "message.bin"
            message.write_bytes(b"\0" + (64).to_bytes(4, "big") + b"x" * 64)
            command += ["-d", str(message), "-H", "content-type: application/grpc", "-H", "te: trailers"]
            address = f"http://127.0.0.1:{gateway.port}/bench.Echo/Unary"
        text = _run([*command, address], seconds)
        counts = re.search(r"requests: (\d+) total, \d+ started, (\d+) done, (\d+) succeeded, (\d+) failed", text)
        if not counts or int(counts.group(4)) > 0 or int(counts.group(2)) != int(counts.group(3)):
            raise Failed(f"{gateway.name}: {text[-900:]}")
        times = []
        with open(log) as lines:
            for line in lines:
                _, status, microseconds = line.split("\t")
                if status == "-1":
                    continue  # In flight when the time was over; what failed is counted above.
                if status != "200":
                    raise Failed(f"{gateway.name}: answered {status}")
                times.append(int(microseconds))
        times.sort()
        at = lambda share: times[min(len(times) - 1, int(len(times) * share))] / 1000
        return _sample(gateway, len(times), seconds, at(0.5), at(0.99), at(0.999))


class Own:
    """The load client of this folder: WebSocket echoes, or requests at a fixed pace."""

    def __init__(self, mode, path="/", connections=64, number=125):
        self.mode, self.path, self.connections, self.number = mode, path, connections, number

    def __call__(self, gateway, seconds):
        result = json.loads(_run(["dotnet", program("client"), self.mode, gateway.port, self.path, self.connections, seconds, self.number], seconds))
        if result["errors"]:
            raise Failed(f"{gateway.name}: {result['errors']} connections failed: {result['error']}")
        return _sample(gateway, result["requests"], result["seconds"], result["p50"], result["p99"], result["p999"])


def hey_new_connections(gateway, rate, seconds, workers=40):
    """New connections at a fixed rate, one request each. Gives what hey counted."""
    text = _run(
        ["hey", "-z", f"{seconds}s", "-c", workers, "-q", rate / workers, "-disable-keepalive", f"http://127.0.0.1:{gateway.port}/"], seconds)
    statuses = {int(status): int(count) for status, count in re.findall(r"\[(\d{3})\]\s+(\d+) responses", text)}
    errors = re.findall(r"\[(\d+)\]\s+(?!\d+ responses)(\S.*)", text.partition("Error distribution")[2])
    p99 = re.search(r"99% in ([\d.]+) secs", text)
    return {"statuses": statuses, "errors": errors, "rate": sum(statuses.values()) / seconds, "p99": 1000 * float(p99.group(1)) if p99 else None}
