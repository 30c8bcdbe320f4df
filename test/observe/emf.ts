/** One figure that CloudWatch would take out of a line. */
export interface Extracted {
  namespace: string;
  name: string;
  unit: string;
  dimensions: Record<string, string>;
  values: number[];
}

const units = new Set(['Count', 'Milliseconds', 'Seconds', 'Bytes', 'Percent', 'None']);

/**
 * Reads a line by the rules of "Specification: Embedded metric format" (Amazon CloudWatch User Guide), strictly: what
 * CloudWatch would drop without a word throws here.
 */
export function readEmf(line: string): Extracted[] {
  const root: Record<string, unknown> = JSON.parse(line);
  const { Timestamp, CloudWatchMetrics, ...rest } = asObject(root._aws, '_aws');
  need(Object.keys(rest).length === 0, '_aws has members that the specification does not know');
  need(Number.isInteger(Timestamp), 'Timestamp must be whole milliseconds');
  need(Array.isArray(CloudWatchMetrics) && CloudWatchMetrics.length > 0, 'CloudWatchMetrics must be a list');
  return (CloudWatchMetrics as unknown[]).flatMap((directive) => readDirective(root, asObject(directive, 'directive')));
}

function readDirective(root: Record<string, unknown>, directive: Record<string, unknown>): Extracted[] {
  const { Namespace, Dimensions, Metrics } = directive;
  need(typeof Namespace === 'string' && Namespace !== '', 'Namespace must be a text');
  need(Array.isArray(Dimensions) && Dimensions.length > 0, 'Dimensions must be a list of lists');
  need(Array.isArray(Metrics) && Metrics.length > 0 && Metrics.length <= 100, 'Metrics must be 1 to 100');
  return (Dimensions as unknown[]).flatMap((set) => {
    need(Array.isArray(set) && set.length <= 30, 'a DimensionSet has at most 30 keys');
    const dimensions = Object.fromEntries((set as string[]).map((key) => [key, dimensionValue(root, key)]));
    return (Metrics as unknown[]).map((metric) => {
      const { Name, Unit } = asObject(metric, 'metric');
      need(typeof Name === 'string' && !Object.hasOwn(dimensions, Name), 'Name must be a text of its own');
      need(units.has(String(Unit)), `Unit ${Unit} must be one of CloudWatch's`);
      const values = metricValues(root, String(Name));
      return { namespace: String(Namespace), name: String(Name), unit: String(Unit), dimensions, values };
    });
  });
}

function dimensionValue(root: Record<string, unknown>, key: string): string {
  const value = root[key];
  need(typeof value === 'string' && value.length > 0 && value.length <= 1024, `dimension ${key} must be a text`);
  return String(value);
}

function metricValues(root: Record<string, unknown>, name: string): number[] {
  const values = [root[name]].flat();
  need(values.length > 0 && values.length <= 100, `${name} must have 1 to 100 values`);
  need(
    values.every((value) => Number.isFinite(value)),
    `${name} must be numbers`,
  );
  return values as number[];
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  need(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} must be an object`);
  return value as Record<string, unknown>;
}

function need(isTrue: boolean, rule: string): void {
  if (!isTrue) throw new Error(`Cannot take metrics of this line: ${rule}`);
}

/** The sum of all values of a metric, over every line; `dimensions` narrows it down. */
export function sumOf(figures: Extracted[], name: string, dimensions: Record<string, string> = {}): number {
  const wanted = figures.filter(
    (figure) =>
      figure.name === name && Object.entries(dimensions).every(([key, value]) => figure.dimensions[key] === value),
  );
  return wanted.flatMap(({ values }) => values).reduce((sum, value) => sum + value, 0);
}
