import type { IncomingMessage } from "node:http";
import type { Config } from "../../config/config.ts";
import type { TaskContext } from "../../protocol/task-service.ts";
import { targetOf } from "./wire-path.ts";

/** What a request, or the upgrade of a connection, says about all of its tasks. Its Host has been checked. */
export function taskContextOf(
  { headers, url }: Pick<IncomingMessage, "headers" | "url">,
  { publicUrl, strict }: Pick<Config["server"], "publicUrl" | "strict">,
): Omit<TaskContext, "signal"> {
  const { query } = targetOf(url);
  return {
    baseUrl: publicUrl ?? `http://${headers.host ?? "localhost"}`,
    dryRun: isOn(query.get("dryRun")) || isOn(headers["x-runware-dry-run"]),
    strict: strict || isOn(query.get("strict")),
  };
}

const isOn = (value: unknown): boolean =>
  typeof value === "string" && ["1", "true"].includes(value.toLowerCase());
