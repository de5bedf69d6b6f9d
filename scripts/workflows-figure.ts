import { z } from "zod";
import { GenerationParameters } from "../src/contracts/tasks.ts";
import { checkInputs } from "../src/engine/language/inputs.ts";
import { evaluateTemplate } from "../src/engine/language/template.ts";
import { decodeImage, encodeImage, encodeMask } from "../src/image/codec.ts";
import { decodeMask } from "../src/image/decode-mask.ts";
import { blankMask, type Mask, type PixelBox } from "../src/image/raster.ts";
import { type RgbImage, toRgb } from "../src/image/samples.ts";
import { composeSheet, type SheetRow } from "../src/image/sheet.ts";
import { createMask } from "../src/library/create-mask.ts";
import { inpaint } from "../src/library/inpaint.ts";
import { loadShippedWorkflow } from "../src/runs/workflow-files.ts";
import { tint } from "./figure.ts";
import type { Portrait } from "./models-figure.ts";

const MaskingFields = z.object({ confidence: z.number(), maskPadding: z.int(), maskBlur: z.int() });
const InferenceFields = z.object({
  model: z.string(),
  maskMargin: z.int(),
  outputScale: z.literal([1, 2, 3, 4]).default(1),
  settings: GenerationParameters.shape.settings,
});

/** The patch on her suit, as somebody would mask it. */
const PATCH = { x: 171, y: 386, radius: 45 };

/** Before and after of four workflows, by the fields that their files have at their defaults. */
export async function drawWorkflowsFigure([astronaut, hopper]: readonly [
  Portrait,
  Portrait,
]): Promise<RgbImage> {
  const drawn = blankMask(astronaut.photo);
  for (let at = 0; at < drawn.data.length; at++) {
    const [x, y] = [at % drawn.width, Math.floor(at / drawn.width)];
    if (Math.hypot(x - PATCH.x, y - PATCH.y) < PATCH.radius) drawn.data[at] = 255;
  }
  const rows = [
    await row("eyes-detail", astronaut, { x0: 172, y0: 66, x1: 292, y1: 136 }, "eyes_mesh_mediapipe"),
    await row("person-detail", astronaut, { x0: 110, y0: 330, x1: 260, y1: 420 }, "mediapipe_person"),
    await row("anonymize-faces", hopper, { x0: 40, y0: 0, x1: 460, y1: 330 }, "mediapipe_face_full"),
    await row("remove-object", astronaut, { x0: 90, y0: 330, x1: 250, y1: 442 }, drawn),
  ];
  return composeSheet({
    title: "Before and after",
    columns: ["before, with the mask", "before", "after"],
    rows,
    panelSide: 400,
  });
}

/** @param from the detector, or the mask itself */
async function row(
  name: string,
  { photo }: Portrait,
  crop: PixelBox,
  from: string | Mask,
): Promise<SheetRow> {
  const { document } = await loadShippedWorkflow(name);
  const scope = { inputs: { ...checkInputs(document, {}), image: { meta: {} } }, steps: {} };
  const fieldsOf = (task: string) => {
    const step = document.steps.find((one) => one.task === task) ?? {};
    const fields = Object.entries(step).filter(([field]) => !/Image$/.test(field));
    return Object.fromEntries(
      fields.map(([field, value]) => [field, evaluateTemplate(z.json().parse(value), scope)]),
    );
  };
  const picture = await encodeImage(photo, { format: "png" });
  const options = typeof from === "string" ? MaskingFields.parse(fieldsOf("imageMasking")) : null;
  const mask =
    typeof from === "string"
      ? (await createMask(picture, { ...options, model: from })).mask
      : await encodeMask(from);
  const painted = await inpaint(picture, mask, {
    ...InferenceFields.parse(fieldsOf("imageInference")),
    format: "png",
  });
  const after = toRgb((await decodeImage(painted.image)).image);
  const by = after.width / photo.width;
  const large = { x0: crop.x0 * by, y0: crop.y0 * by, x1: crop.x1 * by, y1: crop.y1 * by };
  return {
    caption: name,
    panels: [
      { image: tint(photo, await decodeMask(mask, photo)), crop },
      { image: photo, crop },
      { image: after, crop: large },
    ],
  };
}
