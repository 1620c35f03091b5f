"""Processes of one measurement: ports, start, readiness, and an end that only touches what was started here."""
import os, pathlib, resource, shutil, signal, socket, subprocess, sys, tempfile, time, urllib.error, urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
START_SECONDS = 120
STOP_SECONDS = 20
OPEN_FILES = 65_536

PACKAGES = {"nginx": "nginx-light", "haproxy": "haproxy", "wrk": "wrk", "h2load": "nghttp2-client", "hey": "hey", "openssl": "openssl"}
PROJECTS = ("Silo", "Edge", "tests/bench/bare", "tests/bench/client", "tests/bench/counters")


class Failed(Exception):
    """A case that cannot be measured or whose answers were wrong."""


def prepare():
    """Installs what is missing, builds what is ours, and lets this process and its children open enough files."""
    missing = [package for command, package in PACKAGES.items() if not shutil.which(command)]
    if missing:
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], check=True, stdout=subprocess.DEVNULL)
    for project in PROJECTS:
        subprocess.run(["dotnet", "build", str(ROOT / project), "-c", "Release", "-v", "quiet", "-nologo"], check=True, stdout=subprocess.DEVNULL)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else hard
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(wanted, OPEN_FILES), max(wanted, OPEN_FILES)))
    except (ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def program(name):
    """Path of a built .NET program of the repository."""
    places = {
        "mesh": "Silo/bin/Release/net10.0/mesh.dll",
        "mesh-edge": "Edge/bin/Release/net10.0/mesh-edge.dll",
        "bare": "tests/bench/bare/bin/Release/net10.0/bare.dll",
        "client": "tests/bench/client/bin/Release/net10.0/client.dll",
        "counters": "tests/bench/counters/bin/Release/net10.0/counters.dll",
    }
    return str(ROOT / places[name])


class Stage:
    """A directory and the processes that work in it; leaving it ends them."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="mesh-bench-"))
        # The workers of nginx are another user.
        self.directory.chmod(0o755)
        self.processes = []
        self.taken = set()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.stop(*self.processes)
        if kind is None or issubclass(kind, (KeyboardInterrupt, SystemExit)):
            shutil.rmtree(self.directory, ignore_errors=True)
        else:
            print(f"logs are left in {self.directory}", file=sys.stderr)

    def port(self):
        while True:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            if port not in self.taken:
                self.taken.add(port)
                return port

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text)
        return path

    def start(self, *command, **environment):
        """A process whose output goes to a numbered file of the stage."""
        with open(self.directory / f"{len(self.processes)}.log", "w") as log:
            process = subprocess.Popen(command, cwd=self.directory, env={**os.environ, **environment}, stdout=log, stderr=subprocess.STDOUT)
        self.processes.append(process)
        return process

    def stop(self, *processes):
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def certificate(self):
        """One self-signed P-256 certificate for localhost, the same for every gateway. Gives the paths of certificate and key."""
        certificate, key = self.directory / "certificate.pem", self.directory / "key.pem"
        if not certificate.exists():
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                 "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)],
                check=True, capture_output=True)
            (self.directory / "both.pem").write_text(certificate.read_text() + key.read_text())
        return certificate, key

    def wait(self, url, process=None, seconds=START_SECONDS):
        """Until something answers at the URL, with whatever status."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if process is not None and process.poll() is not None:
                break
            try:
                return urllib.request.urlopen(url, timeout=2).read()
            except urllib.error.HTTPError:
                return b""
            except OSError:
                time.sleep(0.02)
        raise Failed(f"{url} does not answer")

    def wait_port(self, port, process, seconds=START_SECONDS):
        """Until a connection to the port succeeds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise Failed(f"port {port} does not open")
