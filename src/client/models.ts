import { ModelList, type ModelView } from "../contracts/api.ts";
import { ModelSpeed, PullMessage, RemovedModel } from "../contracts/model-actions.ts";
import { parseAs } from "../errors.ts";
import type { CallOptions, Connection } from "./connection.ts";
import { readJsonLines } from "./json-lines.ts";

/* Methods of the client for the models of the installation. */

const at = (id: string, action = "") => `api/models/${encodeURIComponent(id)}${action}`;

export const modelMethods = (connection: Pick<Connection, "json" | "send">) => ({
  list: async (options: CallOptions = {}): Promise<ModelView[]> =>
    (await connection.json(ModelList, "api/models", options)).models,
  /** How far it is, until it is done or has failed. Who stops reading stops the pull; the next one goes on from there. */
  pull: (id: string, options: CallOptions = {}): AsyncGenerator<PullMessage> => pull(connection, id, options),
  remove: (id: string, { signal }: CallOptions = {}): Promise<RemovedModel> =>
    connection.json(RemovedModel, at(id), { method: "DELETE", signal }),
  /** Measures it on the server's machine. */
  bench: (
    id: string,
    { signal, rounds }: CallOptions & { readonly rounds?: number } = {},
  ): Promise<ModelSpeed> =>
    connection.json(ModelSpeed, at(id, "/bench"), { method: "POST", query: { rounds }, signal }),
});

async function* pull(
  { send }: Pick<Connection, "send">,
  id: string,
  { signal }: CallOptions,
): AsyncGenerator<PullMessage> {
  const response = await send(at(id, "/pull"), { method: "POST", signal });
  for await (const line of readJsonLines(response)) yield parseAs(PullMessage, line, "pull");
}
