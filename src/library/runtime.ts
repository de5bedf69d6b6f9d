import { readConfig } from "../config/config.ts";
import { createModelLibrary, type ModelLibrary } from "../detection/weights/model-library.ts";
import type { ImageLimits } from "../image/limits.ts";
import type { Inpainter } from "../inpainting/inpainter.ts";
import { createInpainter } from "../inpainting/providers/registry.ts";
import { createInferencePool, type InferencePool } from "../onnx/inference-pool.ts";

/** What the library's calls share: threads with their loaded models, and the limits of the configuration. */
interface Runtime {
  readonly pool: InferencePool;
  readonly limits: ImageLimits;
  /** Those that may be named. */
  readonly models: ModelLibrary;
  readonly inpainters: Map<string, Promise<Inpainter>>;
}

let shared: Runtime | null = null;

/** Begins with the first call. Idle threads do not keep the process alive. */
export function sharedRuntime(): Runtime {
  shared ??= openRuntime();
  return shared;
}

function openRuntime(): Runtime {
  const { models, limits, inference } = readConfig();
  const pool = createInferencePool({ ...inference, cacheFolder: models.folder });
  return { pool, limits, models: createModelLibrary(models.folder), inpainters: new Map() };
}

export function sharedInpainter(model: string): Promise<Inpainter> {
  const { pool, models, inpainters } = sharedRuntime();
  const known = inpainters.get(model);
  if (known !== undefined) return known;
  const making = createInpainter(model, { pool, models });
  inpainters.set(model, making);
  making.catch(() => inpainters.delete(model));
  return making;
}

/** Ends the threads and lets go of the models; a later call begins anew. Programs that simply end need not call it. */
export async function closeMaskloom(): Promise<void> {
  const closing = shared;
  shared = null;
  if (closing === null) return;
  for (const inpainter of await Promise.allSettled(closing.inpainters.values())) {
    if (inpainter.status === "fulfilled") await inpainter.value.close?.();
  }
  await closing.pool.close();
}
