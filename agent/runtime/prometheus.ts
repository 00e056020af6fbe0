/*
 * Metrics in the text format of Prometheus.
 */

/** Labels of a value. */
export type Labels = Readonly<Record<string, string | number>>;

/** A value of a metric. */
export interface Sample {
  readonly value: number;
  readonly labels?: Labels;
  /** Appended to the name of the metric, such as `_sum` of a histogram. */
  readonly suffix?: string;
}

/** Type of a metric. */
export type MetricType = 'counter' | 'gauge' | 'histogram';

/** All metrics of a process. */
export class Registry {
  /** Media type of the page. */
  readonly contentType = 'text/plain; version=0.0.4; charset=utf-8';
  private readonly sections = new Map<string, () => string>();
  private defaultLabels: Labels = {};

  /** Sets labels that every value has. */
  setDefaultLabels(labels: Labels): void {
    this.defaultLabels = labels;
  }

  /** Adds a metric whose values are read for every page. */
  add(name: string, help: string, type: MetricType, samples: () => Iterable<Sample>): void {
    if (this.sections.has(name)) {
      throw new Error(`metric ${name} exists`);
    }
    this.sections.set(name, () =>
      [
        `# HELP ${name} ${escapeText(help)}`,
        `# TYPE ${name} ${type}`,
        ...Array.from(samples(), (sample) => this.line(name, sample)),
      ].join('\n'),
    );
  }

  /** Returns the page for Prometheus. */
  async metrics(): Promise<string> {
    return `${[...this.sections.values()].map((section) => section()).join('\n\n')}\n`;
  }

  private line(name: string, { value, labels = {}, suffix = '' }: Sample): string {
    const pairs = Object.entries({ ...labels, ...this.defaultLabels, ...labels });
    const text = pairs.map(([label, content]) => `${label}="${escapeLabel(String(content))}"`).join(',');
    return `${name}${suffix}${text && `{${text}}`} ${formatValue(value)}`;
  }
}

/** Properties of a metric that keeps its values. */
export interface MetricOptions<M, L extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly L[];
  readonly registers: readonly Registry[];
  /** Updates the values for every page. */
  collect?(this: M): void;
}

/** Labels of a value, which may have all labels of the metric or some. */
export type LabelValues<L extends string> = Readonly<Partial<Record<L, string | number>>>;

abstract class Metric<L extends string> {
  private readonly samples = new Map<string, { readonly labels: Labels; readonly value: number }>();
  private readonly labelNames: readonly L[];

  constructor(
    type: MetricType,
    { name, help, labelNames = [], registers, collect }: MetricOptions<never, L>,
  ) {
    this.labelNames = labelNames;
    this.reset();
    for (const registry of registers) {
      registry.add(name, help, type, () => {
        collect?.call(this as never);
        return this.samples.values();
      });
    }
  }

  /** Removes all values. A metric without labels is 0 afterwards. */
  reset(): void {
    this.samples.clear();
    if (this.labelNames.length === 0) {
      this.store({} as LabelValues<L>, 0);
    }
  }

  /** Removes the value with these labels. */
  remove(labels: LabelValues<L>): void {
    this.samples.delete(this.key(labels));
  }

  protected store(labels: LabelValues<L>, value: number): void {
    this.samples.set(this.key(labels), { labels: labels as Labels, value });
  }

  protected valueOf(labels: LabelValues<L>): number {
    return this.samples.get(this.key(labels))?.value ?? 0;
  }

  private key(labels: LabelValues<L>): string {
    return JSON.stringify(this.labelNames.map((name) => labels[name]));
  }
}

/** A value that goes up and down. */
export class Gauge<L extends string = string> extends Metric<L> {
  constructor(options: MetricOptions<Gauge<L>, L>) {
    super('gauge', options);
  }

  set(value: number): void;
  set(labels: LabelValues<L>, value: number): void;
  set(...args: [number] | [LabelValues<L>, number]): void {
    if (args.length === 1) {
      this.store({} as LabelValues<L>, args[0]);
    } else {
      this.store(...args);
    }
  }
}

/** A value that only grows. */
export class Counter<L extends string = string> extends Metric<L> {
  constructor(options: MetricOptions<Counter<L>, L>) {
    super('counter', options);
  }

  inc(labels: LabelValues<L>, value = 1): void {
    this.store(labels, this.valueOf(labels) + value);
  }
}

function formatValue(value: number): string {
  return Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeText(text).replaceAll('"', '\\"');
}
