# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What stands in front of another HTTP server: passes requests on unchanged, and may answer, or not, by itself."""
import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Front:
    """As long as it is entered, in front of a host: its endpoint. What comes is given to pass_on(handler)."""

    def __init__(self, upstream):
        self.upstream, self.seen, self.faults, self.lock = upstream, [], [], threading.Lock()

    def __enter__(self):
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def any(self):
                front.pass_on(self)

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = any

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # clients that are killed
        self.endpoint = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def forward(self, handler, body):
        """Status, fields as pairs, body of what the host answers."""
        connection = http.client.HTTPConnection(self.upstream, timeout=60)
        connection.putrequest(handler.command, handler.path, skip_host=True, skip_accept_encoding=True)
        for name, value in handler.headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        result = response.status, response.getheaders(), response.read()
        connection.close()
        return result


def answer(handler, status, fields, body, cut=False):
    """The length is that of the body, but for HEAD, and where the answer shall be cut: then it is what the fields say."""
    handler.send_response(status)
    length = str(len(body))
    for name, value in fields:
        if name.lower() == "content-length":
            length = value if cut or handler.command == "HEAD" else length
        elif name.lower() not in ("connection", "transfer-encoding", "date", "server"):
            handler.send_header(name, value)
    handler.send_header("Content-Length", length)
    if cut:
        return handler.flush_headers()
    handler.end_headers()
    if handler.command != "HEAD" and status != 204:
        handler.wfile.write(body)
