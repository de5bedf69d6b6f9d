import type { InpainterManifest } from "../../../contracts/manifest.ts";
import { MaskloomError } from "../../../errors.ts";
import { encodeMask } from "../../../image/codec.ts";
import type { FloatImage } from "../../../image/raster.ts";
import { toRgb } from "../../../image/samples.ts";
import type { PeerItem } from "../../../protocol/client/peer-frame.ts";
import type { InpaintAnswer, Inpainter, InpaintRequest } from "../../inpainter.ts";
import { cropFile } from "../http/crop-files.ts";
import { readAnswerPicture } from "./answer-picture.ts";
import { growTo, shrinkTo } from "./least-side.ts";
import type { RunwarePeer } from "./runware-peer.ts";
import { inferenceTask, zoomsNatively } from "./runware-request.ts";
import { toldWarnings } from "./told-warnings.ts";

/**
 * Inpainting by the API. By default it gets the whole picture and zooms into the mask by itself; with `native: false` it gets
 * the crops that we zoom into. Greys of the mask are partial, as with us.
 */
export function createRunwareInpainter(manifest: InpainterManifest, peer: RunwarePeer): Inpainter {
  return {
    manifest,
    zoomsItself: zoomsNatively,
    async inpaint(request) {
      const { parameters, margin, signal } = request;
      const { image, mask } = growTo(request, LEAST_SIDE);
      const sent = { width: image.width, height: image.height };
      request.onPart?.("upload");
      const pictures = await Promise.all(
        [cropFile(image), encodeMask(mask)].map(async (png) =>
          peer.refer(await png, callOf(request), signal),
        ),
      );
      request.onPart?.("inpaint");
      const [seedImage = "", maskImage = ""] = pictures;
      const { callUUID } = callOf(request);
      const { task, warnings } = inferenceTask({
        callUUID,
        model: manifest.id,
        parameters,
        ...sent,
        seedImage,
        maskImage,
        margin,
        form: peer.form,
      });
      const item = await peer.run(task, callOf(request), signal, pictures);
      const { who, download } = peer;
      const answered = await readAnswerPicture(item, {
        name: "image",
        expected: sent,
        download,
        who,
        signal,
      });
      const { width, height, data } = toRgb(answered);
      const painted: FloatImage = { width, height, channels: 3, data: Float32Array.from(data) };
      return {
        image: shrinkTo(painted, request.image),
        warnings: [...warnings, ...toldWarnings(item, who)],
        ...factsOf(item, parameters.seed),
      };
    },
  };
}

/** The API takes no side below this. */
const LEAST_SIDE = 128;

function callOf({ call }: InpaintRequest): NonNullable<InpaintRequest["call"]> {
  if (call !== undefined) return call;
  throw new MaskloomError("INTERNAL", "a request to the API without a call that is written down");
}

function factsOf(
  item: PeerItem,
  asked: number | undefined,
): Pick<InpaintAnswer, "seed" | "NSFWContent" | "cost" | "providerId"> {
  const { cost, seed, NSFWContent, imageUUID } = item;
  const told = typeof seed === "number" && Number.isSafeInteger(seed) && seed >= 0 ? seed : asked;
  return {
    ...(told === undefined ? {} : { seed: told }),
    ...(typeof NSFWContent === "boolean" ? { NSFWContent } : {}),
    ...(cost === undefined ? {} : { cost }),
    ...(typeof imageUUID === "string" ? { providerId: imageUUID } : {}),
  };
}
