"""A client made of hyper-h2, which shares no code with the server: the good paths of RFC 9113 that usual clients seldom take.

Usage: h2peer.py PORT CHECK. Ends with 0 and "ok", or with 1 and what was wrong. `drain` says "held" once its request is under way.
"""
import socket, ssl, sys

import h2.config, h2.connection, h2.events, h2.settings

PORT = int(sys.argv[1])
SECONDS = 30
GET = [(":method", "GET"), (":scheme", "https"), (":authority", "peer.test")]
POST = [(":method", "POST"), (":scheme", "https"), (":authority", "peer.test")]


class Answer:
    def __init__(self):
        self.headers, self.body, self.trailers, self.ended, self.reset, self.taken = {}, b"", {}, False, None, 0


class Peer:
    """One connection; its settings hold when it is made. Where it does not acknowledge, a check opens the windows itself."""

    def __init__(self, settings=None, acknowledge=True):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2"])
        self.socket = context.wrap_socket(socket.create_connection(("127.0.0.1", PORT), SECONDS), server_hostname="peer.test")
        assert self.socket.selected_alpn_protocol() == "h2", "HTTP/2 was not agreed on"
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.acknowledge, self.answers, self.events, self.closed = acknowledge, {}, [], False
        self.h2.initiate_connection()
        if settings:
            self.h2.update_settings(settings)
        self.flush()
        if settings:
            self.until(lambda: any(isinstance(event, h2.events.SettingsAcknowledged) and event.changed_settings for event in self.events), "the settings were acknowledged")

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def open(self, headers, end=True, **priority):
        stream = self.h2.get_next_available_stream_id()
        self.answers[stream] = Answer()
        self.h2.send_headers(stream, headers, end_stream=end, **priority)
        self.flush()
        return stream

    def step(self):
        data = self.socket.recv(65536)
        if not data:
            self.closed = True
            return
        for event in self.h2.receive_data(data):
            self.events.append(event)
            answer = self.answers.get(getattr(event, "stream_id", None))
            if isinstance(event, h2.events.ResponseReceived):
                answer.headers = dict(event.headers)
            elif isinstance(event, h2.events.DataReceived):
                answer.body += event.data
                answer.taken += event.flow_controlled_length
                if self.acknowledge:
                    self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.TrailersReceived):
                answer.trailers = dict(event.headers)
            elif isinstance(event, h2.events.StreamEnded):
                answer.ended = True
            elif isinstance(event, h2.events.StreamReset):
                answer.reset = event.error_code
        self.flush()

    def until(self, condition, what):
        while not condition():
            assert not self.closed, f"the connection was closed before {what}"
            self.step()

    def saw(self, kind):
        return any(isinstance(event, kind) for event in self.events)

    def whole(self, stream, status="200"):
        answer = self.answers[stream]
        self.until(lambda: answer.ended or answer.reset is not None, f"stream {stream} ended")
        assert answer.reset is None, f"stream {stream} was reset: {answer.reset!r}"
        assert answer.headers[":status"] == status, f"stream {stream}: {answer.headers[':status']} {answer.body[:200]}"
        return answer

    def send_body(self, stream, body, padding=None, trailers=None):
        """As fast as the server's windows allow."""
        while body:
            room = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size) - (0 if padding is None else padding + 1)
            if room <= 0:
                self.step()
                continue
            part, body = body[:room], body[room:]
            self.h2.send_data(stream, part, end_stream=not body and trailers is None, pad_length=padding)
            self.flush()
        if trailers is not None:
            self.h2.send_headers(stream, trailers, end_stream=True)
            self.flush()


def streams():
    """100 at one time, each answered by its own."""
    peer = Peer()
    opened = [peer.open(GET + [(":path", f"/peer/echo?{n}")]) for n in range(100)]
    for n, stream in enumerate(opened):
        body = peer.whole(stream).body
        assert body == f"GET /echo?{n} 0".encode(), body


def continuation():
    """Heads that do not fit a frame, both ways."""
    peer = Peer()
    answer = peer.whole(peer.open(GET + [(":path", "/peer/echo")] + [(f"x-long-{n}", "v" * 4000) for n in range(5)]))
    assert answer.headers["x-long"] == "20000", answer.headers
    answer = peer.whole(peer.open(GET + [(":path", "/peer/long-head")]))
    assert len("".join(value for name, value in answer.headers.items() if name.startswith("x-part"))) == 20000


def padding():
    """Of a body's frames; what is padding is none of it."""
    peer = Peer()
    stream = peer.open(POST + [(":path", "/peer/echo")], end=False)
    peer.send_body(stream, b"y" * 50_000, padding=200)
    assert peer.whole(stream).body == b"POST /echo 50000"


