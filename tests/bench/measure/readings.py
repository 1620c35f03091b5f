"""What is read of a process from outside: CPU and memory of its tree from /proc, the .NET runtime's counters from the startup hook."""
import json, os, pathlib, re, socket

TICKS = os.sysconf("SC_CLK_TCK")


def family(pid):
    pids, out = [pid], []
    while pids:
        one = pids.pop()
        out.append(one)
        for task in pathlib.Path(f"/proc/{one}/task").glob("*/children"):
            try:
                pids += [int(child) for child in task.read_text().split()]
            except OSError:
                pass
    return out


def cpu_seconds(pid):
    ticks = 0
    for one in family(pid):
        fields = pathlib.Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def memory_mb(pid, name="VmRSS"):
    """VmRSS is what is resident now, VmHWM the most that ever was."""
    return sum(int(re.search(rf"{name}:\s+(\d+)", pathlib.Path(f"/proc/{one}/status").read_text()).group(1)) for one in family(pid)) / 1024


class Counters:
    """The runtime's counters of one .NET process that was started with the hook."""

    def __init__(self, path):
        self.path = str(path)

    def ask(self, command):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(self.path)
            connection.sendall(command.encode())
            text = b""
            while not text.endswith(b"\n"):
                part = connection.recv(4096)
                if not part:
                    break
                text += part
        return json.loads(text)

    def read(self):
        return self.ask("read")

    def collect(self):
        """The counters after a full compacting collection."""
        return self.ask("collect")


def machine():
    """One line that says what the figures were taken on."""
    processor = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1)) // 1024 // 1024
    return f"{os.cpu_count()} × {processor.group(1).strip() if processor else 'unknown processor'}, {memory} GB, Linux {os.uname().release}"
