import type { Readable } from "node:stream";
import type { ArtifactUUID, OwnerUUID } from "../../contracts/ids.ts";
import type { ReportHead } from "../../contracts/report.ts";
import { type ErrorRecord, MaskloomError, toErrorRecord } from "../../errors.ts";
import type { Services } from "../services.ts";
import { type PutFile, streamArchive } from "./archive-stream.ts";
import type { BatchReport, BatchReportEntry, ResultFile } from "./batch-report.ts";
import { reportJson } from "./report-json.ts";
import { REPORT_NAME } from "./report-names.ts";
import { renderReportPages } from "./report-pages.ts";
import type { PageRow } from "./report-row.ts";
import { ReportTally } from "./report-tally.ts";
import { thumbnailsOf } from "./thumbnail-names.ts";

type ArchiveServices = Pick<Services, "artifacts" | "blobs" | "pictures" | "thumbnails">;

/** Says which files could not be put in, and why. */
const MISSING_NAME = "missing.txt";
const THUMBNAIL_SIDE = 256;
const FULL_QUALITY = 100;

interface Archive {
  readonly services: ArchiveServices;
  readonly owner: OwnerUUID;
  readonly report: BatchReport;
  readonly put: PutFile;
  readonly signal: AbortSignal;
}

/**
 * What the command line's folder of results holds, as a zip: the report as JSON and as web pages with small pictures, and
 * with it the results, as PNG with how they came about in them. Of a skipped picture its own bytes.
 */
export function archiveBatch(
  services: ArchiveServices,
  owner: OwnerUUID,
  report: BatchReport,
  { withResults, signal }: { readonly withResults: boolean; readonly signal: AbortSignal },
): Readable {
  return streamArchive(async (put) => {
    const archive = { services, owner, report, put, signal };
    const shown = await putThumbnails(archive);
    await putReport(archive, report.head, shown, withResults);
    if (withResults) await putResults(archive);
  });
}

/** @returns the small pictures that there are */
async function putThumbnails({
  services,
  owner,
  report,
  put,
  signal,
}: Archive): Promise<ReadonlySet<string>> {
  const shown = new Set<string>();
  const add = async (file: string, uuid: ArtifactUUID | null) => {
    if (uuid === null) return;
    const bytes = await orNull(async () => {
      const { digest } = await services.artifacts.find(owner, uuid);
      const { digest: small } = await services.thumbnails.find(digest, THUMBNAIL_SIDE);
      return services.blobs.get(small);
    });
    if (bytes === null) return;
    await put(file, bytes);
    shown.add(file);
  };
  for await (const { run, pictures } of report.entries()) {
    signal.throwIfAborted();
    const { before, after } = thumbnailsOf(run.file);
    await add(before, pictures.input);
    if (run.output !== null && run.status !== "skipped") await add(after, pictures.output);
  }
  return shown;
}

async function putReport(
  { report, put }: Archive,
  head: ReportHead,
  shown: ReadonlySet<string>,
  withResults: boolean,
): Promise<void> {
  const tally = new ReportTally();
  await put(REPORT_NAME, reportJson(head, tallied(report, tally)));
  const facts = { head, sums: tally.sums() };
  for await (const { file, html } of renderReportPages(facts, rowsOf(report, shown, withResults))) {
    await put(file, Buffer.from(html));
  }
}

async function* tallied(report: BatchReport, tally: ReportTally): AsyncGenerator<BatchReportEntry> {
  for await (const entry of report.entries()) {
    tally.add(entry.run, true);
    yield entry;
  }
}

async function* rowsOf(
  report: BatchReport,
  shown: ReadonlySet<string>,
  withResults: boolean,
): AsyncGenerator<PageRow> {
  for await (const { run } of report.entries()) {
    const { before, after } = thumbnailsOf(run.file);
    const { files: _files, ...rest } = run;
    yield {
      /* Without the results a page has nothing to lead to. */
      run: withResults ? run : { ...rest, output: null },
      source: null,
      before: shown.has(before) ? before : null,
      after: shown.has(after) ? after : null,
    };
  }
}

async function putResults({ services, owner, report, put, signal }: Archive): Promise<void> {
  const missing: string[] = [];
  for await (const { files } of report.entries()) {
    for (const file of files) {
      signal.throwIfAborted();
      const bytes = await readResult(services, owner, file);
      if (bytes instanceof Uint8Array) await put(file.file, bytes);
      else missing.push(`${file.file}: ${bytes.message} (${bytes.code})`);
    }
  }
  if (missing.length > 0) await put(MISSING_NAME, Buffer.from(`${missing.join("\n")}\n`));
}

async function readResult(
  { artifacts, pictures }: ArchiveServices,
  owner: OwnerUUID,
  { artifact, isOriginal }: ResultFile,
): Promise<Uint8Array | ErrorRecord> {
  try {
    if (isOriginal) return (await artifacts.load(owner, artifact)).content;
    const form = { outputFormat: "PNG", outputQuality: FULL_QUALITY } as const;
    return (await pictures.encode(owner, artifact, form)).bytes;
  } catch (error) {
    return toErrorRecord(error);
  }
}

/** A picture that is gone is shown as a gap; a disk that fails is not. */
async function orNull<Result>(work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MaskloomError) return null;
    throw error;
  }
}
