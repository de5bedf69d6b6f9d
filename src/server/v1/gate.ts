import type { Gatekeeper } from "../../protocol/gatekeeper.ts";
import { knowingOutages } from "../../store/connection-loss.ts";
import type { Callers } from "../callers.ts";

/** Tasks that only read are never refused for what else is under way. */
const READING = new Set(["getResponse", "getTaskDetails"]);

/** The keys of this installation, as the protocol asks for them. @throws ENGINE_UNAVAILABLE where they cannot be looked up */
export function createGate(callers: Pick<Callers, "authenticate" | "admit" | "enter" | "watch">): Gatekeeper {
  const lookUp = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw knowingOutages(error);
    });
  return {
    authenticate: (apiKey, address) => lookUp(callers.authenticate(apiKey ?? undefined, address)),
    async admit(caller, taskType) {
      await lookUp(callers.admit(caller));
      return READING.has(taskType) ? null : callers.enter(caller);
    },
    watch: (caller, onRevoked) => callers.watch(caller, onRevoked),
  };
}
