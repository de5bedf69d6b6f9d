import type { AuditPage, AuditQuery } from "../../contracts/audit.ts";
import type { ChangeSettings, Settings } from "../../contracts/settings.ts";
import { changeSettings, listSettings } from "../../runs/actions/settings.ts";
import { listAudit } from "../../store/audit-list.ts";
import { countKept } from "../../store/kept.ts";
import { requireScope } from "../require-scope.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { VERSION } from "../version.ts";
import { actorOf } from "./actions.ts";

export async function getSettings(_request: ApiRequest, services: ApiServices): Promise<ApiAnswer> {
  return { status: 200, body: await readSettings(services) };
}

export async function patchSettings(
  request: ApiRequest<unknown, unknown, ChangeSettings>,
  services: ApiServices,
): Promise<ApiAnswer> {
  await changeSettings(services.store, services.config, actorOf(request), request.body);
  return { status: 200, body: await readSettings(services) };
}

async function readSettings({ config, store }: ApiServices): Promise<Settings> {
  const [settings, kept] = await Promise.all([listSettings(store, config), countKept(store.db)]);
  return { version: VERSION, settings, kept };
}

export async function getAudit(
  { owner, caller, query }: ApiRequest<unknown, AuditQuery>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  requireScope(caller, query.scope, "GET /api/audit");
  return { status: 200, body: (await listAudit(store.db, owner, query)) satisfies AuditPage };
}
