"""A receiver of webhooks in Python: pip install standardwebhooks"""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import Request, urlopen

from standardwebhooks import Webhook

webhook = Webhook(os.environ["WEBHOOK_SECRET"])
# In memory for the example; use a table whose entries expire after some days.
handled: set[str] = set()
cursors: dict[str, int] = {}


def with_missed(event):
    """The event, after those of its job that did not arrive; nothing where it came late and has been made up for."""
    job, seq = event["job"], event["seq"]
    if job is None:
        return [event]
    cursor = cursors.get(job, 0)
    if seq <= cursor:
        return []
    cursors[job] = seq
    if event["prevSeq"] <= cursor:
        return [event]
    url = f"{os.environ['JOBWIRE_URL']}/jobs/{job}/events?after={cursor}"
    with urlopen(Request(url, headers={"Authorization": f"Bearer {os.environ['JOBWIRE_KEY']}"})) as answer:
        events = json.load(answer)["events"]
    return [each for each in events if each["seq"] < seq] + [event]


def handle(event):
    print(event["type"], event["job"], event["seq"], flush=True)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            # Raises for a wrong signature, and for one that is older than five minutes.
            event = webhook.verify(body, {name.lower(): value for name, value in self.headers.items()})
        except Exception:
            return self.answer(400)
        # The same on every attempt and every redelivery.
        delivery = self.headers["webhook-id"]
        if delivery not in handled:
            for each in with_missed(event):
                handle(each)
            handled.add(delivery)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    port = int(os.environ.get("PORT", "3000"))
    server = ThreadingHTTPServer(("127.0.0.1", port), Receiver)
    print(f"listening on {server.server_port}", flush=True)
    server.serve_forever()
