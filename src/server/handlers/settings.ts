import type { AuditPage, AuditQuery } from "../../contracts/audit.ts";
import type { Settings } from "../../contracts/settings.ts";
import { SETTING_WORDS } from "../../setting-words.ts";
import { listAudit } from "../../store/audit-list.ts";
import { countKept } from "../../store/kept.ts";
import { requireScope } from "../require-scope.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { VERSION } from "../version.ts";

export async function getSettings(_request: ApiRequest, { config, store }: ApiServices): Promise<ApiAnswer> {
  const settings = config.settings.map((setting) => ({
    ...setting,
    about: SETTING_WORDS[setting.name] ?? "",
  }));
  const body: Settings = { version: VERSION, settings, kept: await countKept(store.db) };
  return { status: 200, body };
}

export async function getAudit(
  { owner, caller, query }: ApiRequest<unknown, AuditQuery>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  requireScope(caller, query.scope, "GET /api/audit");
  return { status: 200, body: (await listAudit(store.db, owner, query)) satisfies AuditPage };
}
