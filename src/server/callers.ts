import type { IncomingHttpHeaders } from "node:http";
import { type Caller, includesRole, type Role } from "../contracts/caller.ts";
import { MaskloomError } from "../errors.ts";
import { isSameSecret, keyIdOf } from "../store/key-secret.ts";
import { countKeys, verifyKey } from "../store/keys.ts";
import { LOCAL_OWNER } from "../store/owners.ts";
import { findSession } from "../store/sessions.ts";
import type { Store } from "../store/store.ts";
import { type Admission, createAdmission } from "./admission.ts";
import { apiKeyOf } from "./api-key.ts";
import { createFailedAttempts } from "./failed-attempts.ts";
import { createRevocations, type Revocations } from "./revocations.ts";
import { checkCsrf, sessionTokenOf } from "./session-cookie.ts";

/** Who is asking, and whether they may ask now. The same for requests, live events and the wire protocol. */
export interface Callers extends Admission, Revocations {
  /**
   * Whose key it is. Without one, and where none is required, the local owner's; null for a wrong, revoked or missing one.
   * @param address of the client, by which wrong keys are counted
   * @throws RATE_LIMITED for an address that sent too many wrong keys
   */
  authenticate(apiKey: string | undefined, address?: string): Promise<Caller | null>;
  /**
   * Who sent these headers, admitted for one request: by a key, or by the cookie of a session.
   * @param changes whether the request may change anything; by cookie that takes the session's token
   * @throws UNAUTHORIZED, RATE_LIMITED, FORBIDDEN
   */
  identify(headers: IncomingHttpHeaders, address: string | undefined, changes: boolean): Promise<Caller>;
  /**
   * Tells a connection that was let in by a session's cookie, and stays open, when that session is over.
   * @param caller whom `identify` let in
   * @returns a function that stops watching
   */
  watchSession(caller: Caller, headers: IncomingHttpHeaders, onOver: () => void): () => void;
}

export interface CallerSettings {
  /** The key of the configuration: the local owner's, with every right. */
  readonly apiKey: string | undefined;
  /** Whether a request without a key is refused. */
  readonly keyRequired: boolean;
}

/** What is shorter may be somebody's words, which are tried out; deploy/make-secrets.sh makes 64. */
const UNGUESSABLE_CHARACTERS = 32;
/** A wake-up may be lost, and a session that nobody uses ends by itself. */
const SESSION_POLL_MS = 60_000;

const LOCAL_CALLER: Caller = {
  owner: LOCAL_OWNER,
  keyId: null,
  role: "admin",
  limits: { requestsPerMinute: null, concurrency: null },
};

export function createCallers(store: Pick<Store, "db" | "wakeUps">, settings: CallerSettings): Callers {
  const { db } = store;
  const { apiKey: configured, keyRequired } = settings;
  const failures = createFailedAttempts();
  const admission = createAdmission(db);

  const authenticate = async (apiKey: string | undefined, address = ""): Promise<Caller | null> => {
    if (apiKey === undefined || apiKey === "") return keyRequired ? null : LOCAL_CALLER;
    const caller = await verifyKey(db, apiKey);
    if (caller !== null) return caller;
    const isConfigured = configured !== undefined && isSameSecret(apiKey, configured);
    /* After the keys that nobody can guess: a flood does not shut their owners out, who may be behind the same proxy. */
    if (!isConfigured || configured.length < UNGUESSABLE_CHARACTERS) failures.check(address);
    if (isConfigured) return LOCAL_CALLER;
    if (await isAnyTextGood(apiKey)) return LOCAL_CALLER;
    failures.note(address);
    return null;
  };

  const bySession = async (headers: IncomingHttpHeaders, changes: boolean): Promise<Caller | null> => {
    const token = sessionTokenOf(headers);
    const session = token === undefined ? null : await findSession(db, token, configured);
    if (session === null) return null;
    const { csrf, ...caller } = session;
    if (changes) checkCsrf(headers, csrf);
    return caller;
  };

  /**
   * SDKs insist on sending a key. Where nobody ever made one they may send any text; once there are keys, a mistyped or
   * revoked one must not silently become somebody else's.
   */
  const isAnyTextGood = async (apiKey: string): Promise<boolean> =>
    !keyRequired && configured === undefined && keyIdOf(apiKey) === null && (await countKeys(db)).made === 0;

  return {
    ...admission,
    ...createRevocations(store),
    authenticate,
    async identify(headers, address, changes) {
      const apiKey = apiKeyOf(headers);
      const signedIn = apiKey === undefined ? await bySession(headers, changes) : null;
      const caller = signedIn ?? (await authenticate(apiKey, address));
      if (caller === null) throw unauthorized(apiKey);
      /* One without a limit has just been found usable. */
      if (caller.limits.requestsPerMinute !== null) await admission.admit(caller);
      return caller;
    },
    watchSession(caller, headers, onOver) {
      if (apiKeyOf(headers) !== undefined || sessionTokenOf(headers) === undefined) return () => undefined;
      /* One that ended since it let somebody in is found to be over by the first look; a cookie of none let nobody in. */
      let wasOpen = caller !== LOCAL_CALLER;
      const look = async () => {
        const isOpen = (await bySession(headers, false)) !== null;
        if (wasOpen && !isOpen) onOver();
        wasOpen = isOpen;
      };
      /* Where the database does not answer, nothing is known to be over; the next look will tell. */
      const lookAgain = () => void look().catch(() => undefined);
      lookAgain();
      const stopListening = store.wakeUps.on("keys", lookAgain);
      const timer = setInterval(lookAgain, SESSION_POLL_MS).unref();
      return () => {
        stopListening();
        clearInterval(timer);
      };
    },
  };
}

/** @throws FORBIDDEN where the key's role is a lower one */
export function requireRole({ keyId, role }: Caller, needed: Role, what: string): void {
  if (includesRole(role, needed)) return;
  throw new MaskloomError(
    "FORBIDDEN",
    `${what}: expected a key with role ${needed}, got ${keyId ?? "one"} with role ${role}`,
  );
}

function unauthorized(apiKey: string | undefined): MaskloomError {
  const fault = apiKey === undefined ? "there is none" : "it is unknown or revoked";
  return new MaskloomError(
    "UNAUTHORIZED",
    `API key: ${fault}; expected the header \`Authorization: Bearer <key>\` with one that \`maskloom keys create\` ` +
      "made, or with MASKLOOM_API_KEY",
  );
}
