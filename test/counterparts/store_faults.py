# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What a network and a busy store do to requests, in front of a real one: connections that are reset on the way, answers
that are lost after the store has acted, refusals. Requests pass unchanged, and are counted.
"""
import re
import socket
import struct
import time

from front import Front, answer


class Fault:
    """What happens to the next `times` requests of a method whose path has the pattern, after `after` of them have passed.

    kind: "gone" (closed without a word), "reset" (in the middle of the body), "lost" (the store acts, nobody hears of it), "cut" (half
    of the answer), ("slow", seconds), or the answer itself: (status, code).
    """

    def __init__(self, method, pattern, kind, times=1, after=0):
        self.method, self.pattern, self.kind, self.times, self.after = method, re.compile(pattern), kind, times, after
        self.met = 0


class Faults(Front):
    """As long as it is entered, in front of a host: its endpoint, what it has seen as (method, path), faults to come."""

    def pass_on(self, handler):
        pass_on(self, handler)

    def taken(self):
        with self.lock:
            seen, self.seen[:] = list(self.seen), []
        return seen

    def count(self, method, pattern=""):
        with self.lock:
            return sum(method == one and bool(re.search(pattern, path)) for one, path in self.seen)

    def fault(self, method, path):
        with self.lock:
            self.seen.append((method, path))
            for fault in self.faults:
                if fault.method == method and fault.pattern.search(path):
                    fault.met += 1
                    if fault.after < fault.met <= fault.after + fault.times:
                        return fault.kind
        return None


def reset(handler):
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def pass_on(faults, handler):
    kind = faults.fault(handler.command, handler.path)
    size = int(handler.headers.get("Content-Length") or 0)
    if kind == "gone":
        return reset(handler)
    if kind == "reset":
        handler.rfile.read(size // 2)
        return reset(handler)
    body = handler.rfile.read(size)
    if kind and kind[0] == "slow":
        time.sleep(kind[1])
    if isinstance(kind, tuple) and kind[0] != "slow":
        text = f"<Error><Code>{kind[1]}</Code><Message>as the test wants it</Message><RequestId>R1</RequestId></Error>".encode()
        return answer(handler, kind[0], [("Content-Type", "application/xml")], text)
    status, fields, text = faults.forward(handler, body)
    if kind == "lost":
        return reset(handler)
    if kind == "cut":
        answer(handler, status, fields, text, cut=True)
        return reset(handler)
    return answer(handler, status, fields, text)
