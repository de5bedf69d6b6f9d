import { MaskloomError } from "../errors.ts";

/**
 * Bytes of a base64 text or of a `data:` URI. Node's own decoder skips what is no base64, so that a path or a URL would
 * become a few bytes of nonsense: what does not decode and encode back to the same is refused.
 * @param name of the field that it stood in
 */
export function decodeBase64(text: string, name = "image"): Uint8Array {
  const comma = /^data:[^,]{0,200};base64,/i.exec(text.slice(0, 300))?.[0].length ?? 0;
  const payload = text.slice(comma).trim();
  const bytes = Buffer.from(payload, "base64");
  const padding = (4 - (payload.length % 4)) % 4;
  const isWhole = payload.length > 0 && bytes.toString("base64") === payload + "=".repeat(padding % 4);
  if (isWhole) return bytes;
  const start = JSON.stringify(text.slice(0, 40));
  throw new MaskloomError(
    "INPUT_INVALID",
    `${name}: expected base64, a data: URI with base64, or an artifact's UUID; got ${start}`,
  );
}
