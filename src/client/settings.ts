import { AuditPage, type AuditQuery } from "../contracts/audit.ts";
import { CreatedKey, type CreateKey, KeyList, KeyView } from "../contracts/keys.ts";
import { type ChangeSettings, Settings } from "../contracts/settings.ts";
import type { CallOptions, Connection } from "./connection.ts";

/* Methods of the client for whoever runs an installation. */

type Ask = Connection["json"];

export const keyMethods = (ask: Ask) => ({
  /** Of all owners. @param options.revoked those that were revoked, too */
  list: async ({ revoked, signal }: CallOptions & { readonly revoked?: boolean } = {}): Promise<KeyView[]> =>
    (await ask(KeyList, "api/keys", { query: { revoked: revoked ? "true" : undefined }, signal })).keys,
  /** The answer's `key` is not to be had again. */
  create: ({ signal, ...body }: Partial<CreateKey> & CallOptions = {}): Promise<CreatedKey> =>
    ask(CreatedKey, "api/keys", { method: "POST", body, signal }),
  revoke: (id: string, { signal }: CallOptions = {}): Promise<KeyView> =>
    ask(KeyView, `api/keys/${encodeURIComponent(id)}`, { method: "DELETE", signal }),
});

export const settingsMethods = (ask: Ask) => ({
  settings: (options: CallOptions = {}): Promise<Settings> => ask(Settings, "api/settings", options),
  changeSettings: ({ signal, ...body }: ChangeSettings & CallOptions): Promise<Settings> =>
    ask(Settings, "api/settings", { method: "PATCH", body, signal }),
  audit: ({ signal, ...query }: Partial<AuditQuery> & CallOptions = {}): Promise<AuditPage> =>
    ask(AuditPage, "api/audit", { query, signal }),
});
