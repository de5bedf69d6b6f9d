import type { OwnerUUID } from "../../contracts/ids.ts";
import { flattenTask } from "../../contracts/wire/flatten.ts";
import type { ImageReference } from "../../contracts/wire/image-reference.ts";
import type { WireInference, WireMasking } from "../../contracts/wire/tasks.ts";
import type { WireError } from "../../contracts/wire/wire-error.ts";
import { toErrorRecord } from "../../errors.ts";
import type { Picture, Pictures } from "../pictures/pictures.ts";
import type { StoredPicture } from "./request-identity.ts";
import { toWireError } from "./to-wire-error.ts";

interface Asked {
  readonly task: WireMasking | WireInference;
  readonly request: Readonly<Record<string, unknown>>;
}

type ReadPictures =
  | {
      /** By the field that they stood in. */
      readonly pictures: ReadonlyMap<string, Picture>;
      /** Those that came within the request. */
      readonly stored: readonly StoredPicture[];
    }
  | { readonly error: WireError };

/** The pictures of a task, stored here; the first that is not to be had is the task's error. */
export async function readPictures(
  exchange: Pick<Pictures, "read">,
  owner: OwnerUUID,
  asked: Asked,
  signal: AbortSignal,
): Promise<ReadPictures> {
  const pictures = new Map<string, Picture>();
  const stored: StoredPicture[] = [];
  const failed = await eachPicture(asked, async (field, reference) => {
    const picture = await exchange.read(owner, reference, signal);
    pictures.set(field, picture);
    if (reference.kind === "base64") stored.push({ data: reference.data, uuid: picture.uuid });
  });
  return failed ?? { pictures, stored };
}

/** Whether all of them are to be had; nothing is stored. */
export const checkPictures = (
  exchange: Pick<Pictures, "check">,
  owner: OwnerUUID,
  asked: Asked,
  signal: AbortSignal,
): Promise<{ readonly error: WireError } | null> =>
  eachPicture(asked, (_field, reference) => exchange.check(owner, reference, signal));

/** One after the other. @returns what is said of the first that fails, by the name that the request has for it */
async function eachPicture(
  { task, request }: Asked,
  visit: (field: string, reference: ImageReference) => Promise<void>,
): Promise<{ readonly error: WireError } | null> {
  for (const [field, reference] of pictureFields(task)) {
    try {
      await visit(field, reference);
    } catch (error) {
      const { writtenAs } = flattenTask(task.taskType, request);
      return { error: toWireError(toErrorRecord(error), task, writtenAs.get(field) ?? field) };
    }
  }
  return null;
}

function pictureFields(task: WireMasking | WireInference): [field: string, reference: ImageReference][] {
  if (task.taskType === "imageMasking") return [["inputImage", task.inputImage]];
  return [
    ["seedImage", task.seedImage],
    ...(task.maskImage === undefined
      ? []
      : [["maskImage", task.maskImage] satisfies [string, ImageReference]]),
  ];
}
