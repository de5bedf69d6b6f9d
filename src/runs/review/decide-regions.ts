import { z } from "zod";
import { ArtifactUUID, type TaskUUID } from "../../contracts/ids.ts";
import type { DecideReview, ReviewParameters } from "../../contracts/review.ts";
import type { RunDetail } from "../../contracts/run.ts";
import type { RedonePart } from "../../engine/decide-review.ts";
import { givenMask } from "../../engine/given-mask.ts";
import { MaskloomError } from "../../errors.ts";
import type { Mask, Size } from "../../image/raster.ts";
import { type Composer, checkSameSize } from "./compose-picture.ts";
import { maskWithout, regionsOfMask, restoreWhere, uniteMasks } from "./region-pixels.ts";

/* Decisions about some of a picture's regions, as what the engine knows: another picture, another mask, other elements. */

/** What a review shows, and the tasks of its run. */
export interface Asked {
  readonly taskUUID: TaskUUID;
  readonly parameters: ReviewParameters;
  readonly tasks: RunDetail["tasks"];
}

type Chosen = Pick<DecideReview, "image" | "regions" | "keepRegions">;

/**
 * What is accepted: what is shown or a candidate, with some regions as they were before. Undefined where it is what is
 * shown.
 * @throws INPUT_INVALID
 */
export async function acceptedPicture(
  composer: Composer,
  asked: Asked,
  { image, keepRegions }: Chosen,
): Promise<ArtifactUUID | undefined> {
  const { show, candidates = [], original } = asked.parameters;
  const taken = image ?? show[0];
  if (taken === undefined || (image !== undefined && ![...show.slice(0, 1), ...candidates].includes(image)))
    throw new MaskloomError(
      "INPUT_INVALID",
      `image: expected the picture that is shown or one of its candidates, got ${image}`,
    );
  if (keepRegions === undefined) return image;
  const [shown, before] = await Promise.all([composer.load(taken), composer.load(original)]);
  checkSameSize(shown.image, before.image);
  const kept = await regionMask(composer, asked, numbersOf(asked, keepRegions), before.image);
  return composer.saveImage(restoreWhere(shown.image, before.image, kept), shown);
}

/** @throws INPUT_INVALID */
export async function redonePart(
  composer: Composer,
  asked: Asked,
  { regions, keepRegions }: Chosen,
): Promise<RedonePart | undefined> {
  if (regions === undefined && keepRegions === undefined) return undefined;
  const { again, left } = numbersFor(asked, { regions, keepRegions });
  if (isOfElements(asked)) {
    const elementsOf = (numbers: ReadonlySet<number>) =>
      new Set(
        asked.parameters.regions.flatMap(({ element }, at) =>
          numbers.has(at + 1) && element ? [element] : [],
        ),
      );
    const made = elementsOf(again);
    const kept = new Set([...elementsOf(left)].filter((element) => !made.has(element)));
    return { kind: "elements", again: made, left: kept };
  }
  const { seedImage, mask } = await begunAnew(composer, asked, again, left);
  const boxes = boxesOf(asked);
  return {
    kind: "picture",
    seedImage,
    maskImage: await composer.saveMask(regionsOfMask(mask, boxes, again)),
  };
}

/**
 * A drawn mask of some regions: what it repaints of the others is taken out of it, and they stay as they are shown.
 * @throws INPUT_INVALID
 */
export async function redrawnPart(
  composer: Composer,
  asked: Asked,
  drawn: ArtifactUUID,
  { regions, keepRegions }: Chosen,
): Promise<{ readonly maskImage: ArtifactUUID; readonly seedImage: ArtifactUUID } | undefined> {
  if (regions === undefined && keepRegions === undefined) return undefined;
  const { again, left } = numbersFor(asked, { regions, keepRegions });
  const { seedImage, mask } = await begunAnew(composer, asked, again, left);
  const all = allNumbers(asked);
  const others = new Set([...all].filter((number) => !again.has(number)));
  const drawnMask = await composer.loadMask(drawn, mask);
  const free = maskWithout(drawnMask, regionsOfMask(mask, boxesOf(asked), others));
  return { seedImage, maskImage: await composer.saveMask(free) };
}

