import { createReadStream } from "node:fs";
import path from "node:path";
import process from "node:process";
import { pipeline } from "node:stream/promises";
import { ReportHead, ReportRun, type StopReason } from "../../contracts/report.ts";
import { parseAs } from "../../errors.ts";
import type { ReportEntry } from "../../runs/report/report-entry.ts";
import { reportJson } from "../../runs/report/report-json.ts";
import { REPORT_NAME } from "../../runs/report/report-names.ts";
import { type ReportSums, ReportTally } from "../../runs/report/report-tally.ts";
import { writeFileWhole } from "../write-file.ts";
import type { PreviousReport } from "./previous-report.ts";
import { ReportLog } from "./report-log.ts";
import { writeReportPages } from "./report-pages.ts";

const FIRST_WRITE_MS = 2_000;
/** Writing the report while the work goes on may take this share of the time. */
const SHARE_OF_TIME = 20;

/** What is known of a report before its first run. */
export type ReportStart = Omit<ReportHead, "seconds" | "stopped" | "encoding">;

/**
 * The report of a batch, kept on disk while the batch goes on: after a kill it holds what was done until a few seconds
 * before. Runs stand in the order of the plan.
 */
export class ReportFile {
  readonly #out: string;
  readonly #start: ReportStart;
  readonly #log: ReportLog;
  readonly #tally = new ReportTally();
  readonly #startedAt = Date.now();
  /** What an earlier command said of pictures that are being done again, by place. */
  readonly #superseded = new Map<number, ReportRun>();
  /** False while there is more in the report that is taken over. */
  #isComplete = true;
  /** Why the command before left pictures that this one does not begin either. */
  #stoppedBefore: StopReason | null = null;
  #writing: Promise<void> | null = null;
  #nextWriteAt = Date.now() + FIRST_WRITE_MS;

  private constructor(out: string, start: ReportStart, log: ReportLog) {
    this.#out = out;
    this.#start = start;
    this.#log = log;
  }

  static async open(out: string, start: ReportStart): Promise<ReportFile> {
    return new ReportFile(out, start, await ReportLog.open(out));
  }

  /**
   * @param at the run's place in the plan
   * @throws OUTPUT_INVALID, DISK_FULL, OUTPUT_UNWRITABLE
   */
  async add(at: number, entry: ReportEntry, lossless: boolean): Promise<void> {
    await this.#put(at, entry, lossless);
    if (this.#writing !== null || Date.now() < this.#nextWriteAt) return;
    const start = Date.now();
    this.#writing = this.#write("interrupted")
      .catch(() => undefined) // the last write says what is wrong with the disk
      .finally(() => {
        this.#writing = null;
        this.#nextWriteAt = Date.now() + Math.max(FIRST_WRITE_MS, SHARE_OF_TIME * (Date.now() - start));
      });
  }

  async #put(at: number, { run, source }: ReportEntry, lossless: boolean): Promise<void> {
    await this.#log.add(at, { run: parseAs(ReportRun, run, "report", "OUTPUT_INVALID"), source });
    const before = this.#superseded.get(at);
    if (before !== undefined) this.#tally.takeBack(before);
    this.#superseded.delete(at);
    this.#tally.add(run, lossless);
  }

  /**
   * Takes over the report of the command before: what is done again holds until something takes its place. Until all of it
   * is taken over it stays on disk as it is, whatever happens: it alone knows what failed.
   * @throws INPUT_MISSING where it cannot be read to its end
   */
  async takeOver(previous: PreviousReport): Promise<void> {
    const { lossless, left, stopped } = previous;
    this.#isComplete = false;
    for await (const { at, run } of previous.runs()) {
      const isDoneAgain = previous.failedAt(run.file) === at;
      await this.#put(at, { run: isDoneAgain ? run : { ...run, reused: true }, source: null }, lossless);
      if (isDoneAgain) this.#superseded.set(at, run);
    }
    this.#isComplete = true;
    if (left > 0) this.#stoppedBefore = stopped;
  }

  sums(): ReportSums {
    return this.#tally.sums();
  }

  /** @throws OUTPUT_INVALID, DISK_FULL, OUTPUT_UNWRITABLE */
  async finish(why: StopReason | null): Promise<ReportSums> {
    await this.#writing;
    const stopped = why ?? this.#stoppedBefore;
    try {
      if (this.#isComplete) await this.#write(stopped);
      const sums = this.sums();
      if (this.#isComplete)
        await writeReportPages(this.#out, { head: this.#head(stopped), sums }, this.#log.entries());
      await this.#log.remove();
      return sums;
    } catch (error) {
      await this.#log.close();
      throw error;
    }
  }

  /** Half-way it says that it was stopped: so it was, if it is what a kill left behind. */
  async #write(stopped: StopReason | null): Promise<void> {
    const head = parseAs(ReportHead, this.#head(stopped), "report", "OUTPUT_INVALID");
    await writeFileWhole(path.join(this.#out, REPORT_NAME), reportJson(head, this.#log.entries()));
  }

  #head(stopped: StopReason | null): ReportHead {
    return {
      ...this.#start,
      seconds: (Date.now() - this.#startedAt) / 1000,
      ...(stopped === null ? {} : { stopped }),
      encoding: this.sums().lossless ? "lossless" : "lossy",
    };
  }
}

/** As it is on disk, to stdout. */
export async function printReport(out: string): Promise<void> {
  await pipeline(createReadStream(path.join(out, REPORT_NAME)), process.stdout, { end: false });
}
