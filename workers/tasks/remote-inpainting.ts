import { createHash } from "node:crypto";
import { z } from "zod";
import { ArtifactUUID } from "../../src/contracts/ids.ts";
import { canonicalJson, type JsonValue } from "../../src/contracts/json.ts";
import { decodeImage } from "../../src/image/codec.ts";
import type { FloatImage } from "../../src/image/raster.ts";
import { toRgb } from "../../src/image/samples.ts";
import type { InpaintAnswer, Inpainter, InpaintRequest } from "../../src/inpainting/inpainter.ts";
import { cropFile } from "../../src/inpainting/providers/http/crop-files.ts";
import type { RemoteProvider } from "../../src/inpainting/providers/provider-instance.ts";
import { describeKeepRetry, describeRetry } from "../records/describe-retry.ts";
import type { TaskContext } from "./task-services.ts";

/** What is kept of an answer: all that the provider will not give a second time for nothing. */
const KeptAnswer = z.object({
  image: ArtifactUUID,
  seed: z.number().optional(),
  NSFWContent: z.boolean().optional(),
  warnings: z.array(z.string()).default([]),
});

/** What a task's calls have cost so far, in USD. */
export interface CostTally {
  total: number;
  calls: number;
}

/** An inpainter elsewhere, each of whose requests becomes a call that is written down; `tally` gets what they cost. */
export function callingInpainter(
  context: TaskContext,
  inpainter: Inpainter,
  provider: RemoteProvider,
  tally: CostTally,
): Inpainter {
  const instances = instancesOf(provider, inpainter);
  return {
    ...inpainter,
    async inpaint(request) {
      const { task, services } = context;
      const { region, parameters, margin, image, signal } = request;
      request.onPart?.("wait");
      const { result, callUUID, cost } = await services.calls.make<InpaintAnswer>({
        maker: task,
        provider: provider.id,
        places: instances.map(({ settings, inpainter: there }) => ({
          settings,
          model: there.manifest.id,
          perform: (call) => performAt(context, there, { ...request, call }),
        })),
        region,
        key: keyOf(request, provider.id, inpainter.manifest.id),
        request: {
          taskType: task.taskType,
          ...parameters,
          ...(margin === undefined ? {} : { maskMargin: margin }),
          width: image.width,
          height: image.height,
        },
        signal,
        isWatched: context.record.isDetailed,
        restore: async (kept) => restoreAnswer(context, kept),
        onRetry(error, waitMs) {
          request.onPart?.("wait");
          context.record.warn(...describeRetry(error, waitMs));
        },
        onKeepRetry: (error, waitMs) => context.record.warn(...describeKeepRetry(error, waitMs)),
      });
      tally.total += cost;
      tally.calls += 1;
      const { cost: _, ...answer } = result;
      return { ...answer, callUUID, ...(provider.settings.paid ? { cost } : {}) };
    },
  };
}

/** Whoever may be asked: of a group those of its members that have the model. */
function instancesOf(provider: RemoteProvider, inpainter: Inpainter) {
  const { manifest } = inpainter;
  if (provider.membersWith === undefined) return [{ settings: provider.settings, inpainter }];
  return provider.membersWith(manifest.id).flatMap((member) => {
    const found = member.findInpainter(manifest.id);
    return found === null ? [] : [{ settings: member.settings, inpainter: member.createInpainter(found) }];
  });
}

/** One request to one instance, and how its answer is kept. */
async function performAt(context: TaskContext, inpainter: Inpainter, request: InpaintRequest) {
  request.onPart?.("inpaint");
  const answer = await inpainter.inpaint(request);
  const { seed, NSFWContent, warnings, cost, providerId } = answer;
  const keep = async () => ({
    image: await keepPicture(context, answer.image),
    ...(seed === undefined ? {} : { seed }),
    ...(NSFWContent === undefined ? {} : { NSFWContent }),
    warnings,
  });
  return { result: answer, keep, cost: cost ?? null, providerId: providerId ?? null };
}

/**
 * The same for the same request of a later attempt: pictures by their samples. What another model painted, or another
 * provider, before the task went to its fallback, is not what is asked for now.
 */
function keyOf(
  { image, mask, region, parameters, margin }: InpaintRequest,
  provider: string,
  model: string,
): string {
  const hash = createHash("sha256");
  const asked = { provider, model, region, margin: margin ?? null, parameters: parameters as JsonValue };
  hash.update(canonicalJson(asked));
  for (const { width, height, data } of [image, mask]) {
    hash.update(`${width}x${height}`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}

/** Answers have 8 bits: as PNG nothing of them is lost. */
async function keepPicture({ task, services }: TaskContext, { width, height, data }: FloatImage) {
  const bytes = await cropFile({ width, height, channels: 3, data });
  const saved = await services.artifacts.save(bytes, {
    owner: task.ownerUUID,
    kind: "image",
    mediaType: "image/png",
    width,
    height,
    taskUUID: task.taskUUID,
  });
  return saved.uuid;
}

async function restoreAnswer({ task, services }: TaskContext, kept: object): Promise<InpaintAnswer | null> {
  const known = KeptAnswer.safeParse(kept).data;
  if (known === undefined || !(await services.artifacts.has(task.ownerUUID, known.image))) return null;
  const { content } = await services.artifacts.load(task.ownerUUID, known.image);
  const { image } = await decodeImage(content);
  const { width, height, data } = toRgb(image);
  const { seed, NSFWContent, warnings } = known;
  return {
    image: { width, height, channels: 3, data: Float32Array.from(data) },
    ...(seed === undefined ? {} : { seed }),
    ...(NSFWContent === undefined ? {} : { NSFWContent }),
    warnings,
  };
}
