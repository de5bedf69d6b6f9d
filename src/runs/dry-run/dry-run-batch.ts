import type { DryRunLine } from "../../contracts/batches.ts";
import { type ErrorRecord, namingFile, toErrorRecord } from "../../errors.ts";
import { toDetections } from "../../image/detection-shape.ts";
import type { FeedItem } from "../../store/batch-feeds.ts";
import type { Actor } from "../actions/actor.ts";
import { fetchItem } from "../batches/feed-item.ts";
import type { ListedBatch, PreparedBatch } from "../batches/prepare-batch.ts";
import { estimateListed } from "../estimates/estimate-listed.ts";
import { FindCounts } from "../estimates/find-counts.ts";
import { ingestImage } from "../ingest.ts";
import type { Services } from "../services.ts";
import { createPictureLooker, type PictureLooker } from "./picture-looker.ts";

type DryRunServices = Pick<Services, "artifacts" | "config" | "outside" | "folders" | "store" | "trials">;

/** Pictures that are looked at at a time: as many as the trials have threads. */
const AT_ONCE = 2;

/**
 * What the masking steps of a workflow find in pictures of a batch, before anything is painted: a line for each, in their
 * order. The pictures are stored, since a page shows them; nothing else is left behind.
 * @param prepared its pictures listed
 */
export async function* dryRunBatch(
  services: DryRunServices,
  { owner }: Pick<Actor, "owner">,
  prepared: PreparedBatch & { readonly listed: ListedBatch },
  signal: AbortSignal,
): AsyncGenerator<DryRunLine> {
  const { listed, field } = prepared;
  const looker = createPictureLooker(
    { prepared, picture: field },
    { limits: services.config.limits, detectorOf: services.trials.detectorOf },
  );
  yield { type: "begun", pictures: listed.of, looked: listed.items.length, steps: [...looker.steps] };
  const waiting: Promise<DryRunLine>[] = [];
  const finds = new FindCounts();
  const note = (line: DryRunLine): DryRunLine => {
    if (line.type === "picture") finds.add(line.finds);
    return line;
  };
  const look = async (item: FeedItem): Promise<DryRunLine> =>
    lookAt(services, owner, prepared, looker, item, signal).catch((error: unknown) => ({
      type: "unfit",
      file: item.file,
      error: namingFile(toErrorRecord(error) satisfies ErrorRecord, item.file),
    }));
  for (const item of listed.items) {
    waiting.push(look(item));
    if (waiting.length < AT_ONCE) continue;
    const line = await waiting.shift();
    if (signal.aborted) return;
    if (line !== undefined) yield note(line);
  }
  for (const line of waiting) yield note(await line);
  const paid = await estimateListed(services, { owner }, prepared, listed.of, finds.samples());
  yield { type: "done", paid };
}

async function lookAt(
  { artifacts, config, outside, folders, trials }: DryRunServices,
  owner: Actor["owner"],
  { folder, inputs }: PreparedBatch,
  looker: PictureLooker,
  item: FeedItem,
  signal: AbortSignal,
): Promise<DryRunLine> {
  const picture = await fetchItem({ config, outside, folders }, item, folder, signal);
  const { file } = item;
  const content = "uuid" in picture ? (await artifacts.load(owner, picture.uuid)).content : picture.content;
  const image =
    "uuid" in picture
      ? picture.uuid
      : (await ingestImage(artifacts, owner, content, file, config.limits)).value.uuid;
  const at = { file: { name: file }, inputs: { ...inputs, ...item.inputs }, said: {} };
  const { size, finds } = await trials.takeTurn(() => looker.look(at, content), signal);
  return {
    type: "picture",
    file,
    image,
    ...size,
    finds: finds.map(({ step, model, detections }) => ({
      step,
      model,
      detections: toDetections(detections, size),
    })),
  };
}
