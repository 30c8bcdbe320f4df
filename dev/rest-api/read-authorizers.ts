import type { Assembly } from '../assembly/read-assembly.ts';
import type { Authorizer } from './authorize.ts';
import { functionArnOf, resourcesOf } from './template-resources.ts';

const defaultTtlSeconds = 300;

/** Reads the authorizers of a REST API by logical id. Throws for other types than REQUEST. */
export function readAuthorizers(assembly: Assembly): Map<string, Authorizer> {
  return new Map(
    resourcesOf(assembly, 'AWS::ApiGateway::Authorizer').map(([id, properties]) => {
      if (properties.Type !== 'REQUEST') {
        throw new Error(`Cannot use the authorizer ${id}: its type is ${String(properties.Type)}, it must be REQUEST`);
      }
      const sources = String(assembly.resolve(properties.IdentitySource) ?? '').split(',');
      const ttlSeconds = properties.AuthorizerResultTtlInSeconds ?? defaultTtlSeconds;
      const authorizer = {
        id,
        functionName: functionArnOf(assembly, properties.AuthorizerUri, `the authorizer ${id}`),
        identitySources: sources.map((source) => source.trim()).filter((source) => source !== ''),
        ttlMs: Number(ttlSeconds) * 1000,
      };
      return [id, authorizer];
    }),
  );
}
