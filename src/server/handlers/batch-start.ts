import { Readable } from "node:stream";
import type { z } from "zod";
import type {
  BatchEstimate,
  DryRunBatch,
  DryRunLine,
  EstimateBatch,
  FolderQuery,
  StoredPictures,
} from "../../contracts/batches.ts";
import { MaskloomError, toErrorRecord } from "../../errors.ts";
import type { BatchSource } from "../../runs/batches/batch-source.ts";
import { estimateBatch as estimate } from "../../runs/batches/estimate-batch.ts";
import { type ListedBatch, type PreparedBatch, prepareBatch } from "../../runs/batches/prepare-batch.ts";
import { dryRunBatch } from "../../runs/dry-run/dry-run-batch.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";

export async function listFolders(
  { query }: ApiRequest<unknown, z.output<typeof FolderQuery>>,
  { folders }: ApiServices,
): Promise<ApiAnswer> {
  return { status: 200, body: await folders.list(query.path) };
}

/** Pictures that a batch is to begin with: a form at a time, so that a folder of any size can be sent. */
export function storePictures({ uploads }: ApiRequest): ApiAnswer {
  if (uploads.length === 0) {
    throw new MaskloomError("INPUT_INVALID", "form: expected at least one file, named images; got none");
  }
  const pictures = uploads.map((upload) =>
    "artifact" in upload
      ? { file: upload.name, image: upload.artifact }
      : { file: upload.name, error: upload.error },
  );
  return { status: 201, body: { pictures } satisfies StoredPictures };
}

export async function estimateBatch(
  request: ApiRequest<unknown, unknown, EstimateBatch>,
  services: ApiServices,
): Promise<ApiAnswer> {
  const prepared = await prepareListed(request, services);
  return {
    status: 200,
    body: (await estimate(services, request, prepared)) satisfies BatchEstimate,
  };
}

/** What is refused is refused with a status; from the first byte on, the last line says how it went. */
export async function dryRun(
  request: ApiRequest<unknown, unknown, DryRunBatch>,
  services: ApiServices,
): Promise<ApiAnswer> {
  const prepared = await prepareListed(request, services);
  const lines = dryRunBatch(services, request, prepared, request.signal);
  return {
    status: 200,
    headers: { "content-type": "application/x-ndjson", "x-accel-buffering": "no" },
    content: async () => Readable.from(asText(lines)),
  };
}

async function* asText(lines: AsyncIterable<DryRunLine>): AsyncGenerator<string> {
  try {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`;
  } catch (error) {
    yield `${JSON.stringify({ type: "failed", error: toErrorRecord(error) } satisfies DryRunLine)}\n`;
  }
}

async function prepareListed(
  request: ApiRequest<unknown, unknown, EstimateBatch>,
  services: ApiServices,
): Promise<PreparedBatch & { readonly listed: ListedBatch }> {
  const { workflow, inputs, table, sample, masks } = request.body;
  const wish = { workflow, inputs, table, sample, masks, source: namedSource(request.body) };
  const prepared = await prepareBatch(services, request, wish, true);
  const { listed } = prepared;
  if (listed === null) throw new MaskloomError("INTERNAL", "a batch was to be listed and was not");
  return { ...prepared, listed };
}

/** Where a request says the pictures are; null where its table does. */
export function namedSource(
  body: Pick<EstimateBatch, "folder" | "recursive" | "urls" | "pictures">,
): BatchSource | null {
  if (body.folder !== undefined) return { folder: body.folder, recursive: body.recursive };
  if (body.urls !== undefined) return { urls: body.urls };
  return body.pictures === undefined ? null : { pictures: body.pictures };
}
