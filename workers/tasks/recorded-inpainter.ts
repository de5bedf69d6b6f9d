import type { ArtifactUUID } from "../../src/contracts/ids.ts";
import { type ErrorRecord, toErrorRecord } from "../../src/errors.ts";
import { encodeMask } from "../../src/image/codec.ts";
import type { FloatImage, Size } from "../../src/image/raster.ts";
import type { InpaintAnswer, Inpainter, InpaintRequest } from "../../src/inpainting/inpainter.ts";
import { cropFile } from "../../src/inpainting/providers/http/crop-files.ts";
import type { TaskContext } from "./task-services.ts";

export interface RecordedInpainter {
  readonly inpaint: Inpainter["inpaint"];
  /** Resolves when what was sent and what came back is kept. Never rejects. */
  finish(): Promise<void>;
}

/** One request, and what became of it. */
interface Exchange {
  readonly request: InpaintRequest;
  readonly candidate: number;
  readonly tries: number;
  readonly sentAt: string;
  /** Whether the inpainter draws by a seed. */
  readonly isSeeded: boolean;
  readonly sent: Promise<ArtifactUUID>;
  readonly mask: Promise<ArtifactUUID>;
}

interface Ended {
  readonly answer: InpaintAnswer | null;
  readonly received: Promise<ArtifactUUID | null>;
  readonly error: ErrorRecord | null;
  readonly ms: number;
}

/**
 * Has an inpainter's crops kept: as they were sent, with their masks, and as they came back. Answers are not touched, and
 * pictures are encoded while it works. Where a task is not recorded in detail, it is the inpainter's own function.
 * @param candidate 0-based
 */
export function recordCrops(
  context: TaskContext,
  inpainter: Inpainter,
  candidate: number,
): RecordedInpainter {
  const ask = (request: InpaintRequest) => inpainter.inpaint(request);
  if (!context.record.isDetailed) return { inpaint: ask, finish: async () => undefined };
  const { soft } = inpainter.manifest.capabilities;
  const keeping: Promise<void>[] = [];
  const tries = new Map<number, number>();

  const inpaint = async (request: InpaintRequest): Promise<InpaintAnswer> => {
    const number = (tries.get(request.region) ?? 0) + 1;
    tries.set(request.region, number);
    const exchange = begin(context, request, { candidate, tries: number }, soft.includes("seed"));
    const began = performance.now();
    let isUnderWay = true;
    const announced = announce(context, exchange, () => isUnderWay);
    const end = (ended: Omit<Ended, "ms">) => {
      isUnderWay = false;
      ended.received.catch(() => undefined); // told of when it is written down, which may not come as far as that
      const whole = { ...ended, ms: performance.now() - began };
      keeping.push(announced.then(() => writeDown(context, exchange, whole)));
    };
    try {
      const answer = await ask(request);
      end({ answer, received: keepCrop(context, answer.image), error: null });
      return answer;
    } catch (thrown) {
      end({ answer: null, received: Promise.resolve(null), error: toErrorRecord(thrown) });
      throw thrown;
    }
  };
  return { inpaint, finish: async () => void (await Promise.all(keeping)) };
}

/** Copies are made before anything waits: the inpainter may use the memory for its own ends. */
function begin(
  context: TaskContext,
  request: InpaintRequest,
  which: { readonly candidate: number; readonly tries: number },
  isSeeded: boolean,
): Exchange {
  const { image, mask } = request;
  const sent = keepCrop(context, image);
  const kept = encodeMask({ ...mask, data: mask.data.slice() }).then((bytes) =>
    save(context, bytes, "mask", mask),
  );
  for (const picture of [sent, kept]) picture.catch(() => undefined); // told of when it is written down
  return { ...which, request, isSeeded, sentAt: new Date().toISOString(), sent, mask: kept };
}

async function keepCrop(context: TaskContext, image: FloatImage): Promise<ArtifactUUID> {
  return save(context, await cropFile(image), "image", image);
}

async function save(
  { task, services }: TaskContext,
  bytes: Uint8Array,
  kind: "image" | "mask",
  { width, height }: Size,
): Promise<ArtifactUUID> {
  const { ownerUUID: owner, taskUUID } = task;
  const saved = await services.artifacts.save(bytes, {
    ...{ owner, taskUUID, kind, width, height },
    mediaType: "image/png",
  });
  return saved.uuid;
}

/** What is known of a crop before anything came back. */
function cropAsSent({ task }: TaskContext, { request, candidate, tries, sentAt, isSeeded }: Exchange) {
  const { width, height } = request.image;
  const { box, turned } = request.place ?? { box: { x0: 0, y0: 0, x1: width, y1: height }, turned: 0 };
  return {
    ...{ candidate, tries, sentAt, turned, width, height },
    region: request.region,
    box: [box.x0, box.y0, box.x1, box.y1] as [number, number, number, number],
    seed: (isSeeded ? request.parameters.seed : undefined) ?? null,
    provider: task.provider,
    model: task.model,
    ...{ callUUID: null, cost: null, ms: null, error: null },
  };
}

/** Shows what was sent while somebody waits for what comes back. What is back by then is written down once. Never rejects. */
async function announce(context: TaskContext, exchange: Exchange, isUnderWay: () => boolean): Promise<void> {
  const { record } = context;
  const known = cropAsSent(context, exchange);
  try {
    const [sent, mask] = await Promise.all([exchange.sent, exchange.mask]);
    if (!isUnderWay()) return;
    await record.addCrop({ ...known, sent, mask, received: null });
    record.info(`region ${known.region + 1} is on its way as ${known.width}x${known.height}`);
  } catch {
    // Told of when it is written down.
  }
}

/** A record that cannot be kept costs nothing but itself. */
async function writeDown(
  context: TaskContext,
  exchange: Exchange,
  { answer, received, error, ms }: Ended,
): Promise<void> {
  const { record } = context;
  const asSent = cropAsSent(context, exchange);
  const { region, width, height, candidate, tries } = asSent;
  const known = {
    ...asSent,
    seed: answer?.seed ?? asSent.seed,
    callUUID: answer?.callUUID ?? null,
    cost: answer?.cost ?? null,
    ms: Math.round(ms),
    error,
  };
  const words = error === null ? "came back" : `failed: ${error.message}`;
  record.info(`region ${region + 1}, sent as ${width}x${height}, ${words}`, {
    ...{ box: known.box, seed: known.seed, cost: known.cost, callUUID: known.callUUID, ms: known.ms },
    ...(candidate === 0 ? {} : { candidate: candidate + 1 }),
    ...(tries === 1 ? {} : { tries }),
  });
  try {
    const [sent, mask] = await Promise.all([exchange.sent, exchange.mask]);
    await record.addCrop({ ...known, sent, mask, received: await received });
  } catch (thrown) {
    record.warn(`region ${region + 1}: its crop could not be kept`, { why: toErrorRecord(thrown) });
  }
}
