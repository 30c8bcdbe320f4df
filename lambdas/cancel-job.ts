import { cancelOwnJob } from './cancel/cancel-own-job.ts';
import { type HttpRequest, type HttpResponse, http } from './edge/http.ts';
import { env } from './env.ts';
import { showJob } from './read/show-job.ts';

export const handler = http(env('REST_URL'), { cancelJob });

/** `POST /v1/jobs/{id}/cancel`: 200 where nobody runs the job, 202 where its run is told to stop, 409 where it is done. */
async function cancelJob({ principal, path }: HttpRequest): Promise<HttpResponse> {
  const { isRunning, ...job } = await cancelOwnJob(path.id, principal.tenant);
  return { status: isRunning ? 202 : 200, body: await showJob(job) };
}
