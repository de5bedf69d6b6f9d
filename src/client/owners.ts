import { type ChangeOwner, Erased, OwnerList, OwnerView } from "../contracts/owners.ts";
import type { CallOptions, Connection } from "./connection.ts";

/** Owners, for whoever runs an installation. */
export const ownerMethods = ({ json: ask, send }: Pick<Connection, "json" | "send">) => ({
  list: async (options: CallOptions = {}): Promise<OwnerView[]> =>
    (await ask(OwnerList, "api/owners", options)).owners,
  /** The same as CSV. */
  table: async (options: CallOptions = {}): Promise<string> => (await send("api/owners.csv", options)).text(),
  /** What is not given stays as it is; null takes a limit away. */
  change: (name: string, { signal, ...body }: ChangeOwner & CallOptions): Promise<OwnerView> =>
    ask(OwnerView, `api/owners/${encodeURIComponent(name)}`, { method: "PATCH", body, signal }),
  /** Everything of theirs, now and for good. Where `more` is true, ask again. */
  erase: (name: string, { signal }: CallOptions = {}): Promise<Erased> =>
    ask(Erased, `api/owners/${encodeURIComponent(name)}`, { method: "DELETE", signal }),
});
