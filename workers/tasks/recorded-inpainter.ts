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
    const exchange = begin(context, request, { candidate, tries: number });
    const began = performance.now();
    const end = (ended: Omit<Ended, "ms">) => {
      const whole = { ...ended, ms: performance.now() - began };
      keeping.push(writeDown(context, exchange, whole, soft.includes("seed")));
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
): Exchange {
  const { image, mask } = request;
  const sent = keepCrop(context, image);
  const kept = encodeMask({ ...mask, data: mask.data.slice() }).then((bytes) =>
    save(context, bytes, "mask", mask),
  );
  for (const picture of [sent, kept]) picture.catch(() => undefined); // told of when it is written down
  return { ...which, request, sentAt: new Date().toISOString(), sent, mask: kept };
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

/** A record that cannot be kept costs nothing but itself. */
async function writeDown(
  { task, record }: TaskContext,
  { request, sent, mask, ...which }: Exchange,
  { answer, received, error, ms }: Ended,
  isSeeded: boolean,
): Promise<void> {
  const { width, height } = request.image;
  const { box, turned } = request.place ?? { box: { x0: 0, y0: 0, x1: width, y1: height }, turned: 0 };
  const seed = answer?.seed ?? (isSeeded ? request.parameters.seed : undefined) ?? null;
  const known = {
    ...which,
    region: request.region,
    box: [box.x0, box.y0, box.x1, box.y1] as [number, number, number, number],
    ...{ turned, width, height, seed, error },
    provider: task.provider,
    model: task.model,
    callUUID: answer?.callUUID ?? null,
    cost: answer?.cost ?? null,
    ms: Math.round(ms),
  };
  const words = error === null ? "came back" : `failed: ${error.message}`;
  const { candidate, tries, callUUID, cost } = known;
  record.info(`region ${request.region + 1}, sent as ${width}x${height}, ${words}`, {
    ...{ box: known.box, seed, cost, callUUID, ms: known.ms },
    ...(candidate === 0 ? {} : { candidate: candidate + 1 }),
    ...(tries === 1 ? {} : { tries }),
  });
  try {
    await record.addCrop({ ...known, sent: await sent, mask: await mask, received: await received });
  } catch (thrown) {
    record.warn(`region ${request.region + 1}: its crop could not be kept`, { why: toErrorRecord(thrown) });
  }
}
