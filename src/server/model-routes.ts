import { z } from "zod";
import { BenchModel, ModelId, ModelSpeed, RemovedModel } from "../contracts/model-actions.ts";
import { benchModel, pullModel, removeModel } from "./handlers/models.ts";
import { type Route, route } from "./route.ts";

const ofModel = z.strictObject({ id: ModelId });

/** What is done to the models of this installation; all owners share them. */
export const modelRoutes: readonly Route[] = [
  route({
    method: "post",
    path: "/api/models/:id/pull",
    operation: "models.pull",
    summary:
      "Brings a model's weights; each line of the answer is JSON and says how far it is, the last how it went",
    role: "admin",
    params: ofModel,
    responses: { 200: { description: "PullMessage by PullMessage", mediaTypes: ["application/x-ndjson"] } },
    handle: pullModel,
  }),
  route({
    method: "delete",
    path: "/api/models/:id",
    operation: "models.remove",
    summary: "Takes the weights of a pulled or added model away",
    role: "admin",
    params: ofModel,
    responses: { 200: { description: "Removed", schema: RemovedModel } },
    handle: removeModel,
  }),
  route({
    method: "post",
    path: "/api/models/:id/bench",
    operation: "models.bench",
    summary: "Measures a model on this machine, with a photo that comes with Maskloom",
    params: ofModel,
    query: BenchModel,
    responses: { 200: { description: "How fast it is here", schema: ModelSpeed } },
    handle: benchModel,
  }),
];
