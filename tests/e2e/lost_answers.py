"""A proxy between a client and deskd that loses what it is told to lose."""

import socket
import threading


class LostAnswers:
    """Passes the bytes of each connection on. Of the first `lose` connections deskd hears the
    request and its answer is thrown away: the client sees a connection that broke. `requests` has
    what was sent, connection by connection. Use by `with`."""

    def __init__(self, port, lose=1):
        self.port_of_deskd = port
        self.lose = lose
        self.requests = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        # Closing a socket does not end an accept that waits on it; a last call does.
        self.port_of_deskd = None
        socket.create_connection(self.listening.getsockname()).close()
        self.thread.join()
        self.listening.close()

    def serve(self):
        while True:
            client, _ = self.listening.accept()
            with client:
                if self.port_of_deskd is None:
                    return
                request = read_message(client)
                self.requests.append(request)
                with socket.create_connection(("127.0.0.1", self.port_of_deskd)) as deskd:
                    deskd.sendall(request)
                    answer = read_message(deskd)
                if len(self.requests) > self.lose:
                    client.sendall(answer)


def read_message(connection):
    """One message of HTTP: its head, and as much body as Content-Length says."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return data
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n")
               if line.lower().startswith(b"content-length:")]
    while lengths and len(body) < lengths[0]:
        part = connection.recv(65536)
        if not part:
            break
        body += part
    return head + b"\r\n\r\n" + body
