import { parser } from "@prometheus-io/lezer-promql";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { TaskStatus } from "../../src/contracts/run.ts";
import { ERRORS } from "../../src/errors.ts";
import { createHttpMetrics } from "../../src/metrics/http-metrics.ts";
import { registerInstallation } from "../../src/metrics/installation-metrics.ts";
import { createRegistry, type ProcessKind } from "../../src/metrics/registry.ts";
import { type CountedAttempt, createTaskMetrics } from "../../src/metrics/task-metrics.ts";
import { readCompose, readRoot, readYaml } from "./deployment-files.ts";

/* What rules and panels ask for is what the code tells: a metric that is renamed would silence an alert for good. */

const Rules = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smh]$/)
            .optional(),
          labels: z.object({ severity: z.enum(["critical", "warning"]) }),
          annotations: z.object({ summary: z.string(), runbook: z.string() }),
        }),
      ),
    }),
  ),
});
const rules = Rules.parse(readYaml("deploy/prometheus/alerts.yml")).groups.flatMap((group) => group.rules);

const Dashboard = z.looseObject({
  uid: z.string(),
  panels: z.array(
    z.looseObject({
      id: z.int(),
      title: z.string(),
      type: z.string(),
      datasource: z.object({ uid: z.string() }).loose().optional(),
      fieldConfig: z.looseObject({ defaults: z.looseObject({ unit: z.string() }) }).optional(),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      targets: z.array(z.looseObject({ expr: z.string(), legendFormat: z.string() })).default([]),
    }),
  ),
});
const Provisioned = z.object({ datasources: z.array(z.looseObject({ uid: z.string() })) }).loose();
/** Of Grafana's own list, `packages/grafana-data/src/valueFormats/categories.ts`. */
const UNITS = ["short", "s", "bytes", "percentunit", "currencyUSD", "ops", "reqps"];
const dashboard = Dashboard.parse(JSON.parse(readRoot("deploy/grafana/dashboards/maskloom.json")));

/** Every series by name, with the labels that it has. */
async function seriesOfCode(): Promise<Map<string, ReadonlySet<string>>> {
  const registry = createRegistry("server");
  createTaskMetrics(registry);
  createHttpMetrics(registry);
  registerInstallation(
    registry,
    () => Promise.reject(new Error("none")),
    () => undefined,
  );
  const series = new Map<string, ReadonlySet<string>>([["up", new Set(["job", "instance"])]]);
  for (const { name, type } of await registry.getMetricsAsJSON()) {
    const metric = registry.getSingleMetric(name);
    const names: unknown = metric === undefined ? [] : Reflect.get(metric, "labelNames");
    const labels = new Set(["process", "job", "instance", ...z.array(z.string()).parse(names ?? [])]);
    const isHistogram = String(type) === "histogram";
    if (!isHistogram) series.set(name, labels);
    for (const suffix of isHistogram ? ["_bucket", "_sum", "_count"] : [])
      series.set(name + suffix, suffix === "_bucket" ? new Set([...labels, "le"]) : labels);
  }
  return series;
}
const series = await seriesOfCode();

const FUNCTIONS = new Set(
  "absent sum max min avg topk by rate histogram_quantile and unless or on ignoring without increase clamp_min vector".split(
    " ",
  ),
);

/** Metrics of an expression of PromQL, each with the labels that its selector names, and the labels that are grouped by. */
function asked(expr: string) {
  /* What is joined without labels has none of those that the other part is grouped by. */
  return expr.split(/\bon \(\)/).flatMap(askedTogether);
}

function askedTogether(expr: string) {
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap((match) => (match[1] ?? "").split(/,\s*/));
  const text = expr.replace(/\bby \([^)]*\)/g, " ").replace(/\[\w+\]/g, " ");
  const selectors = [...text.matchAll(/\b([a-z_][a-z0-9_]*)\b(?:\{([^}]*)\})?/g)].filter(
    (match) => !FUNCTIONS.has(match[1] ?? "") && !isInsideBraces(text, match.index),
  );
  return selectors.map((match) => ({
    name: match[1] ?? "",
    labels: [
      ...[...(match[2] ?? "").matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map((one) => one[1] ?? ""),
      ...grouped,
    ],
  }));
}

