/** The pages of the console, by their address. */
export type Route =
  | { page: 'types' }
  | { page: 'type'; name: string }
  | { page: 'jobs' }
  | { page: 'job'; id: string }
  | { page: 'channels'; id: string }
  | { page: 'compare' }
  | { page: 'webhooks' }
  | { page: 'webhook'; id: string }
  | { page: 'dead-letters' }
  | { page: 'load' }
  | { page: 'api' }
  | { page: 'not-found' };

/** The page that is at `path`. */
export function routeOf(path: string): Route {
  const [first, second, ...more] = path.split('/').filter(Boolean).map(decoded);
  if (more.length > 0) return { page: 'not-found' };
  if (second !== undefined) {
    if (first === 'types') return { page: 'type', name: second };
    if (first === 'jobs') return { page: 'job', id: second };
    if (first === 'webhooks') return { page: 'webhook', id: second };
    if (first === 'channels') return { page: 'channels', id: second };
    return { page: 'not-found' };
  }
  switch (first) {
    case undefined:
    case 'types':
      return { page: 'types' };
    case 'channels':
      return { page: 'compare' };
    case 'jobs':
    case 'webhooks':
    case 'dead-letters':
    case 'load':
    case 'api':
      return { page: first };
    default:
      return { page: 'not-found' };
  }
}

/** The addresses of pages that others lead to. */
export const paths = {
  type: (name: string): string => `/types/${encodeURIComponent(name)}`,
  job: (id: string): string => `/jobs/${encodeURIComponent(id)}`,
  channels: (id: string): string => `/channels/${encodeURIComponent(id)}`,
  webhook: (id: string): string => `/webhooks/${encodeURIComponent(id)}`,
};

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
