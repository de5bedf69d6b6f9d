import type { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api-error.ts";
import { batchQuery } from "./batches.ts";
import { runQuery } from "./runs.ts";
import { taskQuery } from "./tasks.ts";

export type FoundKind = "run" | "task" | "batch";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The UUID in what somebody typed or pasted, quotes and spaces around it included; null where it is something else. */
export function readUuid(text: string): string | null {
  const trimmed = text.trim().replace(/^["'`]|["'`,]+$/g, "");
  return UUID.test(trimmed) ? trimmed.toLowerCase() : null;
}

/**
 * What a UUID names; null where nothing. What is found stays in the cache, so its page opens at once.
 * @throws ApiError where it could not be asked
 */
export async function findUuid(client: QueryClient, uuid: string): Promise<FoundKind | null> {
  const asked: readonly (readonly [FoundKind, Promise<unknown>])[] = [
    ["run", client.fetchQuery({ ...runQuery(uuid), retry: false })],
    ["task", client.fetchQuery({ ...taskQuery(uuid), retry: false })],
    ["batch", client.fetchQuery({ ...batchQuery(uuid), retry: false })],
  ];
  const answers = await Promise.allSettled(asked.map(([, answer]) => answer));
  const found = asked.find((_, at) => answers[at]?.status === "fulfilled");
  if (found !== undefined) return found[0];
  const failure = answers.find((answer) => answer.status === "rejected" && !isUnknown(answer.reason));
  if (failure?.status === "rejected") throw failure.reason;
  return null;
}

function isUnknown(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