const isInsideBraces = (text: string, at: number): boolean =>
  text.lastIndexOf("{", at) > text.lastIndexOf("}", at);

/** By the grammar that Prometheus' own page uses for PromQL. */
function faultsOf(expr: string): number {
  let faults = 0;
  parser.parse(expr).iterate({
    enter: ({ type }) => {
      if (type.isError) faults += 1;
    },
  });
  return faults;
}

/** What is left of an expression's labels for its legend or its message; of several parts, what all of them have. */
function labelsLeft(expr: string): ReadonlySet<string> {
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].map((match) => (match[1] ?? "").split(/,\s*/));
  const [first = [], ...others] = grouped;
  if (grouped.length > 0)
    return new Set(first.filter((label) => label !== "le" && others.every((other) => other.includes(label))));
  if (/\b(sum|min|max|avg)\b/.test(expr)) return new Set();
  return series.get(asked(expr)[0]?.name ?? "") ?? new Set();
}

/** Values that selectors compare labels with: those of a pattern apart, each with its metric and label. */
function compared(expr: string): readonly (readonly [metric: string, label: string, value: string])[] {
  return [...expr.matchAll(/\b([a-z_][a-z0-9_]*)\{([^}]*)\}/g)].flatMap(([, metric = "", matchers = ""]) =>
    [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g)].flatMap(([, label = "", values = ""]) =>
      values.split("|").map((value) => [metric, label, value] as const),
    ),
  );
}

/* By type, so that an outcome which is renamed does not compile here. */
const OUTCOMES: Readonly<Record<CountedAttempt["outcome"], true>> = {
  succeeded: true,
  cached: true,
  skipped: true,
  failed: true,
  parked: true,
  stopped: true,
};
const PROCESSES: Readonly<Record<ProcessKind, true>> = { server: true, worker: true };
const isStatus = (value: string): boolean => TaskStatus.safeParse(value).success;

/** What a label can be, by metric and label. */
const VALUES: Readonly<Record<string, (value: string) => boolean>> = {
  "maskloom_task_duration_seconds outcome": (value) => value in OUTCOMES,
  "maskloom_provider_call_seconds outcome": (value) => ["ok", "stopped"].includes(value) || value in ERRORS,
  "maskloom_http_request_duration_seconds status": (value) => value === "5..",
  "maskloom_tasks status": isStatus,
  "maskloom_task_part_seconds part": (value) => value === "inference",
  "process_resident_memory_bytes process": (value) => value in PROCESSES,
  "up job": (value) => readRoot("deploy/prometheus/prometheus.yml").includes(`job_name: ${value}\n`),
};

const expressions = [
  ...rules.map(({ alert, expr }) => [`alert ${alert}`, expr] as const),
  ...dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => [`panel ${title}`, expr] as const),
  ),
];

