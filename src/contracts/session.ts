import { z } from "zod";
import { KeyId, Role } from "./caller.ts";

export { CSRF_COOKIE, CSRF_HEADER } from "./session-names.ts";

export const SESSION_COOKIE = "maskloom_session";

export const SessionView = z.strictObject({
  /** What the request was let in by: a key, a session's cookie, or because nobody has to say who they are. */
  by: z.enum(["key", "session", "nothing"]),
  owner: z.string(),
  role: Role,
  /** Null for the key of the configuration, and where none is needed. */
  keyId: KeyId.nullable(),
  /** To be sent as `x-csrf-token` with every change; null where there is no session. */
  csrfToken: z.string().nullable(),
  /** Seconds after its last request that a session ends by itself; null where there is none. */
  idleSeconds: z.int().nullable(),
});
export type SessionView = z.output<typeof SessionView>;
