"""A receiver of webhooks in Python: pip install standardwebhooks"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from standardwebhooks import Webhook

webhook = Webhook(os.environ["WEBHOOK_SECRET"])
# In memory for the example; use a table whose entries expire after some days.
handled: set[str] = set()
cursors: dict[str, int] = {}
lock = Lock()


def take(event):
    """Handles an event after those of its job that did not arrive. Raises where these cannot be fetched."""
    job = event["job"]
    if job is None:
        return handle(event)
    missed = fetch_missed(job, event["prevSeq"])
    with lock:
        for each in [*missed, event]:
            # It may have come late, or another request may have fetched it meanwhile.
            if each["seq"] > cursors.get(job, 0):
                handle(each)
                cursors[job] = each["seq"]


def fetch_missed(job, prev_seq):
    """What its job's log has between the cursor and an event, page by page."""
    headers = {"Authorization": f"Bearer {os.environ['JOBWIRE_KEY']}"}
    missed = []
    after = cursors.get(job, 0)
    while after < prev_seq:
        url = f"{os.environ['JOBWIRE_URL']}/jobs/{job}/events?after={after}"
        try:
            with urlopen(Request(url, headers=headers), timeout=10) as answer:
                events = json.load(answer)["events"]
        except HTTPError as error:
            # The job is kept no longer: there is nothing to be had.
            if error.code == 404:
                break
            raise
        # Raises where there are none: the log has `prevSeq`, so it is asked again.
        after = events[-1]["seq"]
        missed += events
    return missed


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
        if delivery in handled:
            return self.answer(204)
        try:
            take(event)
        except Exception as error:
            # It comes again; the cursor tells what has been handled by then.
            print(error, file=sys.stderr, flush=True)
            return self.answer(503)
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