/** The step's own result with these regions as they were when it began, and the mask that it was given. */
async function begunAnew(
  composer: Composer,
  asked: Asked,
  again: ReadonlySet<number>,
  left: ReadonlySet<number>,
): Promise<{ readonly seedImage: ArtifactUUID; readonly mask: Mask }> {
  const { given, made } = reviewedTask(asked);
  const [result, seed] = await Promise.all([composer.load(made), composer.load(given.seedImage)]);
  checkSameSize(result.image, seed.image);
  const mask = await composer.loadMask(given.maskImage, seed.image);
  const restored = regionsOfMask(mask, boxesOf(asked), new Set([...again, ...left]));
  const image = restoreWhere(result.image, seed.image, restored);
  return { seedImage: await composer.saveImage(image, result), mask };
}

const Given = z.object({ seedImage: ArtifactUUID });
const Made = z.object({ image: ArtifactUUID });

function reviewedTask({ tasks, parameters: { step } }: Asked) {
  const task = tasks.find((one) => one.step === step && one.element === null);
  const given = Given.safeParse(task?.input).data;
  const made = Made.safeParse(task?.output).data;
  const maskImage = task === undefined ? null : givenMask(task);
  if (given !== undefined && made !== undefined && maskImage !== null)
    return { given: { ...given, maskImage }, made: made.image };
  throw new MaskloomError(
    "INPUT_INVALID",
    "regions: expected a reviewed step that repaints through a mask; decide about the whole picture",
  );
}

/** What the regions with these numbers repaint. */
async function regionMask(
  composer: Composer,
  asked: Asked,
  numbers: ReadonlySet<number>,
  size: Size,
): Promise<Mask> {
  if (!isOfElements(asked)) {
    const { maskImage } = asked.parameters;
    const own = maskImage ?? reviewedTask(asked).given.maskImage;
    return regionsOfMask(await composer.loadMask(own, size), boxesOf(asked), numbers);
  }
  const masks: Mask[] = [];
  for (const [at, { element, box }] of asked.parameters.regions.entries()) {
    if (!numbers.has(at + 1)) continue;
    const task = asked.tasks.find((one) => one.step === asked.parameters.step && one.element === element);
    const maskImage = task === undefined ? null : givenMask(task);
    if (maskImage === null) continue;
    masks.push(regionsOfMask(await composer.loadMask(maskImage, size), [box], new Set([1])));
  }
  return masks.reduce(uniteMasks);
}

const isOfElements = ({ parameters: { regions } }: Asked): boolean =>
  regions.some(({ element }) => element !== undefined);

const boxesOf = ({ parameters: { regions } }: Asked) => regions.map(({ box }) => box);

const allNumbers = ({ parameters: { regions } }: Asked): ReadonlySet<number> =>
  new Set(regions.map((_region, at) => at + 1));

/** Without `regions` everything is made again that is not kept. */
function numbersFor(asked: Asked, { regions, keepRegions }: Chosen) {
  const left = numbersOf(asked, keepRegions ?? []);
  const rest = [...allNumbers(asked)].filter((number) => !left.has(number));
  const again = numbersOf(asked, regions ?? rest);
  if (again.size > 0) return { again, left };
  throw new MaskloomError(
    "INPUT_INVALID",
    "keepRegions: expected a region that is made again beside them, got none",
  );
}

/** @throws INPUT_INVALID for a number that no region has, and where the review does not let regions be kept */
function numbersOf({ parameters }: Asked, numbers: readonly number[]): ReadonlySet<number> {
  const wrong = numbers.find((number) => number > parameters.regions.length);
  if (wrong === undefined) return new Set(numbers);
  throw new MaskloomError(
    "INPUT_INVALID",
    `regions: expected numbers from 1 to ${parameters.regions.length}, which is how many are shown, got ${wrong}`,
  );
}
