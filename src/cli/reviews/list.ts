import process from "node:process";
import type { z } from "zod";
import { BatchUUID } from "../../contracts/ids.ts";
import type { ReviewQuery, ReviewView } from "../../contracts/review.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import { listReviews as listStoredReviews } from "../../store/review-list.ts";
import { withStore } from "../keys/with-store.ts";
import { minute } from "../runs/list.ts";
import { parseUuid } from "../runs/local-actor.ts";
import { formatTable, paint, printJson, printLine, say } from "../terminal.ts";

interface ListReviewsOptions {
  readonly batch?: string;
  readonly workflow?: string;
  readonly step?: string;
  readonly sort: z.output<typeof ReviewQuery>["sort"];
  readonly limit: number;
  readonly json?: true;
}

export async function listReviews({ json, batch, ...options }: ListReviewsOptions): Promise<void> {
  const filter = {
    ...options,
    ...(batch === undefined ? {} : { batch: parseUuid(BatchUUID, batch, "--batch") }),
  };
  const { reviews, total } = await withStore(({ db }) => listStoredReviews(db, LOCAL_OWNER, filter));
  if (json) return printJson({ reviews, total });
  if (reviews.length === 0) return say("nothing waits for a decision");
  const heading = ["review", "picture", "step", "time", "regions", "decide by", "one of"];
  const [first = "", ...rest] = formatTable([heading, ...reviews.map(rowOf)]).split("\n");
  printLine([paint("bold", first, process.stdout), ...rest].join("\n"));
  if (total > reviews.length) say(`${total - reviews.length} more; --limit says how many are shown`);
}

function rowOf({ taskUUID, file, review, round, regions, until, allow }: ReviewView): string[] {
  const deadline = until === null ? "" : minute(until);
  return [taskUUID, file, review, String(round), String(regions.length), deadline, allow.join(", ")];
}