describe("deploy/prometheus and deploy/grafana", () => {
  it.each(expressions)("%s asks for metrics and labels that the code has", (_where, expr) => {
    const found = asked(expr);
    expect(found.length).toBeGreaterThan(0);
    for (const { name, labels } of found) {
      expect([...series.keys()]).toContain(name);
      expect([...(series.get(name) ?? [])]).toEqual(expect.arrayContaining(labels));
    }
  });

  it.each(expressions)("%s compares labels with values that they can have", (_where, expr) => {
    for (const [metric, label, value] of compared(expr)) {
      const can = VALUES[`${metric.replace(/_(count|sum|bucket)$/, "")} ${label}`];
      expect(can?.(value), `${metric}{${label}="${value}"}`).toBe(true);
    }
  });

  it("has legends and messages of labels that are left when everything was summed up", () => {
    const said = [
      ...rules.map(({ alert, expr, annotations }) => [alert, expr, annotations.summary] as const),
      ...dashboard.panels.flatMap(({ title, targets }) =>
        targets.map(({ expr, legendFormat }) => [title, expr, legendFormat] as const),
      ),
    ];
    for (const [where, expr, text] of said) {
      const named = [...text.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map((match) => match[1] ?? "");
      expect([...labelsLeft(expr)], where).toEqual(expect.arrayContaining(named));
    }
    expect(said.filter(([, , text]) => text.includes("{{")).length).toBeGreaterThan(20);
  });

  it("would notice a label that is summed away, and a value that no label has", () => {
    expect(labelsLeft("max(maskloom_queue_waiting)").has("queue")).toBe(false);
    expect(labelsLeft("max by (queue) (maskloom_queue_waiting)").has("queue")).toBe(true);
    expect(compared('rate(maskloom_tasks{status=~"held|lost"}[5m])')).toEqual([
      ["maskloom_tasks", "status", "held"],
      ["maskloom_tasks", "status", "lost"],
    ]);
    expect(isStatus("lost")).toBe(false);
  });

  it("draws every panel with the data source that is provisioned, in a unit that Grafana has", () => {
    const { datasources } = Provisioned.parse(
      readYaml("deploy/grafana/provisioning/datasources/prometheus.yml"),
    );
    const uids = datasources.map(({ uid }) => uid);
    for (const { title, datasource, fieldConfig, type } of dashboard.panels.filter(
      ({ targets }) => targets.length > 0,
    )) {
      expect(uids, title).toContain(datasource?.uid);
      expect(["stat", "timeseries"], title).toContain(type);
      expect(UNITS, title).toContain(fieldConfig?.defaults.unit);
    }
  });

  it.each(expressions)("%s asks in a language that Prometheus understands", (_where, expr) => {
    expect(faultsOf(expr)).toBe(0);
  });

  it("would notice a bracket that is missing", () => {
    expect(faultsOf("sum by (queue (rate(x[5m])")).toBeGreaterThan(0);
  });

  it("would notice a metric or a label that is gone", () => {
    const [first] = asked('sum by (gone) (rate(maskloom_gone_total{code="x"}[5m]))');
    expect(first).toEqual({ name: "maskloom_gone_total", labels: ["code", "gone"] });
    expect(series.has("maskloom_gone_total")).toBe(false);
  });

  it.each(rules)("$alert has a runbook", ({ alert, annotations }) => {
    expect(annotations.runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`);
    expect(readRoot("docs/operations.md")).toMatch(new RegExp(`^#### ${alert}$`, "m"));
  });

  it("has no alert twice, and a runbook for none that is gone", () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    const runbooks = [...readRoot("docs/operations.md").matchAll(/^#### (Maskloom\w+)$/gm)].map(
      (match) => match[1],
    );
    expect(runbooks.sort()).toEqual([...names].sort());
  });

  it("shows panels beside each other, each with an id of its own", () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    const overlapping = panels.filter((one) =>
      panels.some(
        (other) =>
          other.id !== one.id &&
          one.gridPos.x < other.gridPos.x + other.gridPos.w &&
          other.gridPos.x < one.gridPos.x + one.gridPos.w &&
          one.gridPos.y < other.gridPos.y + other.gridPos.h &&
          other.gridPos.y < one.gridPos.y + one.gridPos.h,
      ),
    );
    expect(overlapping).toEqual([]);
  });

  it("scrapes every service of the compose file that tells metrics, on the port that it tells them on", () => {
    const Scrape = z.looseObject({
      scrape_configs: z.array(
        z.object({
          job_name: z.string(),
          dns_sd_configs: z.array(z.looseObject({ names: z.array(z.string()), port: z.int() })),
        }),
      ),
    });
    const scraped = Scrape.parse(readYaml("deploy/prometheus/prometheus.yml")).scrape_configs.flatMap((job) =>
      job.dns_sd_configs.flatMap(({ names, port }) => names.map((name) => `${name}:${port}`)),
    );
    const telling = Object.entries(readCompose().services).flatMap(([name, { environment }]) => {
      const port = environment["MASKLOOM_METRICS_PORT"];
      return port === undefined ? [] : [`${name}:${port}`];
    });
    expect(scraped.sort()).toEqual(telling.sort());
  });
});
