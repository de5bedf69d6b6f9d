import { createHash } from "node:crypto";
import path from "node:path";
import { ArtifactUUID, Digest } from "../../contracts/ids.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import type { RunDetail } from "../../contracts/run.ts";
import { MaskloomError, toErrorRecord } from "../../errors.ts";
import { decodeImage, encodeImage, isLossless } from "../../image/codec.ts";
import { inspectImage } from "../../image/inspect-image.ts";
import { limitsInside } from "../../image/limits.ts";
import { MEDIA_TYPES } from "../../image/media-types.ts";
import { type ImageFormat, metadataLost } from "../../image/metadata/container.ts";
import { readContainer } from "../../image/metadata/read-container.ts";
import { stampProvenance } from "../../image/metadata/replace-xmp.ts";
import type { LoadedArtifact } from "../../runs/artifact-library.ts";
import { isNoPicture } from "../../runs/picture-gone.ts";
import { type ImagePlace, replaceImages } from "../../runs/report/named-images.ts";
import type { RunOutcome } from "../../runs/report/report-run.ts";
import type { Services } from "../../runs/services.ts";
import { isConnectionLost } from "../../store/connection-loss.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import { findWrittenFile, recordWrittenFile, type WrittenFile } from "../../store/written-files.ts";
import { nameFurther } from "../output-names.ts";
import { joinPlace } from "../paths.ts";
import type { PlannedRun, RunPlan } from "./planned-run.ts";

export interface Delivered extends Omit<RunOutcome, "file" | "reused"> {
  readonly lossless: boolean;
}

export interface DeliveryOptions {
  /** Files that Maskloom did not write may be replaced. */
  readonly overwrite: boolean;
}

/** Behind a format, so that a file is written again by a command that wants it otherwise. */
const WITHOUT_PROVENANCE = " without provenance";

/** Bytes that are copied, in the place of a format. */
const AS_THEY_ARE = "copy";

/**
 * Brings the result of an ended run into the out folder: encoded in the format wanted, or the picture's own bytes where
 * the run was skipped. A file that is there already and unchanged is left alone. What goes wrong is part of the outcome,
 * but for a database out of reach, which is thrown: the same delivery may be made again.
 */
export async function deliverRun(
  services: Services,
  plan: RunPlan,
  planned: PlannedRun,
  detail: RunDetail,
  options: DeliveryOptions,
): Promise<Delivered> {
  const nothing = { output: null, outputs: null, files: [], error: null, lossless: true, warnings: [] };
  if (detail.status === "failed" || detail.status === "cancelled") return nothing;
  try {
    const kept: string[] = [];
    const delivery = { services, plan, detail, options, kept };
    const original = await loadPicture(services, plan, detail);
    if (detail.status === "skipped") {
      const output = planned.file.name;
      await write(delivery, output, AS_THEY_ARE, async () => original.content);
      return { ...nothing, output, outputs: await dataOf(detail), warnings: kept };
    }
    const source = inspectImage(original.content, services.config.limits);
    const format = plan.format === "same" ? source.format : plan.format;
    const target = { format, lossless: source.lossless };
    /* Only PNG holds 16 bits. */
    const lossless = isLossless(target) && (source.depth === 8 || format === "png");
    const warnings = metadataLost(readContainer(original.content, source.format), format).map(
      (lost) => `${format} cannot hold what the picture carries as ${lost}: it was left behind`,
    );
    if (detail.output !== null) await writeImage(delivery, planned.output, detail.output, target);
    const named = await writeOutputs(delivery, planned, target);
    const output = detail.output === null ? null : planned.output;
    return {
      ...nothing,
      ...named,
      output,
      lossless,
      warnings: [...(output === null ? [] : warnings), ...kept],
    };
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    return { ...nothing, error: toErrorRecord(error) };
  }
}

interface Delivery {
  readonly services: Services;
  readonly plan: RunPlan;
  readonly detail: RunDetail;
  readonly options: DeliveryOptions;
  /** Filled with what to say of results that somebody has worked on since. */
  readonly kept: string[];
}

interface Target {
  readonly format: ImageFormat;
  /** Of a WEBP: as the picture was. */
  readonly lossless: boolean;
}

function loadPicture(services: Services, plan: RunPlan, detail: RunDetail): Promise<LoadedArtifact> {
  const picture = detail.inputs[plan.picture];
  const uuid = ArtifactUUID.parse(isJsonObject(picture) ? picture["uuid"] : picture);
  return services.artifacts.load(LOCAL_OWNER, uuid);
}

async function writeImage(
  delivery: Delivery,
  output: string,
  uuid: ArtifactUUID,
  target: Target,
): Promise<void> {
  const { artifacts, config, provenance } = delivery.services;
  const { format } = target;
  const { kind, mediaType } = await artifacts.find(LOCAL_OWNER, uuid);
  const encode = async (): Promise<Uint8Array> => {
    const { content } = await artifacts.load(LOCAL_OWNER, uuid);
    if (mediaType === MEDIA_TYPES[format]) return content;
    const { limits } = config;
    const { image, container } = await decodeImage(content, limitsInside(limits));
    return encodeImage(image, { ...target, container, limits });
  };
  if (kind !== "image") return write(delivery, output, format, encode);
  if (provenance === null) return write(delivery, output, `${format}${WITHOUT_PROVENANCE}`, encode);
  await write(delivery, output, format, async () =>
    stampProvenance(await encode(), format, await provenance.of(delivery.detail)),
  );
}

