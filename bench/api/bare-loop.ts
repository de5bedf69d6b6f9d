import { createDetector } from "../../src/detection/detector.ts";
import { maskDetections } from "../../src/detection/masks/mask-detections.ts";
import { createModelLibrary } from "../../src/detection/weights/model-library.ts";
import { decodeImage, encodeMask } from "../../src/image/codec.ts";
import { toRgb } from "../../src/image/samples.ts";
import { createInferencePool } from "../../src/onnx/inference-pool.ts";

/** What a task is without an API: decode, inference, mask and encode, the same code in a loop. */
export interface BareLoop {
  /** As many pictures at a time as there are threads for inference. */
  readonly threads: number;
  /** Milliseconds of one picture, and of the networks within them. */
  one(picture: Buffer): Promise<{ readonly ms: number; readonly inferenceMs: number }>;
  close(): Promise<void>;
}

const MASK = { maskPadding: 4, maskBlur: 4, invert: false } as const;

export async function openBareLoop(model: string, modelsFolder: string): Promise<BareLoop> {
  const pool = createInferencePool({ cacheFolder: modelsFolder });
  const detector = await createDetector(model, pool, createModelLibrary(modelsFolder));
  await pool.warmUp();
  return {
    threads: pool.threads,
    async one(picture) {
      const start = performance.now();
      const { image } = await decodeImage(picture);
      const { detections, ms } = await detector.detect(toRgb(image));
      await encodeMask(maskDetections(image, detections, detector.manifest, MASK).mask);
      return { ms: performance.now() - start, inferenceMs: ms.inference };
    },
    close: () => pool.close(),
  };
}
