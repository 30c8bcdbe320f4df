import { type MetricDimension, type MetricName, metrics, metricsNamespace } from '../../protocol/metrics.ts';
import { env } from '../env.ts';
import { writeLine } from './log.ts';

/** What one figure is told apart by, beside the service. */
type Labels = { [Dimension in Exclude<MetricDimension, 'Service'>]?: string };

/** Those that the metric of a name has, each of them. */
type LabelsOf<Name extends MetricName> = {
  [Dimension in Exclude<(typeof metrics)[Name]['dimensions'][number], 'Service'>]: string;
};

interface Figure {
  name: MetricName;
  labels: Labels;
  values: number[];
}

/** Members that an array of values may have ("Specification: Embedded metric format"). */
const maxValues = 100;

/** What this environment has gathered since it last wrote. It takes one call at a time. */
const gathered = new Map<string, Figure>();

/** Adds to a metric: so many to a count, or one more observation of so many milliseconds. */
export function measure<Name extends MetricName>(name: Name, labels: LabelsOf<Name>, value = 1): void {
  const key = JSON.stringify([name, labels]);
  const known = gathered.get(key);
  if (!known) gathered.set(key, { name, labels, values: [value] });
  else if (metrics[name].unit === 'Count') known.values[0] = (known.values[0] ?? 0) + value;
  else known.values.push(value);
}

/**
 * Writes what has been gathered, in CloudWatch's embedded metric format: as few lines as labels and limits allow, so one
 * for a call that knows one job type. CloudWatch Logs makes metrics of it, so no call is made and nothing is waited for.
 */
export function flushMetrics(): void {
  if (gathered.size === 0) return;
  const documents = documentsOf([...gathered.values()]);
  gathered.clear();
  const nowMs = Date.now();
  for (const document of documents) writeLine(JSON.stringify(present(document, nowMs)));
}

/** One line: figures whose labels are the same where they have both, each metric once. */
interface EmfDocument {
  labels: Labels;
  figures: Figure[];
}

function documentsOf(figures: Figure[]): EmfDocument[] {
  const documents: EmfDocument[] = [];
  // Those with the most labels first: the others then fit beside them.
  const ordered = figures
    .flatMap(inPieces)
    .sort((one, other) => Object.keys(other.labels).length - Object.keys(one.labels).length);
  for (const figure of ordered) {
    const fitting = documents.find((document) => fits(document, figure));
    if (fitting) fitting.figures.push(figure);
    else documents.push({ labels: figure.labels, figures: [figure] });
  }
  return documents;
}

function inPieces({ values, ...figure }: Figure): Figure[] {
  const pieces = Math.ceil(values.length / maxValues);
  return Array.from({ length: pieces }, (_, index) => ({
    ...figure,
    values: values.slice(index * maxValues, (index + 1) * maxValues),
  }));
}

function fits({ labels, figures }: EmfDocument, { name, labels: own }: Figure): boolean {
  if (figures.some((other) => other.name === name)) return false;
  return Object.entries(own).every(([dimension, value]) => labels[dimension as keyof Labels] === value);
}

function present({ labels, figures }: EmfDocument, nowMs: number) {
  const directives = Map.groupBy(figures, ({ name }) => metrics[name].dimensions.join());
  return {
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [...directives.values()].map((alike) => ({
        Namespace: metricsNamespace,
        Dimensions: alike.slice(0, 1).map(({ name }) => metrics[name].dimensions),
        Metrics: alike.map(({ name }) => ({ Name: name, Unit: metrics[name].unit })),
      })),
    },
    Service: env('SERVICE'),
    ...labels,
    ...Object.fromEntries(figures.map(({ name, values }) => [name, values.length === 1 ? values[0] : values])),
  };
}
