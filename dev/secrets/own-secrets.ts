import { existsSync, readFileSync } from 'node:fs';

/** Finds the value of a handler's secret by its name. */
export type OwnSecrets = (name: string) => string | undefined;

/**
 * The values that a developer keeps for the secrets of handlers in `file`, which git ignores. It is read anew each time:
 * whoever has just written one down wants to go on at once.
 */
export function ownSecrets(file: string, warn: (message: string) => void): OwnSecrets {
  return (name) => {
    const example = `{ ${JSON.stringify(name)}: "..." }`;
    const values = readValues(file);
    const value = values && Object.hasOwn(values, name) ? values[name] : undefined;
    if (typeof value === 'string' && value !== '') return value;
    // Not what the parser says: it would quote the file.
    if (values) warn(`a handler asks for the secret ${name}, which has no value: write ${example} into ${file}`);
    else warn(`Cannot read ${file}: it is no JSON object, it must be like ${example}`);
    return undefined;
  };
}

function readValues(file: string): Record<string, unknown> | undefined {
  if (!existsSync(file)) return {};
  try {
    const values: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof values === 'object' && values !== null ? { ...values } : undefined;
  } catch {
    return undefined;
  }
}
