import type { ComparisonOperator, IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/** The headings of docs/runbook.md, as its addresses spell them: what there is to know about an alarm is one of these. */
export type RunbookHeading =
  | 'dead-letters'
  | 'oldest-message'
  | 'dead-deliveries'
  | 'oldest-delivery'
  | 'failing-deliveries'
  | 'failing-functions'
  | 'throttled-functions'
  | 'failing-requests'
  | 'slow-accepts'
  | 'failing-websockets'
  | 'failing-pushes'
  | 'throttled-table'
  | 'missed-minutes';

/** When an alarm rings. */
export interface AlarmRule {
  /** After the stack's name, it is the alarm's; it is also its construct's id. */
  name: string;
  heading: RunbookHeading;
  /** What is the matter when it rings, in a sentence. */
  says: string;
  metric: IMetric;
  threshold: number;
  /** @default at or above the threshold */
  comparison?: ComparisonOperator;
  /** Periods of five minutes in a row. @default 1 */
  periods?: number;
  /** What a period without a figure stands for. @default all is well: nothing has happened */
  missing?: TreatMissingData;
}
