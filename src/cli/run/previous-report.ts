import { access } from "node:fs/promises";
import path from "node:path";
import { ReportRun, StopReason } from "../../contracts/report.ts";
import { MaskloomError, parseAs } from "../../errors.ts";
import { linesOfFile } from "../../lines-of-file.ts";
import { REPORT_NAME } from "../../runs/report/report-names.ts";

/** What the last command into a folder said of its pictures. */
export interface PreviousReport {
  /** Place in that report of a picture that did not go well; undefined for all others. */
  failedAt(name: string): number | undefined;
  readonly failures: number;
  /** How many were to be done then, whether or not they all were. */
  readonly pictures: number;
  /** How many of them it says nothing of: they were not begun. */
  readonly left: number;
  /** Of how many they were a sample; null = they were all. */
  readonly sampledFrom: number | null;
  readonly stopped: StopReason | null;
  readonly lossless: boolean;
  /** All its runs. @throws INPUT_MISSING where it cannot be read to its end */
  runs(): AsyncGenerator<{ readonly at: number; readonly run: ReportRun }>;
}

const GOOD: ReadonlySet<ReportRun["status"]> = new Set(["succeeded", "skipped"]);

/**
 * Memory grows with what failed, not with the report.
 * @throws INPUT_MISSING where there is none, INPUT_INVALID where it is none
 */
export async function openPreviousReport(out: string): Promise<PreviousReport> {
  const file = path.join(out, REPORT_NAME);
  await access(file).catch((error: unknown) => {
    const message = `--retry-failed: expected the report of an earlier run, there is no ${file}; leave out --retry-failed`;
    throw new MaskloomError("INPUT_MISSING", message, { cause: error });
  });
  const failed = new Map<string, number>();
  const head = new Map<string, string>();
  const onHead = (line: string) => {
    const [, field = "", value = ""] = /^\s*"(\w+)": "?([\w-]+)"?,?$/.exec(line) ?? [];
    head.set(field, value);
  };
  let runs = 0;
  for await (const { at, run } of readRuns(file, onHead)) {
    if (!GOOD.has(run.status)) failed.set(run.file, at);
    runs += 1;
  }
  const pictures = Math.max(runs, Number(head.get("pictures") ?? 0));
  return {
    failedAt: (name) => failed.get(name),
    failures: failed.size,
    pictures,
    left: pictures - runs,
    sampledFrom: head.has("sampledFrom") ? Number(head.get("sampledFrom")) : null,
    stopped: StopReason.safeParse(head.get("stopped")).data ?? null,
    lossless: head.get("encoding") !== "lossy",
    runs: () => readRuns(file),
  };
}

/** A report has each run on a line of its own. */
async function* readRuns(file: string, onHead: (line: string) => void = () => undefined) {
  let at = 0;
  for await (const line of wholeFile(file)) {
    const text = line.trim().replace(/,$/, "");
    if (!text.startsWith('{"')) {
      onHead(line);
      continue;
    }
    yield { at, run: parseAs(ReportRun, parseLine(text, file), `${file}: run ${at + 1}`) };
    at += 1;
  }
}

async function* wholeFile(file: string): AsyncGenerator<string> {
  try {
    yield* linesOfFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskloomError(
      "INPUT_MISSING",
      `${file}: the report of the last run cannot be read to its end: ${reason}; it stays as it is, give the command again`,
      { cause: error },
    );
  }
}

function parseLine(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MaskloomError("INPUT_INVALID", `${file}: expected a report of maskloom run, it is damaged`, {
      cause: error,
    });
  }
}
