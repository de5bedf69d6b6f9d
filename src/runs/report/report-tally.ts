import type { ReportRun } from "../../contracts/report.ts";

/** Why pictures failed, all with the same code. */
export interface FailureGroup {
  readonly code: string;
  readonly count: number;
  /** Of the first one. */
  readonly message: string;
}

/** What a report comes to. */
export interface ReportSums {
  readonly pictures: number;
  /** How many ended how, in the order in which people care. */
  readonly statuses: ReadonlyMap<ReportRun["status"], number>;
  readonly reused: number;
  /** Pictures with a task that was done at its step's fallback. */
  readonly moved: number;
  /** The most frequent first. */
  readonly failures: readonly FailureGroup[];
  /** US dollars spent by this command; null where nothing was paid for. */
  readonly cost: number | null;
  readonly lossless: boolean;
}

const ORDER: readonly ReportRun["status"][] = ["succeeded", "partial", "skipped", "cancelled", "failed"];

const isMoved = ({ tasks }: ReportRun): boolean =>
  tasks.some(({ movedToFallback }) => movedToFallback === true);

/** Adds up runs one by one; grows with the number of codes, not of pictures. */
export class ReportTally {
  readonly #statuses = new Map<ReportRun["status"], number>();
  readonly #failures = new Map<string, FailureGroup>();
  #pictures = 0;
  #reused = 0;
  #moved = 0;
  #cost: number | null = null;
  #lossless = true;

  add(run: ReportRun, lossless: boolean): void {
    this.#pictures += 1;
    this.#statuses.set(run.status, (this.#statuses.get(run.status) ?? 0) + 1);
    this.#lossless &&= lossless;
    if (isMoved(run)) this.#moved += 1;
    if (run.reused) this.#reused += 1;
    else if (run.cost !== undefined) this.#cost = (this.#cost ?? 0) + run.cost;
    if (run.status !== "failed") return;
    const { code, message } = run.error ?? { code: "INTERNAL", message: "" };
    const known = this.#failures.get(code);
    this.#failures.set(code, { code, count: (known?.count ?? 0) + 1, message: known?.message ?? message });
  }

  /** A run that another one takes the place of. */
  takeBack(run: ReportRun): void {
    this.#pictures -= 1;
    this.#statuses.set(run.status, (this.#statuses.get(run.status) ?? 1) - 1);
    if (isMoved(run)) this.#moved -= 1;
    if (run.reused) this.#reused -= 1;
    else if (run.cost !== undefined) this.#cost = (this.#cost ?? 0) - run.cost;
    const group = run.error === undefined ? undefined : this.#failures.get(run.error.code);
    if (run.status === "failed" && group !== undefined)
      this.#failures.set(group.code, { ...group, count: group.count - 1 });
  }

  sums(): ReportSums {
    return {
      pictures: this.#pictures,
      statuses: new Map(
        ORDER.flatMap((status) => {
          const count = this.#statuses.get(status);
          return count === undefined || count === 0 ? [] : [[status, count] as const];
        }),
      ),
      reused: this.#reused,
      moved: this.#moved,
      failures: [...this.#failures.values()]
        .filter(({ count }) => count > 0)
        .sort((a, b) => b.count - a.count),
      cost: this.#cost,
      lossless: this.#lossless,
    };
  }
}

/** `3 failed: 2 IMAGE_UNREADABLE, 1 DISK_FULL`; null where none did. */
export function describeFailures({ failures }: Pick<ReportSums, "failures">): string | null {
  const total = failures.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  return `${total} failed: ${failures.map(({ code, count }) => `${count} ${code}`).join(", ")}`;
}
