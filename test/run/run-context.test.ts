import { expect, it, vi } from 'vitest';
import { useJobStage, workerOf } from '../support/use-job-stage.ts';

const stage = useJobStage();

it('a handler is handed the trace of its job, and each line that it logs carries it', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const record = await stage.submit({}, { traceparent });
  const lines: string[] = [];
  vi.mocked(process.stdout.write).mockImplementation((line) => lines.push(String(line)) > 0);
  const worker = workerOf((_, { job, log }) => {
    log.info('from the handler', { rows: 5 });
    return job.traceparent;
  });
  await stage.deliver(worker, [await stage.queue(record)]);
  expect((await stage.head(record)).output).toMatchObject({ inline: JSON.stringify(traceparent) });
  const line = lines.map((text) => JSON.parse(text)).find(({ message }) => message === 'from the handler');
  expect(line).toMatchObject({
    level: 'info',
    requestId: 'request',
    job: record.id,
    tenant: 'acme',
    type: 'test',
    run: 1,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    rows: 5,
  });
});
