import { readFile } from "node:fs/promises";
import { z } from "zod";
import { TaskUUID } from "../../contracts/ids.ts";
import { DecideReview } from "../../contracts/review.ts";
import { hasCode, MaskloomError, parseAs } from "../../errors.ts";
import { decide } from "../../runs/review/decide.ts";
import { LOCAL_ACTOR, parseUuid, warnWithoutWorkers } from "../runs/local-actor.ts";
import { withServices } from "../runs/with-services.ts";
import { printLine } from "../terminal.ts";

interface DecideOptions {
  readonly mask?: string;
  readonly seed?: number;
  readonly image?: string;
  readonly regions?: readonly number[];
  readonly keepRegions?: readonly number[];
  readonly round?: number;
}

export async function decideReviews(
  decision: DecideReview["decision"],
  names: readonly string[],
  { mask, ...options }: DecideOptions,
): Promise<void> {
  const uuids = [...new Set(names)].map((name) => parseUuid(TaskUUID, name, "review"));
  const maskImage = mask === undefined ? {} : { maskImage: await readMask(mask) };
  const given = parseAs(DecideReview, { decision, ...options, ...maskImage }, "decision");
  await withServices(async (services) => {
    for (const uuid of uuids) {
      await decide(services, LOCAL_ACTOR, uuid, given, new AbortController().signal);
      printLine(`${uuid}: ${decision}`);
    }
    await warnWithoutWorkers(services.store);
  });
}

/** A stored picture by its UUID, or a file's bytes as the API takes them. */
async function readMask(given: string): Promise<string> {
  if (z.uuid().safeParse(given).success) return given;
  try {
    return (await readFile(given)).toString("base64");
  } catch (error) {
    const reason = hasCode(error, "ENOENT") ? "there is none" : String(error);
    throw new MaskloomError(
      "INPUT_MISSING",
      `--mask ${given}: expected a file that can be read, or a UUID; ${reason}`,
      {
        cause: error,
      },
    );
  }
}
