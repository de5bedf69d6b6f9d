import type { Notes } from "../imported.ts";
import { type ADetailerUnit, fieldPath, type PlacedUnit } from "./unit.ts";

interface Remark {
  readonly field: keyof ADetailerUnit;
  readonly kind: "changed" | "dropped";
  readonly applies: (unit: ADetailerUnit) => boolean;
  readonly message: string;
}

const NO_OFFSET = "masks are not moved here; choose a detector or a shape that fits what is to be masked.";

/** What a unit asks for that this language has not, or does in another way. */
const REMARKS: readonly Remark[] = [
  { field: "ad_x_offset", kind: "dropped", applies: (unit) => unit.ad_x_offset !== 0, message: NO_OFFSET },
  { field: "ad_y_offset", kind: "dropped", applies: (unit) => unit.ad_y_offset !== 0, message: NO_OFFSET },
  {
    field: "ad_noise_multiplier",
    kind: "dropped",
    applies: (unit) => unit.ad_use_noise_multiplier && unit.ad_noise_multiplier !== 1,
    message: "no provider is told how much noise to begin with; strength is what there is.",
  },
  {
    field: "ad_restore_face",
    kind: "dropped",
    applies: (unit) => unit.ad_restore_face,
    message:
      "faces are not restored after they are painted; a step with local:esrgan-detail on the same mask does.",
  },
  {
    field: "ad_mask_merge_invert",
    kind: "changed",
    applies: (unit) => unit.ad_mask_merge_invert !== "None" && unit.ad_inpaint_only_masked,
    message:
      "each connected part of the merged mask is zoomed by itself; ADetailer crops one box around all of them.",
  },
  {
    field: "ad_dilate_erode",
    kind: "changed",
    applies: ({ ad_dilate_erode: k }) => Math.abs(k) > 257,
    message: "maskPadding reaches from -128 to 128.",
  },
  {
    field: "ad_mask_blur",
    kind: "changed",
    applies: (unit) => unit.ad_mask_blur > 204,
    message: "maskBlur reaches to 512.",
  },
  {
    field: "ad_steps",
    kind: "changed",
    applies: (unit) => unit.ad_use_steps && unit.ad_steps > 200,
    message: "steps reach to 200.",
  },
  {
    field: "ad_cfg_scale",
    kind: "changed",
    applies: (unit) => unit.ad_use_cfg_scale && unit.ad_cfg_scale > 50,
    message: "CFGScale reaches to 50.",
  },
];

export function noteUnit(placed: PlacedUnit, notes: Notes): void {
  for (const { field, kind, applies, message } of REMARKS) {
    if (applies(placed.unit)) notes.add(kind, fieldPath(placed, field), message);
  }
}
