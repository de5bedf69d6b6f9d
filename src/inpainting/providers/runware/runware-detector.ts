import { z } from "zod";
import type { DetectorManifest } from "../../../contracts/manifest.ts";
import type { Mask } from "../../../image/raster.ts";
import { toRgb } from "../../../image/samples.ts";
import { cropFile } from "../http/crop-files.ts";
import type { RemoteDetector } from "../provider-instance.ts";
import { readAnswerPicture } from "./answer-picture.ts";
import type { RunwarePeer } from "./runware-peer.ts";
import { maskingTask } from "./runware-request.ts";
import { toldWarnings } from "./told-warnings.ts";

/** What is uploaded is stored no larger. */
const MAX_SIDE = 2048;

const Boxes = z.array(
  z.object({ x_min: z.number(), y_min: z.number(), x_max: z.number(), y_max: z.number() }),
);

/** Detection by the API: a mask of everything that is found, boxes without scores, and those not always. */
export function createRunwareDetector(
  manifest: DetectorManifest,
  air: string,
  peer: RunwarePeer,
): RemoteDetector {
  const { id, slug, detects } = manifest;
  return {
    model: air,
    names: [id, slug].filter((name) => name !== undefined),
    detects,
    maxSide: MAX_SIDE,
    async detect(image, { confidence, signal, call }) {
      const inputImage = await peer.refer(await cropFile(image), call, signal);
      const task = maskingTask({
        callUUID: call.callUUID,
        model: air,
        inputImage,
        confidence,
        form: peer.form,
      });
      const item = await peer.run(task, call, signal, [inputImage]);
      const { who, download } = peer;
      const expected = { width: image.width, height: image.height };
      const picture = await readAnswerPicture(item, { name: "maskImage", expected, download, who, signal });
      const boxes = Boxes.safeParse(item["detections"]).data ?? [];
      return {
        mask: thresholded(toRgb(picture)),
        boxes: boxes.map(({ x_min, y_min, x_max, y_max }) => [x_min, y_min, x_max, y_max] as const),
        cost: item.cost ?? null,
        warnings: toldWarnings(item, who),
      };
    },
  };
}

/** Without padding and blur it is black and white, but for what compression made of its edges. */
function thresholded({
  width,
  height,
  data,
}: {
  width: number;
  height: number;
  data: ArrayLike<number>;
}): Mask {
  const mask = new Uint8Array(width * height);
  for (let pixel = 0; pixel < mask.length; pixel++)
    mask[pixel] = (data[pixel * 3] as number) >= 128 ? 255 : 0;
  return { width, height, data: mask };
}
