import type { Gatekeeper } from "../../protocol/gatekeeper.ts";
import type { Callers } from "../callers.ts";

/** Tasks that only read are never refused for what else is under way. */
const READING = new Set(["getResponse", "getTaskDetails"]);

/** The keys of this installation, as the protocol asks for them. */
export function createGate(callers: Callers): Gatekeeper {
  return {
    authenticate: (apiKey, address) => callers.authenticate(apiKey ?? undefined, address),
    async admit(caller, taskType) {
      await callers.admit(caller);
      return READING.has(taskType) ? null : callers.enter(caller);
    },
    watch: (caller, onRevoked) => callers.watch(caller, onRevoked),
  };
}
