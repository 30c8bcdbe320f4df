import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { defaultLimits } from '../../lambdas/define-job.ts';
import { findJobFiles } from '../../lib/job-files.ts';
import { manifestOf } from '../../lib/manifest.ts';
import { openApiDocument } from '../../protocol/openapi.ts';
import { type Route, routes } from '../../protocol/routes.ts';
import type { Manifest } from '../../protocol/types.ts';

const root = new URL('../..', import.meta.url).pathname;

interface Document {
  paths: Record<
    string,
    Record<string, { operationId: string; security: unknown[]; responses: Record<string, object> }>
  >;
  components: { schemas: Record<string, object> };
}

let manifest: Manifest;
let document: Document;

beforeAll(async () => {
  const files = findJobFiles(root, { testJobs: true });
  const modules = await Promise.all(files.map(({ path }) => import(join(root, path))));
  const definitions = Object.fromEntries(files.map(({ name }, index) => [name, modules[index].default]));
  manifest = manifestOf({ name: 'jobwire', version: '1.2.3', files, definitions, defaultLimits });
  document = JSON.parse(
    JSON.stringify(openApiDocument(manifest)).replaceAll('{restUrl}', 'https://api.jobwire.dev/v1'),
  );
});

describe('openApiDocument()', () => {
  test('names every route of routes.ts, and no other', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`),
    );
    const known = Object.entries<Route>(routes).map(
      ([operation, { method, path }]) => `${operation} ${method} ${path}`,
    );
    expect(described.toSorted()).toEqual(known.toSorted());
  });

  test('asks for a credential exactly where its route does', () => {
    for (const { path, method, scope } of Object.values<Route>(routes)) {
      const { security } = document.paths[path]?.[method.toLowerCase()] ?? { security: undefined };
      const expected = scope === 'none' ? [] : [{ bearer: scope === 'any' ? [] : [scope] }];
      expect(security?.slice(0, 1), `${method} ${path}`).toEqual(expected);
    }
  });

  test('says that a batch beyond the rate is told when to come back', () => {
    expect(document.paths['/jobs/batch']?.post?.responses['207']).toHaveProperty(['headers', 'Retry-After']);
  });

  test('passes redocly lint without an error or a warning', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jobwire-openapi-'));
    const file = join(folder, 'openapi.json');
    writeFileSync(file, JSON.stringify(document));
    const run = promisify(execFile);
    const { stdout } = await run(join(root, 'node_modules/.bin/redocly'), ['lint', '--format=json', file], {
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    }).finally(() => rmSync(folder, { recursive: true }));
    const { totals, problems } = JSON.parse(stdout);
    expect(problems).toEqual([]);
    expect(totals).toMatchObject({ errors: 0, warnings: 0 });
  });

  test('lets each type be submitted by its own example, and no other input', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'openapi', ...document });
    for (const name of Object.keys(manifest.types)) {
      const validate = ajv.compile({ $ref: `openapi#/components/schemas/Submit.${name}` });
      const { examples = [] } = document.components.schemas[`Submit.${name}`] as { examples?: unknown[] };
      for (const example of examples) expect(validate(example), JSON.stringify([example, validate.errors])).toBe(true);
      expect(validate({ type: name }), 'without an input').toBe(false);
      expect(validate({ type: 'another', input: {} }), 'of another type').toBe(false);
    }
  });

  test('is whole without any job type', () => {
    const { components } = openApiDocument({ ...manifest, types: {} }) as unknown as Document;
    expect(components.schemas.Submit).toEqual({ type: 'object' });
  });
});
