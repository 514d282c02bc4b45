# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""An HTTP server on 127.0.0.1 whose answers a test writes."""
import base64
import http.server
import threading


class Answering(http.server.BaseHTTPRequestHandler):
    """To be given a do_GET."""
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.do_GET()

    def has_login(self, login):
        return self.headers.get("Authorization") == "Basic " + base64.b64encode(login.encode()).decode()

    def answer(self, status, body, fields=()):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *words):
        pass


def serve(test, handler, **facts):
    """Runs until the test ends; the handler sees the facts as attributes of its server. Gives host and port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    for name, value in facts.items():
        setattr(server, name, value)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    test.addCleanup(server.server_close)
    test.addCleanup(server.shutdown)
    return f"127.0.0.1:{server.server_port}"
