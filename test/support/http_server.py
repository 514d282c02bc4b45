# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""An HTTP/1.1 server that misbehaves on request, on 127.0.0.1. Prints "port=N" and serves until its standard input ends.

usage: http_server.py [--tls CERTIFICATE KEY] [--login USER:PASSWORD]     (--login: what it wants as a proxy)
Paths are read below, in `Client`. It also is a proxy: absolute targets are answered "proxied URL", CONNECT is tunnelled.
"""
import base64
import select
import socket
import ssl
import struct
import sys
import threading
import time
from urllib.parse import parse_qsl, unquote, urlsplit

counters = {"connections": 0}
seen = []
lock = threading.Lock()


def pattern(size):
    return bytes(i * 7 % 251 for i in range(251)) * (size // 251 + 1)


class Client:
    def __init__(self, connection):
        self.connection = connection
        self.file = connection.makefile("rb")
        while self.request():
            pass

    def request(self):
        line = self.file.readline().decode()
        if not line:
            return False
        self.method, self.target, _ = line.split()
        self.fields = {}
        while (field := self.file.readline().decode().strip()):
            name, _, value = field.partition(":")
            self.fields[name.lower()] = value.strip()
        with lock:
            seen.append(f"{self.method} {self.target} {self.fields.get('authorization', '-')}")
        if self.method == "CONNECT" or self.target.startswith("http:"):
            return self.proxy()
        parts = urlsplit(self.target)
        self.query = dict(parse_qsl(parts.query))
        name = parts.path.strip("/").split("/")[0]
        if name not in ("early", "expect"):
            self.body = self.file.read(int(self.fields.get("content-length", 0)))
        return getattr(self, "at_" + name)()

    def number(self, name, default=0):
        return int(self.query.get(name, default))

    def send(self, text):
        self.connection.sendall(text.encode() if isinstance(text, str) else text)

    def answer(self, status, fields="", body=b"", length=None):
        if length is None:
            fields = f"Content-Length: {len(body)}\r\n" + fields
        elif length >= 0:
            fields = f"Content-Length: {length}\r\n" + fields
        self.send(f"HTTP/1.1 {status} Words\r\n{fields}\r\n")
        if self.method != "HEAD":
            self.send(body)
        return True

    def proxy(self):
        wanted = sys.argv[sys.argv.index("--login") + 1] if "--login" in sys.argv else None
        given = self.fields.get("proxy-authorization")
        if wanted and given != "Basic " + base64.b64encode(wanted.encode()).decode():
            return self.answer(407)
        if self.method != "CONNECT":
            return self.answer(200, body=b"proxied " + self.target.encode())
        host, _, port = self.target.rpartition(":")
        try:
            other = socket.create_connection((host.strip("[]"), int(port)), 5)
        except OSError:
            self.answer(502)
            return False
        self.send("HTTP/1.1 200 Connected\r\n\r\n")
        ends = [self.connection, other]
        while True:
            for end in select.select(ends, [], [], 10)[0]:
                data = end.recv(65536)
                if not data:
                    other.close()
                    return False
                ends[1 - ends.index(end)].sendall(data)

    def at_ok(self):
        return self.answer(200, body=pattern(self.number("size", 5))[: self.number("size", 5)])

    def at_nothing(self):
        return False

    def at_loop(self):
        return self.answer(302, fields="Location: loop\r\n")

    def at_echo(self):
        fields = "".join(f"{name}: {value}\n" for name, value in sorted(self.fields.items()))
        return self.answer(200, body=f"{self.method} {self.target}\n{fields}\n".encode() + self.body)

    def at_counters(self):
        with lock:
            return self.answer(200, body=str(counters["connections"]).encode())

    def at_seen(self):
        with lock:
            return self.answer(200, body="\n".join(seen).encode())

    def at_chunked(self):
        self.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        left, data = self.number("size"), pattern(self.number("size"))
        at, step = 0, 1
        while at < left:
            piece = data[at : min(at + step, left)]
            self.send(f"{len(piece):x};note=1\r\n".encode() + piece + b"\r\n")
            at, step = at + len(piece), step * 3 + 1
        self.send("0\r\nTrailer: x\r\n\r\n" if not self.number("cut") else "5\r\nab")
        return not self.number("cut")

    def at_eof(self):
        self.answer(200, body=pattern(self.number("size"))[: self.number("size")], length=-1)
        return False

    def at_truncate(self):
        self.answer(200, body=pattern(self.number("after"))[: self.number("after")], length=self.number("size"))
        return False

    def at_rest(self):  # gives ranges (`shift` bytes from what was asked for), and breaks off each answer
        begin = int(self.fields.get("range", "bytes=0-")[len("bytes=") : -1])
        size, after = self.number("size"), self.number("after")
        fields = f"Content-Range: bytes {begin + self.number('shift')}-{size - 1}/{size}\r\n" if begin else ""
        self.answer(206 if begin else 200, fields, pattern(size)[begin : min(begin + after, size)], size - begin)
        return False

    def at_reset(self):
        self.at_truncate()
        time.sleep(0.05)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    def at_drip(self):  # every byte alone, head and body
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789":
            self.send(bytes([byte]))
            time.sleep(0.03)
        return True

    def at_stall(self):  # the head and the beginning, then nothing
        self.answer(200, body=b"abc", length=1000)
        time.sleep(20)
        return False

    def at_silent(self):
        time.sleep(20)
        return False

    def at_garbage(self):
        self.send("SSH-2.0-OpenSSH_9.2\r\n\r\n")
        return False

    def at_longhead(self):
        return self.answer(200, fields="X-Long: " + "x" * self.number("size") + "\r\n")

    def at_status(self):
        return self.answer(self.number("code"), fields="".join(f"{k}: {v}\r\n" for k, v in self.query.items() if k != "code"),
                           body=b"e" * self.number("size", 5))

    def at_flaky(self):  # fails so many times, then ok
        with lock:
            count = counters[self.target] = counters.get(self.target, 0) + 1
        if count <= self.number("fails"):
            return self.answer(self.number("code", 503), fields=f"Retry-After: {self.number('after')}\r\n", body=b"later")
        return self.at_ok()

    def at_once(self):  # the first time only half of the body arrives
        with lock:
            count = counters[self.target] = counters.get(self.target, 0) + 1
        size = self.number("size")
        self.answer(200, body=pattern(size)[: size // 2 if count == 1 else size], length=size)
        return count != 1

    def at_chain(self):
        left = self.number("n")
        return self.answer(302, fields=f"Location: /{'chain?n=%d' % (left - 1) if left else 'ok'}\r\n", body=b"moved")

    def at_to(self):
        return self.answer(self.number("code", 302), fields=f"Location: {unquote(self.query['url'])}\r\n")

    def at_stale(self):  # says keep-alive, then closes
        self.at_ok()
        return False

    def at_early(self):  # answers before the body has come, and closes
        self.answer(413, body=b"too large")
        self.connection.shutdown(socket.SHUT_WR)
        time.sleep(0.3)
        return False

    def at_expect(self):  # answers `say` to a head that asks for leave to send; else tells how much of the body has come
        asked, say = "expect" in self.fields, self.number("say")
        if asked and say >= 200:
            return self.answer(say, body=b"no")
        if asked and say:
            self.send(f"HTTP/1.1 {say} Words\r\n\r\n")
        size = len(self.file.read(int(self.fields["content-length"])))
        return self.answer(200, body=f"{size} {'asked' if asked else 'told'}".encode())

    def at_hints(self):
        self.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        return self.at_ok()

    def at_private(self):
        if self.fields.get("authorization") != "Basic " + base64.b64encode(b"daypack:secret word").decode():
            return self.answer(401, fields='WWW-Authenticate: Basic realm="x"\r\n')
        return self.at_ok()


def serve(connection, context):
    try:
        if context:
            connection = context.wrap_socket(connection, server_side=True)
        Client(connection)
    except (OSError, ValueError):  # gone, or speaking something else
        pass
    finally:
        connection.close()


def main():
    context = None
    if "--tls" in sys.argv:
        at = sys.argv.index("--tls")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[at + 1], sys.argv[at + 2])
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(f"port={listener.getsockname()[1]}", flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), listener.shutdown(socket.SHUT_RDWR)), daemon=True).start()
    while True:
        try:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            return
        with lock:
            counters["connections"] += 1
        threading.Thread(target=serve, args=(connection, context), daemon=True).start()


main()
