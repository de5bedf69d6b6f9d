import { shapesOf } from "../../../models/shapes.ts";
import type { DetectorManifest } from "../../contracts/manifest.ts";
import type { ShapeName } from "../../contracts/tasks.ts";
import { MaskloomError } from "../../errors.ts";

/**
 * Before anything is looked for, so that the answer does not depend on what a picture shows.
 * @param place begins the message: `steps.faces.`, or nothing
 * @throws INPUT_INVALID where the model's finds have no such shape, naming those that they have
 */
export function requireShape(
  manifest: Pick<DetectorManifest, "id" | "shape" | "shapes">,
  shape: ShapeName | undefined,
  place = "",
): void {
  const given = shapesOf(manifest);
  if (shape === undefined || given.includes(shape)) return;
  throw new MaskloomError(
    "INPUT_INVALID",
    `${place}shape: expected ${given.join(" or ")}, which is what ${manifest.id} gives, got ${shape}; choose one of them, or another model`,
  );
}
