import { z } from "zod";
import { RunUUID } from "../contracts/ids.ts";
import { ChangeOwner, Erased, OwnerList, OwnerPath, OwnerView } from "../contracts/owners.ts";
import { eraseOwner, eraseRun, getOwners, getOwnersTable, patchOwner } from "./handlers/owners.ts";
import { jsonOf, type Route, route } from "./route.ts";

/** Whose everything is, what they may use, and how it is taken away. */
export const ownerRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/owners",
    operation: "owners.list",
    summary: "All owners, what they may use and what they do use",
    role: "admin",
    responses: { 200: { description: "By name", schema: OwnerList } },
    handle: getOwners,
  }),
  route({
    method: "get",
    path: "/api/owners.csv",
    operation: "owners.table",
    summary: "The same as a table",
    role: "admin",
    responses: { 200: { description: "A line for each", mediaTypes: ["text/csv"] } },
    handle: getOwnersTable,
  }),
  route({
    method: "patch",
    path: "/api/owners/:name",
    operation: "owners.change",
    summary: "Sets limits and labels of an owner; null takes a limit away",
    role: "admin",
    params: OwnerPath,
    body: jsonOf(ChangeOwner),
    responses: { 200: { description: "The owner as it stands now", schema: OwnerView } },
    handle: patchOwner,
  }),
  route({
    method: "delete",
    path: "/api/owners/:name",
    operation: "owners.erase",
    summary:
      "Takes away everything of an owner now: keys, runs, pictures with their bytes; it cannot be undone",
    role: "admin",
    params: OwnerPath,
    responses: { 200: { description: "What was removed; more: ask again to go on", schema: Erased } },
    handle: eraseOwner,
  }),
  route({
    method: "delete",
    path: "/api/runs/:runUUID",
    operation: "runs.erase",
    summary: "Takes away a run now, with the bytes of pictures that nobody else has; it cannot be undone",
    role: "operator",
    params: z.strictObject({ runUUID: RunUUID }),
    responses: { 200: { description: "What was removed", schema: Erased } },
    handle: eraseRun,
  }),
];
