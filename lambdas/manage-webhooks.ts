import type { Page } from '../protocol/types.ts';
import type { Delivery, DeliveryStatus, Endpoint } from '../protocol/webhooks.ts';
import { type HttpRequest, type HttpResponse, http } from './edge/http.ts';
import { env } from './env.ts';
import { recover, redeliver, sendTest, showEndpointDeliveries, showJobDeliveries } from './webhooks/deliveries.ts';
import { addEndpoint, changeEndpoint, removeEndpoint, showEndpoint, showEndpoints } from './webhooks/endpoints.ts';
import { rotateEndpointSecret, rotateSigningSecret, showSigningSecret } from './webhooks/secrets.ts';

/** What a recovery keeps back of its time for the page that it is at, and for the answer. */
const spareMs = 8_000;

export const handler = http(env('REST_URL'), {
  async createWebhook({ principal, json }) {
    const body = await addEndpoint(principal.tenant, json());
    return { status: 201, headers: { location: `${env('REST_URL')}/webhooks/${body.id}` }, body };
  },
  async listWebhooks(request) {
    const { principal, query } = request;
    return showPage(await showEndpoints(principal.tenant, query), request, '/webhooks');
  },
  async getWebhook({ principal, path }) {
    return { status: 200, body: await showEndpoint(principal.tenant, path.id) };
  },
  async changeWebhook({ principal, path, json }) {
    return { status: 200, body: await changeEndpoint(principal.tenant, path.id, json()) };
  },
  async deleteWebhook({ principal, path }) {
    await removeEndpoint(principal.tenant, path.id);
    return { status: 204 };
  },
  async rotateWebhookSecret({ principal, path, json }) {
    return { status: 200, body: await rotateEndpointSecret(principal.tenant, path.id, json({ ifEmpty: {} })) };
  },
  async testWebhook({ principal, path }) {
    return { status: 202, body: await sendTest(principal.tenant, path.id) };
  },
  async recoverWebhook({ principal, path, json, remainingMs }) {
    const isTimeUp = () => remainingMs() < spareMs;
    return { status: 202, body: await recover(principal.tenant, path.id, { body: json(), isTimeUp }) };
  },
  async listDeliveries(request) {
    const { principal, path, query } = request;
    const options = optionsOf(query);
    return showPage(
      await showEndpointDeliveries(principal.tenant, path.id, options),
      request,
      `/webhooks/${path.id}/deliveries`,
    );
  },
  async listJobDeliveries(request) {
    const { principal, path, query } = request;
    const options = optionsOf(query);
    return showPage(
      await showJobDeliveries(principal.tenant, path.id, options),
      request,
      `/jobs/${path.id}/deliveries`,
    );
  },
  async redeliver({ principal, path }) {
    return { status: 202, body: await redeliver(principal.tenant, path.id) };
  },
  async getSigningSecret({ principal }) {
    return { status: 200, body: await showSigningSecret(principal.tenant) };
  },
  async rotateSigningSecret({ principal, json }) {
    return { status: 200, body: await rotateSigningSecret(principal.tenant, json({ ifEmpty: {} })) };
  },
});

/** A page, and where the next one is (RFC 8288). */
function showPage(page: Page<Delivery | Endpoint>, { query }: HttpRequest, path: string): HttpResponse {
  if (page.next === undefined) return { status: 200, body: page };
  const given = Object.entries({ ...query, page: page.next }).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const link = `<${env('REST_URL')}${path}?${new URLSearchParams(given)}>; rel="next"`;
  return { status: 200, headers: { link }, body: page };
}

/** A page's query, whose `status` the parameters of these operations have bound to a delivery's. */
const optionsOf = ({ limit, page, status }: HttpRequest['query']) => ({
  limit,
  page,
  status: status as DeliveryStatus | undefined,
});
