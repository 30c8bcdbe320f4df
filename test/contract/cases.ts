import { batchCases } from './batch.cases.ts';
import { bodyCases } from './bodies.cases.ts';
import { cancelCases } from './cancel.cases.ts';
import type { Case } from './case.ts';
import { credentialCases } from './credentials.cases.ts';
import { deadLetterCases } from './dead-letters.cases.ts';
import { deliveryCases } from './deliveries.cases.ts';
import { eventCases } from './events.cases.ts';
import { faultCases } from './faults.cases.ts';
import { graphqlCases } from './graphql.cases.ts';
import { idempotencyCases } from './idempotency.cases.ts';
import { listCases } from './list.cases.ts';
import { liveCases } from './live.cases.ts';
import { orderCases } from './order.cases.ts';
import { outcomeCases } from './outcomes.cases.ts';
import { payloadCases } from './payloads.cases.ts';
import { readCases } from './read.cases.ts';
import { routeCases } from './routes.cases.ts';
import { serviceCases } from './service.cases.ts';
import { sseCases } from './sse.cases.ts';
import { submitCases } from './submit.cases.ts';
import { tenantCases } from './tenants.cases.ts';
import { tokenCases } from './tokens.cases.ts';
import { typeCases } from './types.cases.ts';
import { uploadCases } from './uploads.cases.ts';
import { waitCases } from './wait.cases.ts';
import { webhookCases } from './webhooks.cases.ts';

/** Every rule of the contract that this suite holds a service to. */
export const cases: Case[] = [
  ...serviceCases,
  ...credentialCases,
  ...tokenCases,
  ...routeCases,
  ...submitCases,
  ...faultCases,
  ...bodyCases,
  ...idempotencyCases,
  ...waitCases,
  ...readCases,
  ...listCases,
  ...cancelCases,
  ...batchCases,
  ...uploadCases,
  ...payloadCases,
  ...eventCases,
  ...sseCases,
  ...liveCases,
  ...outcomeCases,
  ...orderCases,
  ...deadLetterCases,
  ...typeCases,
  ...tenantCases,
  ...webhookCases,
  ...deliveryCases,
  ...graphqlCases,
];