/** Named outputs: images and masks, in lists too, become files beside the picture's; data stays data. */
async function writeOutputs(
  delivery: Delivery,
  planned: PlannedRun,
  target: Target,
): Promise<Pick<Delivered, "outputs" | "files">> {
  const { detail } = delivery;
  if (detail.outputs === null) return { outputs: null, files: [] };
  const files: string[] = [];
  const written: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(detail.outputs)) {
    if (value === detail.output && detail.output !== null) {
      written.push([name, planned.output]);
      continue;
    }
    const writeOne = async (uuid: ArtifactUUID, place: ImagePlace): Promise<string> => {
      const file = await writeNamed(delivery, planned, [name, ...place], uuid, target);
      if (file !== null) files.push(file);
      return file ?? uuid;
    };
    written.push([name, (await replaceImages(value as JsonValue, writeOne)) ?? null]);
  }
  return { outputs: Object.fromEntries(written), files };
}

/** Masks stay PNG, whatever the format of images. Null where the UUID is of something else, such as of the run. */
async function writeNamed(
  delivery: Delivery,
  { file: picture, output }: PlannedRun,
  name: ImagePlace,
  uuid: ArtifactUUID,
  target: Target,
): Promise<string | null> {
  const kind = await kindOf(delivery, uuid);
  if (kind === null) return null;
  const extension = kind === "mask" ? ".png" : path.posix.extname(output);
  const file = await nameFurther(picture.name, name, extension, delivery.plan.isResult);
  await writeImage(delivery, file, uuid, kind === "mask" ? { format: "png", lossless: true } : target);
  return file;
}

async function kindOf({ services }: Delivery, uuid: ArtifactUUID) {
  try {
    return (await services.artifacts.find(LOCAL_OWNER, uuid)).kind;
  } catch (error) {
    if (isNoPicture(error)) return null;
    throw error;
  }
}

/** Of a skipped run only what is data. */
async function dataOf({ outputs }: RunDetail): Promise<JsonObject | null> {
  if (outputs === null) return null;
  const entries: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(outputs)) {
    const data = await replaceImages(value as JsonValue, async () => undefined);
    if (data !== undefined) entries.push([name, data]);
  }
  return Object.fromEntries(entries);
}

/**
 * A file is said to be ours before it is there: so a kill in between leaves nothing that looks as if somebody else had
 * written it. One that is replaced is said to be of another run only when it is: after a kill in between the same
 * command finds its own bytes and says so; to a command with other values they look worked on, and are kept.
 */
async function write(
  { services, plan, detail, options, kept }: Delivery,
  output: string,
  format: string,
  make: () => Promise<Uint8Array>,
): Promise<void> {
  const { db } = services.store;
  const { results } = plan;
  const file = joinPlace(results.address, output);
  const known = await findWrittenFile(db, file);
  const there = await results.digestOf(output);
  const isOfRun = known?.runUUID === detail.runUUID;
  if (there !== null && isOfRun && known.format === format && known.digest === there) return;
  if (there !== null && known === null && !options.overwrite) throw foreign(file);
  const bytes = await make();
  const digest = digestOf(bytes);
  const record = () =>
    recordWrittenFile(db, LOCAL_OWNER, { path: file, runUUID: detail.runUUID, digest, format });
  if (there === digest) return record();
  if (!options.overwrite && (await isWorkedOn(services, results, output, { known, there }))) {
    if (!isOfRun) throw workedOn(file);
    kept.push(
      `${output} has been changed since it was written, and is kept; delete it to get the result again`,
    );
    return;
  }
  if (there === null) await record();
  await results.write(output, bytes);
  if (there !== null) await record();
}

/** @throws CONFLICT where a result would replace a file that Maskloom did not write, or that somebody has worked on since */
export async function refuseForeign(
  services: Services,
  { results }: Pick<RunPlan, "results">,
  output: string,
): Promise<void> {
  const there = await results.digestOf(output);
  if (there === null) return;
  const file = joinPlace(results.address, output);
  const known = await findWrittenFile(services.store.db, file);
  if (known === null) throw foreign(file);
  if (await isWorkedOn(services, results, output, { known, there })) throw workedOn(file);
}

interface FileThere {
  readonly known: WrittenFile | null;
  readonly there: Digest | "" | null;
}

/** Whether a result is a picture, and not the one that was written: one that is damaged is nobody's work. */
async function isWorkedOn(
  { config }: Services,
  results: RunPlan["results"],
  output: string,
  { known, there }: FileThere,
): Promise<boolean> {
  if (there === null || known === null || known.digest === there) return false;
  return decodeImage(await results.read(output), limitsInside(config.limits)).then(
    () => true,
    () => false,
  );
}

function foreign(file: string): MaskloomError {
  return new MaskloomError(
    "CONFLICT",
    `${file}: exists and was not written by this installation of Maskloom; choose another --out, or --overwrite to replace it`,
  );
}

function workedOn(file: string): MaskloomError {
  return new MaskloomError(
    "CONFLICT",
    `${file}: has been changed since Maskloom wrote it, and another result would take its place; move or delete it, choose another --out, or --overwrite`,
  );
}

function digestOf(bytes: Uint8Array): Digest {
  return Digest.parse(createHash("sha256").update(bytes).digest("hex"));
}
