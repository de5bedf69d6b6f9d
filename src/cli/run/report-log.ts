import { type FileHandle, open, rm } from "node:fs/promises";
import path from "node:path";
import { outputFailure } from "../../output-failure.ts";
import type { ReportEntry } from "../../runs/report/report-entry.ts";
import { REPORT_INDEX, REPORT_LINES } from "../../runs/report/report-names.ts";

/** Offset and length of a line, two doubles. */
const RECORD_BYTES = 16;
const RECORDS_READ = 1_024;

/**
 * The runs of a report on disk: a line each as they end, and beside them, at each one's place in the report, where its
 * line is. So runs that end in any order are read in the order of the report, and none stays in memory.
 */
export class ReportLog {
  readonly #files: { readonly lines: string; readonly index: string };
  readonly #lines: FileHandle;
  readonly #index: FileHandle;
  #bytes = 0;

  private constructor(files: { lines: string; index: string }, lines: FileHandle, index: FileHandle) {
    this.#files = files;
    this.#lines = lines;
    this.#index = index;
  }

  /** What a killed command left behind is begun anew. @throws DISK_FULL, OUTPUT_UNWRITABLE */
  static async open(out: string): Promise<ReportLog> {
    const files = { lines: path.join(out, REPORT_LINES), index: path.join(out, REPORT_INDEX) };
    try {
      const lines = await open(files.lines, "w+");
      const index = await open(files.index, "w+").catch(async (error: unknown) => {
        await lines.close();
        throw error;
      });
      return new ReportLog(files, lines, index);
    } catch (error) {
      throw outputFailure(files.lines, error);
    }
  }

  /** @param at place in the report, from 0 */
  async add(at: number, entry: ReportEntry): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    const offset = this.#bytes;
    this.#bytes += line.length;
    const record = Buffer.alloc(RECORD_BYTES);
    record.writeDoubleLE(offset, 0);
    record.writeDoubleLE(line.length, 8);
    try {
      await this.#lines.write(line, 0, line.length, offset);
      await this.#index.write(record, 0, RECORD_BYTES, at * RECORD_BYTES);
    } catch (error) {
      throw outputFailure(this.#files.lines, error);
    }
  }

  /** Those that have ended so far, in the order of the report. */
  async *entries(): AsyncGenerator<ReportEntry> {
    const records = Buffer.alloc(RECORD_BYTES * RECORDS_READ);
    for (let position = 0; ; position += records.length) {
      const { bytesRead } = await this.#index.read(records, 0, records.length, position);
      for (let at = 0; at + RECORD_BYTES <= bytesRead; at += RECORD_BYTES) {
        const length = records.readDoubleLE(at + 8);
        if (length > 0) yield await this.#readLine(records.readDoubleLE(at), length);
      }
      if (bytesRead < records.length) return;
    }
  }

  async #readLine(offset: number, length: number): Promise<ReportEntry> {
    const line = Buffer.alloc(length);
    await this.#lines.read(line, 0, length, offset);
    return JSON.parse(line.toString("utf8")) as ReportEntry;
  }

  /** The report itself says it all now. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.#files.lines, { force: true });
    await rm(this.#files.index, { force: true });
  }

  async close(): Promise<void> {
    await Promise.all([this.#lines.close(), this.#index.close()]);
  }
}
