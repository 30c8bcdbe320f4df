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
    if (handled.has(id)) return response.sendStatus(204);
    try {
      await take(event);
    } catch (error) {
      // It comes again; the cursor tells what has been handled by then.
      console.error(error.message);
      return response.sendStatus(503);
    }
    handled.add(id);
    response.sendStatus(204);
  })
  .listen(Number(PORT), () => console.log(`listening on ${PORT}`));

/** Handles an event after those of its job that did not arrive. Throws where these cannot be fetched. */
async function take(event) {
  if (event.job === null) return handle(event);
  const missed = await fetchMissed(event);
  for (const each of [...missed, event]) {
    // It may have come late, or another request may have fetched it meanwhile.
    if (each.seq <= (cursors.get(event.job) ?? 0)) continue;
    handle(each);
    cursors.set(event.job, each.seq);
  }
}

/** What its job's log has between the cursor and an event, page by page. */
async function fetchMissed({ job, prevSeq }) {
  const headers = { authorization: `Bearer ${JOBWIRE_KEY}` };
  const missed = [];
  let after = cursors.get(job) ?? 0;
  while (after < prevSeq) {
    const signal = AbortSignal.timeout(10_000);
    const answer = await fetch(`${JOBWIRE_URL}/jobs/${job}/events?after=${after}`, { headers, signal });
    // The job is kept no longer: there is nothing to be had.
    if (answer.status === 404) break;
    if (!answer.ok) throw new Error(`Cannot fetch what ${job} has after ${after}: the answer is ${answer.status}`);
    const { events } = await answer.json();
    missed.push(...events);
    // Throws where there are none: the log has `prevSeq`, so it is asked again.
    after = events.at(-1).seq;
  }
  return missed;
}

function handle(event) {
  console.log(event.type, event.job, event.seq);
}
