import type { OwnerUUID, TaskUUID } from "../../contracts/ids.ts";
import { ReviewParameters } from "../../contracts/review.ts";
import { WireImage } from "../../contracts/wire/image-reference.ts";
import { MaskloomError, parseAs } from "../../errors.ts";
import { readTask } from "../../store/views.ts";
import type { Picture } from "../pictures/pictures.ts";
import type { Services } from "../services.ts";

/** As everywhere where a mask is laid on a picture. */
const SHAPE_TOLERANCE = 0.01;

/**
 * A mask that a person gives, stored, and in the shape of the picture that it is for.
 * @throws INPUT_INVALID, MASK_MISMATCH; as for every picture that comes in
 */
export async function takeMask(
  { store, artifacts, pictures }: Pick<Services, "store" | "artifacts" | "pictures">,
  owner: OwnerUUID,
  taskUUID: TaskUUID,
  given: string,
  signal: AbortSignal,
): Promise<Picture> {
  const reference = parseAs(WireImage, given, "maskImage");
  if (reference.kind === "url")
    throw new MaskloomError("INPUT_INVALID", "maskImage: expected a UUID, base64 or a data URI, got a URL");
  const task = await readTask(store.db, owner, taskUUID);
  const shown = ReviewParameters.safeParse(task?.input).data?.original;
  const mask = await pictures.read(owner, reference, signal);
  if (shown === undefined) return mask;
  const picture = await artifacts.find(owner, shown);
  if (!isAlike(mask, picture))
    throw new MaskloomError(
      "MASK_MISMATCH",
      `maskImage: expected the shape of the picture, ${picture.width}x${picture.height}, got ${mask.width}x${mask.height}`,
    );
  return mask;
}

interface Sides {
  readonly width: number | null;
  readonly height: number | null;
}

/** What was never looked at is left to whoever uses it. */
function isAlike(a: Sides, b: Sides): boolean {
  if (a.width === null || a.height === null || b.width === null || b.height === null) return true;
  return Math.abs((a.width * b.height) / (a.height * b.width) - 1) <= SHAPE_TOLERANCE;
}
