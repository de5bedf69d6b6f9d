import { z } from "zod";
import { TaskUUID } from "../contracts/ids.ts";
import {
  DecidedReviews,
  DecideReview,
  DecideReviews,
  DecisionList,
  DecisionQuery,
  ReviewList,
  ReviewQuery,
} from "../contracts/review.ts";
import { TaskView } from "../contracts/run.ts";
import { decideReview, decideReviews, listDecisions, listReviews } from "./handlers/reviews.ts";
import { jsonOf, type Route, route } from "./route.ts";

/** What waits for people, and what they decide. */
export const reviewRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/reviews",
    operation: "reviews.list",
    summary: "Pictures that wait for a decision, those with the worst numbers first",
    query: ReviewQuery,
    responses: { 200: { description: "The first of them, and how many there are", schema: ReviewList } },
    handle: listReviews,
  }),
  route({
    method: "get",
    path: "/api/reviews/decisions",
    operation: "reviews.decisions",
    summary: "What was decided about pictures, by whom and when, the newest first",
    query: DecisionQuery,
    responses: { 200: { description: "The first of them, and how many there are", schema: DecisionList } },
    handle: listDecisions,
  }),
  route({
    method: "post",
    path: "/api/reviews/decisions",
    operation: "reviews.decide",
    summary: "Decides many reviews, each of them taken or refused by itself",
    body: jsonOf(DecideReviews),
    responses: { 200: { description: "What became of each, in their order", schema: DecidedReviews } },
    handle: decideReviews,
  }),
  route({
    method: "post",
    path: "/api/tasks/:taskUUID/decision",
    operation: "tasks.decide",
    summary: "Decides a review; the same decision for the same round again changes nothing",
    params: z.strictObject({ taskUUID: TaskUUID }),
    body: jsonOf(DecideReview),
    responses: { 200: { description: "The task as it stands now", schema: TaskView } },
    handle: decideReview,
  }),
];
