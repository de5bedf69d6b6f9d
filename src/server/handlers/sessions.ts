import type { Caller } from "../../contracts/caller.ts";
import type { SessionView } from "../../contracts/session.ts";
import { MaskloomError } from "../../errors.ts";
import { addAuditEntry } from "../../store/audit.ts";
import {
  createSession,
  deleteSession,
  findSession,
  IDLE_SECONDS,
  LONGEST_SECONDS,
  ownerName,
} from "../../store/sessions.ts";
import { apiKeyOf } from "../api-key.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { sessionCookies, sessionTokenOf } from "../session-cookie.ts";

/** The request is let in as any other, by the key it brings; from then on the cookie stands for that key. */
export async function signIn(request: ApiRequest, services: ApiServices): Promise<ApiAnswer> {
  const { db } = services.store;
  const { publicUrl, apiKey } = services.config.server;
  const caller = callerOf(request);
  /* Where nobody has to say who they are, there is nothing that a session could stand for. */
  if (caller.keyId === null && apiKey === undefined) return getSession(request, services);
  const { token, csrf } = await createSession(db, caller, apiKey);
  await addAuditEntry(db, {
    owner: caller.owner,
    actor: "api",
    action: "session.create",
    target: caller.keyId ?? "configured",
  });
  const view = await viewOf(services, caller, "session", csrf);
  const cookies = sessionCookies({ token, csrf }, { publicUrl, seconds: LONGEST_SECONDS });
  return { status: 200, headers: { "set-cookie": cookies }, body: view };
}

export async function getSession(request: ApiRequest, services: ApiServices): Promise<ApiAnswer> {
  const caller = callerOf(request);
  const session = await currentSession(request, services);
  const by = apiKeyOf(request.headers) !== undefined ? "key" : session === null ? "nothing" : "session";
  return { status: 200, body: await viewOf(services, caller, by, session?.csrf ?? null) };
}

/** What the cookie stood for is nobody's any more, wherever it was copied to. */
export async function signOut(request: ApiRequest, services: ApiServices): Promise<ApiAnswer> {
  const { publicUrl, apiKey } = services.config.server;
  const token = sessionTokenOf(request.headers);
  if (token !== undefined) await deleteSession(services.store.db, token, apiKey);
  services.store.wakeUps.notify("keys");
  return {
    status: 204,
    headers: { "set-cookie": sessionCookies({ token: "", csrf: "" }, { publicUrl, seconds: 0 }) },
  };
}

async function viewOf(
  { store }: ApiServices,
  { owner, role, keyId }: Caller,
  by: SessionView["by"],
  csrfToken: string | null,
): Promise<SessionView> {
  const isSession = by === "session";
  return {
    by,
    owner: await ownerName(store.db, owner),
    role,
    keyId,
    csrfToken: isSession ? csrfToken : null,
    idleSeconds: isSession ? IDLE_SECONDS : null,
  };
}

async function currentSession({ headers }: ApiRequest, { store, config }: ApiServices) {
  const token = sessionTokenOf(headers);
  return token === undefined ? null : findSession(store.db, token, config.server.apiKey);
}

function callerOf({ caller }: ApiRequest): Caller {
  if (caller !== null) return caller;
  throw new MaskloomError("INTERNAL", "session: the route lets in whoever asks, and so knows nobody");
}