def priority():
    """Of RFC 7540: obsolete, and still sent."""
    peer = Peer()
    first = peer.open(GET + [(":path", "/peer/echo?1")], priority_weight=200, priority_depends_on=0, priority_exclusive=True)
    peer.h2.prioritize(first, weight=10)
    second = peer.open(GET + [(":path", "/peer/echo?2")], priority_weight=1, priority_depends_on=first)
    assert peer.whole(first).body and peer.whole(second).body


def trailers():
    """After a request's body, which no upstream over HTTP/1.1 is sent, and after a response's."""
    peer = Peer()
    stream = peer.open(POST + [(":path", "/raw/trailers"), ("te", "trailers"), ("trailer", "x-sum")], end=False)
    peer.send_body(stream, b"abc", trailers=[("x-sum", "42")])
    answer = peer.whole(stream)
    assert answer.body == b"abc", answer.body
    assert answer.trailers == {"x-end": "done"}, answer.trailers


def tiny_windows():
    """A response through windows of 100 bytes, and two at one time where one gets nothing."""
    codes = h2.settings.SettingCodes
    peer = Peer({codes.INITIAL_WINDOW_SIZE: 100}, acknowledge=False)
    starving = peer.open(GET + [(":path", "/peer/bytes")])
    served = peer.open(GET + [(":path", "/peer/bytes")])
    answer, given = peer.answers[served], 100
    while not answer.ended:
        peer.until(lambda: answer.ended or answer.taken == given, "what the window allows came")
        assert answer.taken <= given, "more than the window allows"
        if not answer.ended:
            peer.h2.increment_flow_control_window(1000, served)
            given += 1000
            peer.flush()
    assert answer.body == b"z" * 30_000, len(answer.body)
    assert peer.answers[starving].taken == 100, "the other stream's window was not heeded"
    peer.h2.increment_flow_control_window(30_000, starving)
    peer.flush()
    assert peer.whole(starving).body == b"z" * 30_000


def settings():
    """No table for header compression, and frames as large as may be."""
    codes = h2.settings.SettingCodes
    peer = Peer({codes.HEADER_TABLE_SIZE: 0, codes.MAX_FRAME_SIZE: 1 << 20, codes.ENABLE_PUSH: 0})
    for _ in range(3):
        assert peer.whole(peer.open(GET + [(":path", "/peer/bytes")])).body == b"z" * 30_000


def upload():
    """A megabyte at the pace of the server's windows."""
    peer = Peer()
    stream = peer.open(POST + [(":path", "/peer/echo")], end=False)
    peer.send_body(stream, b"u" * (1 << 20))
    assert peer.whole(stream).body == b"POST /echo 1048576"


def ping():
    peer = Peer()
    peer.h2.ping(b"12345678")
    peer.flush()
    peer.until(lambda: peer.saw(h2.events.PingAckReceived), "the ping was answered")
    assert next(event for event in peer.events if isinstance(event, h2.events.PingAckReceived)).ping_data == b"12345678"


def bodiless():
    """Answers that have no body, whatever they say of its length."""
    peer = Peer()
    head = peer.whole(peer.open([(":method", "HEAD")] + GET[1:] + [(":path", "/peer/bytes")]))
    assert head.body == b"" and head.headers.get("content-length") == "30000", head.headers
    assert peer.whole(peer.open(GET + [(":path", "/peer/nothing")]), "204").body == b""
    assert peer.whole(peer.open(GET + [(":path", "/peer/echo")])).body


def reset():
    """What is taken back leaves the rest of the connection alone."""
    peer = Peer()
    for _ in range(20):
        stream = peer.open(GET + [(":path", "/peer/bytes")])
        peer.h2.reset_stream(stream, 8)
        peer.flush()
    assert peer.whole(peer.open(GET + [(":path", "/peer/echo")])).body


def drain():
    """The listener leaves: GOAWAY, and the request under way is answered to its end."""
    peer = Peer()
    stream = peer.open(GET + [(":path", "/peer/hold")])
    peer.until(lambda: peer.answers[stream].body != b"", "the answer began")
    print("held", flush=True)
    peer.until(lambda: peer.saw(h2.events.ConnectionTerminated), "GOAWAY came")
    assert not peer.answers[stream].ended
    print("goaway", flush=True)
    # hyper-h2 takes GOAWAY for the end; the frames that follow are read as they are.
    rest = b""
    while data := peer.socket.recv(65536):
        rest += data
    kinds = []
    while len(rest) >= 9:
        length = int.from_bytes(rest[:3], "big")
        kinds.append((rest[3], rest[4] & 1, rest[9:9 + length]))
        rest = rest[9 + length:]
    body = b"".join(payload for kind, _, payload in kinds if kind == 0)
    assert body == b"end" and any(kind == 0 and end for kind, end, _ in kinds), kinds


try:
    globals()[sys.argv[2]]()
    print("ok")
except (AssertionError, OSError, h2.exceptions.ProtocolError) as failure:
    sys.exit(f"{sys.argv[2]}: {type(failure).__name__}: {failure}")
