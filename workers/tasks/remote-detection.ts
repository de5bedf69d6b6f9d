import { createHash } from "node:crypto";
import { z } from "zod";
import { ArtifactUUID } from "../../src/contracts/ids.ts";
import { DEFAULT_CONFIDENCE } from "../../src/contracts/tasks.ts";
import type { Detector } from "../../src/detection/detector.ts";
import type { RgbPixels } from "../../src/detection/sampling/letterbox.ts";
import { encodeMask } from "../../src/image/codec.ts";
import { decodeMask } from "../../src/image/decode-mask.ts";
import type { Found } from "../../src/image/detection-shape.ts";
import { findComponents } from "../../src/image/mask-components.ts";
import type { FloatImage, Mask, PixelBox, Size } from "../../src/image/raster.ts";
import { scaleImage } from "../../src/image/resample.ts";
import { scaleMask } from "../../src/image/scale-mask.ts";
import type {
  RemoteDetector,
  RemoteFinds,
  RemoteProvider,
} from "../../src/inpainting/providers/provider-instance.ts";
import { manifestElsewhere, patchOf } from "../../src/runs/detector-elsewhere.ts";
import { describeKeepRetry, describeRetry } from "../records/describe-retry.ts";
import type { CostTally } from "./remote-inpainting.ts";
import type { TaskContext } from "./task-services.ts";

const Box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
/** What is kept of an answer: all that the provider will not give a second time for nothing. */
const KeptFinds = z.object({ mask: ArtifactUUID, boxes: z.array(Box), warnings: z.array(z.string()) });

/** A detector elsewhere, each of whose looks becomes a call that is written down; `tally` gets what they cost. */
export function callingDetector(
  context: TaskContext,
  remote: RemoteDetector,
  provider: RemoteProvider,
  tally: CostTally,
): Detector {
  const { detects, model } = remote;
  return {
    manifest: manifestElsewhere(model),
    key: context.modelDigest,
    async detect(picture, { confidence = DEFAULT_CONFIDENCE, signal = context.signal } = {}) {
      const began = performance.now();
      const sent = fitInto(picture, remote.maxSide);
      const { task, services } = context;
      const { result, cost } = await services.calls.make<RemoteFinds>({
        maker: task,
        provider: provider.id,
        places: instancesOf(provider, remote).map(({ settings, detector }) => ({
          settings,
          model,
          async perform(call) {
            const finds = await detector.detect(sent, { confidence, signal, call });
            const { mask, boxes, cost: told, warnings } = finds;
            const keep = async () => ({ mask: await keepMask(context, mask), boxes, warnings });
            return { result: finds, keep, cost: told, providerId: null };
          },
        })),
        region: 0,
        key: createHash("sha256")
          .update(`${provider.id} ${model} ${confidence} ${sent.width}x${sent.height}`)
          .update(new Uint8Array(sent.data.buffer))
          .digest("hex"),
        request: { taskType: task.taskType, confidence, width: sent.width, height: sent.height },
        signal,
        restore: async (kept) => restoreFinds(context, kept),
        onRetry: (error, waitMs) => context.record.warn(...describeRetry(error, waitMs)),
        onKeepRetry: (error, waitMs) => context.record.warn(...describeKeepRetry(error, waitMs)),
      });
      tally.total += cost;
      tally.calls += 1;
      const ms = { decode: 0, preprocess: 0, inference: performance.now() - began, postprocess: 0 };
      return { detections: foundIn(result, picture, detects), ms };
    },
  };
}

/** Whoever may be asked: of a group those of its members that detect with this model. */
function instancesOf(provider: RemoteProvider, remote: RemoteDetector) {
  const { members = [] } = provider;
  if (members.length === 0) return [{ settings: provider.settings, detector: remote }];
  return members.flatMap((member) => {
    const detector = member.findDetector?.(remote.model) ?? null;
    return detector === null ? [] : [{ settings: member.settings, detector }];
  });
}

function fitInto({ width, height, data }: RgbPixels, most: number): FloatImage {
  const image: FloatImage = { width, height, channels: 3, data: Float32Array.from(data) };
  const scale = most / Math.max(width, height);
  if (scale >= 1) return image;
  const shorter = (side: number) => Math.max(1, Math.round(side * scale));
  return scaleImage(image, { width: shorter(width), height: shorter(height) });
}

/** What a remote detector's mask and boxes say of the picture itself; without boxes, its parts are what was found. */
export function foundIn({ mask: small, boxes }: RemoteFinds, size: Size, label: string): Found[] {
  const mask = thresholded(scaleMask(small, size));
  const [x, y] = [size.width / small.width, size.height / small.height];
  const told = boxes.map(([x0, y0, x1, y1]): PixelBox => {
    const within = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)));
    return {
      x0: within(x0 * x, size.width),
      y0: within(y0 * y, size.height),
      x1: within(x1 * x, size.width),
      y1: within(y1 * y, size.height),
    };
  });
  const all = told.length > 0 ? told : findComponents(mask).map((component) => component.box);
  return all
    .filter(({ x0, y0, x1, y1 }) => x1 > x0 && y1 > y0)
    .map((box) => ({
      box: [box.x0, box.y0, box.x1, box.y1],
      score: null,
      label,
      segmentation: { kind: "patch", box, data: patchOf(mask, box) },
    }));
}

function thresholded(mask: Mask): Mask {
  return { ...mask, data: mask.data.map((value) => (value >= 128 ? 255 : 0)) };
}

async function keepMask({ task, services }: TaskContext, mask: Mask) {
  const { width, height } = mask;
  const saved = await services.artifacts.save(await encodeMask(mask), {
    owner: task.ownerUUID,
    kind: "mask",
    mediaType: "image/png",
    width,
    height,
    taskUUID: task.taskUUID,
  });
  return saved.uuid;
}

async function restoreFinds({ task, services }: TaskContext, kept: object): Promise<RemoteFinds | null> {
  const known = KeptFinds.safeParse(kept).data;
  if (known === undefined || !(await services.artifacts.has(task.ownerUUID, known.mask))) return null;
  const { content, width, height } = await services.artifacts.load(task.ownerUUID, known.mask);
  if (width === null || height === null) return null;
  return {
    mask: await decodeMask(content, { width, height }),
    boxes: known.boxes,
    warnings: known.warnings,
    cost: null,
  };
}
