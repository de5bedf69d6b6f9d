import type { ErrorCode } from "../../errors.ts";
import { ERRORS, MaskloomError } from "../../errors.ts";
import type { FeedItem } from "../../store/batch-feeds.ts";
import type { Picture } from "../picture-inputs.ts";
import type { Services } from "../services.ts";

type Intake = Pick<Services, "config" | "outside" | "folders">;

/** The picture of an item, fetched where it comes from. Errors: those of the place; CANCELLED when the signal fires. */
export async function fetchItem(
  { config, outside, folders }: Intake,
  { source }: FeedItem,
  folder: string | null,
  signal: AbortSignal,
): Promise<Picture> {
  const mostBytes = config.limits.inputBytes;
  if ("artifact" in source) return { uuid: source.artifact };
  if ("url" in source) return { content: await outside.download(source.url, { mostBytes, signal }) };
  if ("path" in source) {
    if (folder === null) throw new MaskloomError("INTERNAL", "a path without the folder it lies in");
    return { content: await folders.read(source.path, folder, mostBytes) };
  }
  const { code, message } = source.error;
  throw new MaskloomError(code in ERRORS ? (code as ErrorCode) : "INTERNAL", message);
}
