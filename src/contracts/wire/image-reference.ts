import { z } from "zod";

/** What a picture may be in a request: docs/wire.md, section 4. */
export type ImageReference =
  /** Of anything uploaded or made before. */
  | { readonly kind: "uuid"; readonly uuid: string }
  | { readonly kind: "url"; readonly url: string }
  /** Base64 as it was sent, of a data URI or bare; its declared type is not trusted. */
  | { readonly kind: "base64"; readonly data: string };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DATA_URI = /^data:[^,]{0,200};base64,/i;
const HTTP = /^https?:\/\//i;
const BASE64 = /^[A-Za-z0-9+/_\-\s]+={0,2}\s*$/;

/** Told apart in this order, by their beginnings: a UUID would also be base64. Null where it is none of them. */
function readReference(text: string): ImageReference | null {
  if (UUID.test(text)) return { kind: "uuid", uuid: text.toLowerCase() };
  const uri = DATA_URI.exec(text);
  if (uri !== null) return { kind: "base64", data: text.slice(uri[0].length) };
  if (HTTP.test(text)) return URL.canParse(text) ? { kind: "url", url: text } : null;
  return BASE64.test(text.slice(0, 1_000)) && text.length >= 16 ? { kind: "base64", data: text } : null;
}

export const WireImage = z
  .string()
  .min(1)
  .transform((text, context) => {
    const reference = readReference(text);
    if (reference !== null) return reference;
    context.addIssue({
      code: "custom",
      message: "expected the UUID of an image, a data URI with base64, bare base64, or an http(s) URL",
    });
    return z.NEVER;
  });
