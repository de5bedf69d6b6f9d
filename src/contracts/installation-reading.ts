import type { TaskStatus } from "./run.ts";

/** How an installation stands at one moment: what no single process knows. */
export interface InstallationReading {
  readonly queues: readonly {
    readonly queue: string;
    readonly waiting: number;
    readonly running: number;
    /** Null: nothing waits. */
    readonly oldestWaitSeconds: number | null;
    readonly workers: number;
    readonly isPaused: boolean;
  }[];
  /** Of those that have not ended; a status without any is missing. */
  readonly tasks: readonly { readonly status: TaskStatus; readonly count: number }[];
  readonly runningBatches: number;
  /** USD since midnight UTC, reservations included, of providers that were called since. */
  readonly spentToday: readonly { readonly provider: string; readonly usd: number }[];
  /** What a provider may cost a day at this moment, in USD; only those that are limited. */
  readonly dayLimits: readonly { readonly provider: string; readonly usd: number }[];
  readonly databaseBytes: number;
  /** As the database estimates it. */
  readonly events: number;
}
