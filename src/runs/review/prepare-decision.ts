import type { ArtifactUUID, OwnerUUID, TaskUUID } from "../../contracts/ids.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { type DecideReview, ReviewParameters } from "../../contracts/review.ts";
import type { ReviewDecision } from "../../engine/decide-review.ts";
import { randomSeed } from "../../engine/seeds.ts";
import { MaskloomError } from "../../errors.ts";
import { readReviewState } from "../../store/reviews.ts";
import type { TaskPlace } from "../../store/run-places.ts";
import { readRuns } from "../../store/views.ts";
import type { Services } from "../services.ts";
import { composerFor } from "./compose-picture.ts";
import { type Asked, acceptedPicture, redonePart, redrawnPart } from "./decide-regions.ts";
import { takeMask } from "./take-mask.ts";

type PrepareServices = Pick<Services, "store" | "artifacts" | "pictures" | "config">;

/** A decision as the engine takes it, with the pictures made that it needs. */
export interface PreparedDecision {
  readonly decided: ReviewDecision;
  /** What is written down of it. */
  readonly detail: JsonObject;
  /** False where the showing that it is about is over, so that nothing was made for it. */
  readonly isReady: boolean;
}

/**
 * What takes time is done here, before the run is held.
 * @throws INPUT_INVALID for regions and candidates that are not shown; what a mask is refused with
 */
export async function prepareDecision(
  services: PrepareServices,
  owner: OwnerUUID,
  { taskUUID, place }: { readonly taskUUID: TaskUUID; readonly place: TaskPlace },
  given: DecideReview,
  signal: AbortSignal,
): Promise<PreparedDecision> {
  const { image, regions, keepRegions } = given;
  const isWhole = image === undefined && regions === undefined && keepRegions === undefined;
  const asked = isWhole ? null : await askedNow(services, owner, { taskUUID, place }, given);
  const named = {
    ...(image === undefined ? {} : { image }),
    ...(regions === undefined ? {} : { regions }),
    ...(keepRegions === undefined ? {} : { keepRegions }),
  };
  const { decided, detail } = await MADE[given.decision](services, owner, { taskUUID, asked, given, signal });
  return { decided, detail: { ...named, ...detail }, isReady: isWhole || asked !== null };
}

/** What is shown now; null where the decision is about another showing. */
async function askedNow(
  { store }: PrepareServices,
  owner: OwnerUUID,
  { taskUUID, place }: { readonly taskUUID: TaskUUID; readonly place: TaskPlace },
  { round, keepRegions }: DecideReview,
): Promise<Asked | null> {
  const now = await readReviewState(store.db, taskUUID);
  if (place.status !== "review" || (round ?? now.round) !== now.round) return null;
  const [run] = await readRuns(store.db, owner, [place.runUUID]);
  const parameters = ReviewParameters.safeParse(
    run?.tasks.find((task) => task.taskUUID === taskUUID)?.input,
  ).data;
  if (run === undefined || parameters === undefined) return null;
  if (keepRegions !== undefined && !parameters.allow.includes("keepOriginal"))
    throw new MaskloomError(
      "INPUT_INVALID",
      "keepRegions: expected none, since this review does not allow keepOriginal",
    );
  return { taskUUID, parameters, tasks: run.tasks };
}

interface Making {
  readonly taskUUID: TaskUUID;
  readonly asked: Asked | null;
  readonly given: DecideReview;
  readonly signal: AbortSignal;
}

type Make = (
  services: PrepareServices,
  owner: OwnerUUID,
  making: Making,
) => Promise<Pick<PreparedDecision, "decided" | "detail">>;

const MADE: Readonly<Record<DecideReview["decision"], Make>> = {
  async accept(services, owner, { taskUUID, asked, given }) {
    if (asked === null) return { decided: { decision: "accept" }, detail: {} };
    const image = await acceptedPicture(composerFor(services, owner, taskUUID), asked, given);
    return { decided: { decision: "accept", image }, detail: image === undefined ? {} : { taken: image } };
  },
  async keepOriginal() {
    return { decided: { decision: "keepOriginal" }, detail: {} };
  },
  async reroll(services, owner, { taskUUID, asked, given }) {
    const seed = given.seed ?? randomSeed(Math.random());
    const detail = { seed, ...(given.seed === undefined ? { byChance: true } : {}) };
    if (asked === null) return { decided: { decision: "reroll", seed }, detail };
    const part = await redonePart(composerFor(services, owner, taskUUID), asked, given);
    return { decided: { decision: "reroll", seed, part }, detail };
  },
  async editMask(services, owner, { taskUUID, asked, given, signal }) {
    const mask = await takeMask(services, owner, taskUUID, given.maskImage ?? "", signal);
    const detail = { maskImage: mask.uuid, maskDigest: mask.digest };
    const whole: { maskImage: ArtifactUUID; seedImage?: ArtifactUUID } = { maskImage: mask.uuid };
    const part =
      asked === null
        ? undefined
        : await redrawnPart(composerFor(services, owner, taskUUID), asked, mask.uuid, given);
    return { decided: { decision: "editMask", ...(part ?? whole) }, detail };
  },
};

/** What was decided about, for whoever looks it up later. */
export function shownIn(input: unknown): JsonObject {
  const shown = ReviewParameters.safeParse(input).data?.show[0];
  return shown === undefined ? {} : { shown };
}
