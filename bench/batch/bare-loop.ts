import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { findInpainter } from "../../models/registry.ts";
import { openPicture } from "../../src/detection/detection-picture.ts";
import { createDetector } from "../../src/detection/detector.ts";
import { maskDetections } from "../../src/detection/masks/mask-detections.ts";
import { createModelLibrary, packagedModels } from "../../src/detection/weights/model-library.ts";
import { decodeImage, encodeImage } from "../../src/image/codec.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import { createInpainter } from "../../src/inpainting/providers/registry.ts";
import { inpaintImage } from "../../src/inpainting/zoom.ts";
import { createInferencePool } from "../../src/onnx/inference-pool.ts";

const INPAINTER = "local:esrgan-detail";

/** What face-detail does to a picture, as a script would do it: no rows, no queue, nothing kept in between. */
export async function bareLoop(
  files: readonly string[],
  out: string,
  modelsFolder: string,
): Promise<{ readonly seconds: number }> {
  const pool = createInferencePool({ cacheFolder: modelsFolder });
  const detector = await createDetector("mediapipe_face_full", pool, createModelLibrary(modelsFolder));
  const inpainter = await createInpainter(INPAINTER, { pool, models: packagedModels });
  const { capabilities } = findInpainter(INPAINTER);
  const one = async (file: string): Promise<void> => {
    const bytes = await readFile(file);
    const { image, container } = await decodeImage(bytes);
    const { pixels } = await openPicture(bytes, DEFAULT_LIMITS);
    const { detections } = await detector.detect(pixels, { confidence: 0.5 });
    const target = path.join(out, path.basename(file));
    if (detections.length === 0) return await writeFile(target, bytes);
    const { mask } = maskDetections(image, detections, detector.manifest, {
      maskPadding: 8,
      maskBlur: 6,
      invert: false,
    });
    const painted = await inpaintImage({
      image,
      mask,
      zoom: { maskMargin: 48, outputScale: 2, skipIfLarger: false },
      parameters: { strength: 0.4 },
      capabilities,
      inpaint: (request) => inpainter.inpaint(request),
      signal: new AbortController().signal,
    });
    await writeFile(target, await encodeImage(painted.image, { format: "jpg", container }));
  };
  await one(files[0] as string);
  const waiting = files.slice(1);
  const start = performance.now();
  const lane = async (): Promise<void> => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) await one(file);
  };
  await Promise.all(Array.from({ length: pool.threads }, lane));
  const seconds = (performance.now() - start) / 1000;
  await inpainter.close?.();
  await pool.close();
  return { seconds };
}
