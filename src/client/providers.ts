import { type LimitChanges, ProviderLimits } from "../contracts/provider.ts";
import { ProviderList, ProviderTest } from "../contracts/provider-list.ts";
import { at, post } from "./actions.ts";
import type { CallOptions, Connection } from "./connection.ts";

/* Methods of the client for the configured providers. */

export const providerMethods = (ask: Connection["json"]) => ({
  /** How they are, as far as it is known; nobody is asked anything. */
  list: ({ signal }: CallOptions = {}): Promise<ProviderList> =>
    ask(ProviderList, "api/providers", { signal }),
  /** Asks one, by id or kind, whether it is there and takes the key. What it says against that is the `error`. */
  test: (name: string, options: CallOptions = {}): Promise<ProviderTest> =>
    ask(ProviderTest, at("providers", name, "test"), post(options)),
  /** Sets what may be spent there, in USD, null = without limit; what is left out is as it is configured. For admins. */
  limits: (name: string, changes: LimitChanges, { signal }: CallOptions = {}): Promise<ProviderLimits> =>
    ask(ProviderLimits, at("providers", name, "limits"), { method: "PUT", body: changes, signal }),
});
