import { Gauge, type Registry } from "prom-client";
import type { InstallationReading } from "../contracts/installation-reading.ts";
import type { TaskStatus } from "../contracts/run.ts";

/** Asked at once by two collectors, or by one that is in a hurry, it is read once. */
const FRESH_MS = 2_000;

interface Clocked {
  readonly at: number;
  readonly reading: Promise<InstallationReading | null>;
}

/**
 * Gauges that are read when somebody asks. Every server tells the same of them: take the maximum over servers.
 * Where they cannot be read they are missing, and `maskloom_installation_readable` is 0.
 */
export function registerInstallation(
  registry: Registry,
  read: () => Promise<InstallationReading>,
  onError: (error: unknown) => void,
): void {
  let last: Clocked | undefined;
  const current = (): Promise<InstallationReading | null> => {
    const now = performance.now();
    if (last === undefined || now - last.at > FRESH_MS) {
      const reading = read().catch((error: unknown) => {
        onError(error);
        return null;
      });
      last = { at: now, reading };
    }
    return last.reading;
  };
  for (const row of GAUGES) {
    const { name, help, labelNames, values } = row;
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      async collect() {
        const reading = await current();
        this.reset();
        this.remove({}); // one without labels is reset to 0, which would be a claim
        for (const { labels, value } of values(reading)) this.set(labels, value);
      },
    });
  }
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface GaugeRow {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly values: (reading: InstallationReading | null) => readonly Sample[];
}

type Queue = InstallationReading["queues"][number];

const ofQueues = (name: string, help: string, read: (queue: Queue) => number): GaugeRow => ({
  name,
  help,
  labelNames: ["queue"],
  values: (reading) =>
    (reading?.queues ?? []).map((one) => ({ labels: { queue: one.queue }, value: read(one) })),
});

const plain = (name: string, help: string, read: (reading: InstallationReading) => number): GaugeRow => ({
  name,
  help,
  labelNames: [],
  values: (reading) => (reading === null ? [] : [{ labels: {}, value: read(reading) }]),
});

const STANDING: readonly TaskStatus[] = ["queued", "running", "review", "held", "uncertain"];

const GAUGES: readonly GaugeRow[] = [
  {
    name: "maskloom_installation_readable",
    help: "1 where the database told how the installation stands, 0 where it did not",
    labelNames: [],
    values: (reading) => [{ labels: {}, value: reading === null ? 0 : 1 }],
  },
  ofQueues(
    "maskloom_queue_waiting",
    "Tasks that are due and wait for a worker, of queues and batches that are not paused",
    ({ waiting }) => waiting,
  ),
  ofQueues("maskloom_queue_running", "Tasks under way", ({ running }) => running),
  ofQueues(
    "maskloom_queue_oldest_wait_seconds",
    "For how long the longest-waiting task has waited",
    ({ oldestWaitSeconds }) => oldestWaitSeconds ?? 0,
  ),
  ofQueues("maskloom_queue_workers", "Workers that serve it and live", ({ workers }) => workers),
  ofQueues("maskloom_queue_paused", "1 where a person paused it", ({ isPaused }) => Number(isPaused)),
  {
    name: "maskloom_tasks",
    help: "Tasks that have not ended, by status",
    labelNames: ["status"],
    values: (reading) =>
      reading === null
        ? []
        : STANDING.map((status) => ({
            labels: { status },
            value: reading.tasks.find((row) => row.status === status)?.count ?? 0,
          })),
  },
  plain("maskloom_batches_running", "Batches under way", ({ runningBatches }) => runningBatches),
  {
    name: "maskloom_spent_today_usd",
    help: "US dollars spent or reserved at a provider since midnight UTC",
    labelNames: ["provider"],
    values: (reading) =>
      (reading?.spentToday ?? []).map(({ provider, usd }) => ({ labels: { provider }, value: usd })),
  },
  {
    name: "maskloom_budget_day_usd",
    help: "What a provider may cost a day, where that is limited",
    labelNames: ["provider"],
    values: (reading) =>
      (reading?.dayLimits ?? []).map(({ provider, usd }) => ({ labels: { provider }, value: usd })),
  },
  plain("maskloom_database_bytes", "Bytes of the database on disk", ({ databaseBytes }) => databaseBytes),
  plain(
    "maskloom_events_stored",
    "Rows of the event log, as the database estimates them",
    ({ events }) => events,
  ),
];
