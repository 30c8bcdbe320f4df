/**
 * The route key that a message selects by an expression such as `$request.body.action` ("WebSocket selection
 * expressions"); `undefined` where the body is no JSON object or says nothing of the kind.
 */
export function selectRoute(expression: string, body: string): string | undefined {
  const path = /^\$\{?request\.body\.([\w.-]+)\}?$/.exec(expression)?.[1];
  if (path === undefined) return undefined;
  let value: unknown = parseJson(body);
  for (const name of path.split('.')) {
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    value = isThere ? Reflect.get(value as object, name) : undefined;
  }
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
