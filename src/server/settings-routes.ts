import { z } from "zod";
import { AuditPage, AuditQuery } from "../contracts/audit.ts";
import { KeyId } from "../contracts/caller.ts";
import { CreatedKey, CreateKey, KeyList, KeyQuery, KeyView } from "../contracts/keys.ts";
import { ChangeSettings, Settings } from "../contracts/settings.ts";
import { deleteKey, getKeys, postKey } from "./handlers/keys.ts";
import { getAudit, getSettings, patchSettings } from "./handlers/settings.ts";
import { jsonOf, type Route, route } from "./route.ts";

/** Who may use this installation, what it is set to, and what was done with it. */
export const settingsRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/keys",
    operation: "keys.list",
    summary: "The keys of all owners, by their public beginnings",
    role: "admin",
    query: KeyQuery,
    responses: { 200: { description: "The oldest first", schema: KeyList } },
    handle: getKeys,
  }),
  route({
    method: "post",
    path: "/api/keys",
    operation: "keys.create",
    summary: "Makes a key; the answer is the only one that has it",
    role: "admin",
    body: jsonOf(CreateKey),
    responses: { 201: { description: "The key, and what lists will say of it", schema: CreatedKey } },
    handle: postKey,
  }),
  route({
    method: "delete",
    path: "/api/keys/:id",
    operation: "keys.revoke",
    summary: "Ends the use of a key at once, on open connections too; it cannot be undone",
    role: "admin",
    params: z.strictObject({ id: KeyId }),
    responses: { 200: { description: "It is revoked, now or since before", schema: KeyView } },
    handle: deleteKey,
  }),
  route({
    method: "get",
    path: "/api/settings",
    operation: "settings",
    summary: "What is set, by what, and how much is kept; secrets are left out",
    role: "admin",
    responses: {
      200: {
        description: "As the server process read it when it started, or changed since",
        schema: Settings,
      },
    },
    handle: getSettings,
  }),
  route({
    method: "patch",
    path: "/api/settings",
    operation: "changeSettings",
    summary:
      "Changes how long and how much is kept, for all workers at once; what is configured cannot be changed",
    role: "admin",
    body: jsonOf(ChangeSettings),
    responses: { 200: { description: "All settings, as they are now", schema: Settings } },
    handle: patchSettings,
  }),
  route({
    method: "get",
    path: "/api/audit",
    operation: "audit.list",
    summary: "Who did what, the newest first; scope all is for admins",
    query: AuditQuery,
    responses: { 200: { description: "A page of it", schema: AuditPage } },
    handle: getAudit,
  }),
];
