import path from "node:path";
import { Report, type ReportRun } from "../../contracts/report.ts";
import { parseAs } from "../../errors.ts";
import { writeFileWhole } from "../write-file.ts";

export const REPORT_NAME = "maskloom-report.json";

const FIRST_WRITE_MS = 2_000;
/** Writing the report while the work goes on may take this share of the time. */
const SHARE_OF_TIME = 20;

/**
 * The report of a batch, kept on disk while the batch goes on: after a kill it holds what was done until a few seconds
 * before. Runs stand in the order of the plan.
 */
export class ReportFile {
  readonly file: string;
  readonly #head: Pick<Report, "batchUUID" | "workflow" | "workflowDigest">;
  readonly #runs = new Map<number, ReportRun>();
  #lossless = true;
  #writing: Promise<void> | null = null;
  #nextWriteAt = Date.now() + FIRST_WRITE_MS;

  constructor(out: string, head: Pick<Report, "batchUUID" | "workflow" | "workflowDigest">) {
    this.file = path.join(out, REPORT_NAME);
    this.#head = head;
  }

  /** @param at the run's place in the plan */
  add(at: number, run: ReportRun, lossless: boolean): void {
    this.#runs.set(at, run);
    this.#lossless &&= lossless;
    if (this.#writing !== null || Date.now() < this.#nextWriteAt) return;
    const start = Date.now();
    this.#writing = this.#write()
      .catch(() => undefined) // the last write says what is wrong with the disk
      .finally(() => {
        this.#writing = null;
        this.#nextWriteAt = Date.now() + Math.max(FIRST_WRITE_MS, SHARE_OF_TIME * (Date.now() - start));
      });
  }

  report(): Report {
    const runs = [...this.#runs].sort(([a], [b]) => a - b).map(([, run]) => run);
    return { ...this.#head, encoding: this.#lossless ? "lossless" : "lossy", runs };
  }

  /** @throws OUTPUT_INVALID, DISK_FULL, OUTPUT_UNWRITABLE */
  async finish(): Promise<Report> {
    await this.#writing;
    const report = parseAs(Report, this.report(), "report", "OUTPUT_INVALID");
    await this.#write();
    return report;
  }

  async #write(): Promise<void> {
    await writeFileWhole(this.file, `${JSON.stringify(this.report(), null, 2)}\n`);
  }
}
