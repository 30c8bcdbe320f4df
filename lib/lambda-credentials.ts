import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

const chain = '@aws-sdk/credential-provider-node';

/**
 * An esbuild plugin that leaves out every way to find credentials but the one that Lambda has: its environment. The SDK's
 * chain of them (profiles, single sign-on, instance metadata and the clients that they need) is a quarter of a bundle.
 */
export function lambdaCredentials(): Plugin {
  return {
    name: 'lambda-credentials',
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: new RegExp(`^${chain}$`) }, async ({ path, kind, resolveDir, pluginData }) => {
        if (pluginData === chain) return undefined;
        const whole = await resolve(path, { kind, resolveDir, pluginData: chain });
        return { path, namespace: 'lambda-credentials', pluginData: dirname(whole.path) };
      });
      onLoad({ filter: /.*/, namespace: 'lambda-credentials' }, ({ pluginData }) => ({
        contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
        resolveDir: pluginData,
      }));
    },
  };
}
