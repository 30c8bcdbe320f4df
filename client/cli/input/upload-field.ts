import type { JobType } from '../../../protocol/types.ts';
import { didYouMean } from '../closest-word.ts';
import { UsageError } from '../usage-error.ts';
import { alternatives, propertiesOf, resolveReference, type Schema, typesOf } from './json-schema.ts';

/** A file to upload, and the field that its `upload://` reference goes into. */
export interface UploadPlace {
  field: string;
  path: string;
}

/**
 * Where a `--file` goes. `field=path` says it; for a path alone it is the one field whose schema speaks of
 * `upload://` in its description or pattern, or has the format `upload`.
 */
export function uploadPlace(given: string, type: Pick<JobType, 'name' | 'input'>): UploadPlace {
  const root: Schema = resolveReference(type.input, type.input);
  const properties = propertiesOf(root);
  const [, field, path] = /^([^=/\\]+)=(.+)$/s.exec(given) ?? [];
  if (field !== undefined && path !== undefined) {
    if (Object.hasOwn(properties, field) || root.additionalProperties !== false) return { field, path };
    const names = Object.keys(properties);
    throw new UsageError(
      `Cannot put a file into ${field}: ${type.name} takes ${names.join(', ') || 'no fields'}${didYouMean(field, names)}`,
    );
  }
  const taking = Object.keys(properties).filter((name) => takesUpload(properties[name] ?? {}, root));
  const [only] = taking;
  if (only !== undefined && taking.length === 1) return { field: only, path: given };
  const which = taking.length === 0 ? `none of ${type.name} speaks of uploads` : `${taking.join(', ')} may`;
  throw new UsageError(`Cannot tell which field takes ${given}: ${which}; name it, --file field=${given}`);
}

/** True for a field that says it takes an `upload://` reference. */
export function takesUpload(schema: Schema, root: Schema): boolean {
  return [schema, ...alternatives(schema, root)].some((each) => {
    const types = typesOf(each);
    const texts = [each.description, each.pattern, schema.description].filter((text) => typeof text === 'string');
    const mentions = each.format === 'upload' || texts.some((text) => text.replaceAll('\\', '').includes('upload://'));
    return mentions && (types === undefined || types.includes('string'));
  });
}
