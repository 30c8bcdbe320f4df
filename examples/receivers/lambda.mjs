// A receiver of webhooks as a Lambda function behind a function URL or an HTTP API: npm install standardwebhooks
import { Webhook } from 'standardwebhooks';

const { WEBHOOK_SECRET, JOBWIRE_URL, JOBWIRE_KEY } = process.env;
const webhook = new Webhook(WEBHOOK_SECRET);
// In memory for the example, so each environment has its own; use a table whose entries expire after some days.
const handled = new Set();
const cursors = new Map();

export async function handler({ headers, body = '', isBase64Encoded }) {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  let event;
  try {
    // Throws for a wrong signature, and for one that is older than five minutes.
    event = webhook.verify(text, headers);
  } catch {
    return { statusCode: 400 };
  }
  // The same on every attempt and every redelivery.
  const id = headers['webhook-id'];
  if (!handled.has(id)) {
    for (const each of await withMissed(event)) handle(each);
    handled.add(id);
  }
  return { statusCode: 204 };
}

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
