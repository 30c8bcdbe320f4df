// A receiver of webhooks with Express: npm install express standardwebhooks
import express from 'express';
import { Webhook } from 'standardwebhooks';

const { WEBHOOK_SECRET, JOBWIRE_URL, JOBWIRE_KEY, PORT = '3000' } = process.env;
const webhook = new Webhook(WEBHOOK_SECRET);
// In memory for the example; use a table whose entries expire after some days.
const handled = new Set();
const cursors = new Map();

express()
  // The signature is over the bytes as they came, so the body must not be parsed before.
  .post('/hook', express.raw({ type: 'application/json' }), async (request, response) => {
    let event;
    try {
      // Throws for a wrong signature, and for one that is older than five minutes.
      event = webhook.verify(request.body.toString(), request.headers);
    } catch {
      return response.sendStatus(400);
    }
    // The same on every attempt and every redelivery.
    const id = request.headers['webhook-id'];
    if (!handled.has(id)) {
      for (const each of await withMissed(event)) handle(each);
      handled.add(id);
    }
    response.sendStatus(204);
  })
  .listen(Number(PORT), () => console.log(`listening on ${PORT}`));

/** The event, after those of its job that did not arrive; nothing where it came late and has been made up for. */
async function withMissed(event) {
  if (event.job === null) return [event];
  const cursor = cursors.get(event.job) ?? 0;
  if (event.seq <= cursor) return [];
  cursors.set(event.job, event.seq);
  if (event.prevSeq <= cursor) return [event];
  const headers = { authorization: `Bearer ${JOBWIRE_KEY}` };
  const answer = await fetch(`${JOBWIRE_URL}/jobs/${event.job}/events?after=${cursor}`, { headers });
  if (!answer.ok) return [event];
  const { events } = await answer.json();
  return [...events.filter(({ seq }) => seq < event.seq), event];
}

function handle(event) {
  console.log(event.type, event.job, event.seq);
}
