import type { SubmitOptions } from '../../client/types.ts';
import type { Fault } from '../../protocol/errors.ts';

/** What a form says beside the input, as it stands in its fields. */
export interface OptionsDraft {
  delaySeconds: string;
  deadlineSeconds: string;
  orderKey: string;
  webhookUrl: string;
  /** `name=value`, line by line. */
  metadata: string;
}

export const emptyOptions: OptionsDraft = {
  delaySeconds: '',
  deadlineSeconds: '',
  orderKey: '',
  webhookUrl: '',
  metadata: '',
};

/** The options that a draft says, with a fault for each field that says none. */
export function readOptions(draft: OptionsDraft): { options: SubmitOptions; faults: Fault[] } {
  const delay = readSeconds(draft.delaySeconds, '/delaySeconds');
  const deadline = readSeconds(draft.deadlineSeconds, '/deadlineSeconds');
  const metadata = readMetadata(draft.metadata);
  const url = draft.webhookUrl.trim();
  return {
    options: {
      ...(delay.value !== undefined && { delaySeconds: delay.value }),
      ...(deadline.value !== undefined && { deadlineSeconds: deadline.value }),
      ...(draft.orderKey !== '' && { orderKey: draft.orderKey }),
      ...(url !== '' && { webhook: { url } }),
      ...(metadata.value && { metadata: metadata.value }),
    },
    faults: [...delay.faults, ...deadline.faults, ...metadata.faults],
  };
}

function readSeconds(text: string, pointer: string): { value?: number; faults: Fault[] } {
  if (text.trim() === '') return { faults: [] };
  const value = Number(text);
  if (Number.isInteger(value)) return { value, faults: [] };
  return { faults: [{ pointer, detail: 'Must be a whole number of seconds' }] };
}

function readMetadata(text: string): { value?: Record<string, string>; faults: Fault[] } {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return { faults: [] };
  const faults = lines
    .filter((line) => line.indexOf('=') < 1)
    .map((line) => ({ pointer: '/metadata', detail: `Must be name=value: ${line.trim()}` }));
  const entries = lines.map((line) => {
    const at = line.indexOf('=');
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const;
  });
  return faults.length > 0 ? { faults } : { value: Object.fromEntries(entries), faults: [] };
}
