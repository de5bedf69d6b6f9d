import type { z } from "zod";
import type { TaskUUID } from "../../contracts/ids.ts";
import type {
  DecidedReviews,
  DecideReview,
  DecideReviews,
  DecisionList,
  DecisionQuery,
  ReviewList,
  ReviewQuery,
} from "../../contracts/review.ts";
import { configuredPrices } from "../../runs/estimates/configured-prices.ts";
import { decide } from "../../runs/review/decide.ts";
import { decideMany } from "../../runs/review/decide-many.ts";
import { listDecisions as listStoredDecisions } from "../../store/decision-list.ts";
import { listReviews as listOpenReviews } from "../../store/review-list.ts";
import { readTask } from "../../store/views.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { actorOf } from "./actions.ts";

export async function listReviews(
  { query, owner }: ApiRequest<unknown, z.output<typeof ReviewQuery>>,
  { store, config }: ApiServices,
): Promise<ApiAnswer> {
  const prices = configuredPrices(config.providers);
  const open = await listOpenReviews(store.db, owner, query, prices.ofCall);
  return { status: 200, body: open satisfies ReviewList };
}

export async function listDecisions(
  { query, owner }: ApiRequest<unknown, z.output<typeof DecisionQuery>>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  return { status: 200, body: (await listStoredDecisions(store.db, owner, query)) satisfies DecisionList };
}

export async function decideReview(
  request: ApiRequest<{ taskUUID: TaskUUID }, unknown, DecideReview>,
  services: ApiServices,
): Promise<ApiAnswer> {
  const { params, owner, body, signal } = request;
  await decide(services, actorOf(request), params.taskUUID, body, signal);
  return { status: 200, body: await readTask(services.store.db, owner, params.taskUUID) };
}

export async function decideReviews(
  request: ApiRequest<unknown, unknown, DecideReviews>,
  services: ApiServices,
): Promise<ApiAnswer> {
  const results = await decideMany(services, actorOf(request), request.body, request.signal);
  return { status: 200, body: { results } satisfies DecidedReviews };
}
