import type { Caller } from "../contracts/caller.ts";
import type { WireTaskType } from "../contracts/wire/tasks.ts";

/** What the connection asks of whatever knows the keys. */
export interface Gatekeeper {
  /**
   * Whose key this is; null where it is none. Without a key (null) the caller of a server that needs none.
   * @param address of the client, so that guessing can be slowed down
   * @throws RATE_LIMITED for an address that sent too many wrong ones
   */
  authenticate(apiKey: string | null, address: string): Promise<Caller | null>;
  /**
   * Counts one task against what the caller's key may have.
   * @returns what says that the task is no longer under way; null where nobody counts that
   * @throws RATE_LIMITED with the seconds to wait; UNAUTHORIZED where the key was revoked meanwhile; FORBIDDEN where its
   * role does not allow such a task
   */
  admit(caller: Caller, taskType: WireTaskType): Promise<(() => void) | null>;
  /** @returns a function that stops watching whether the caller's key is revoked */
  watch(caller: Caller, onRevoked: () => void): () => void;
}
