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

/** Of bare base64, so that a mistyped UUID or a file's name is not taken for a picture. No picture is that small. */
const LEAST_BASE64 = 16;
/** How much of bare base64 is looked at here; the rest is for whoever decodes it. */
const LOOKED_AT = 1_000;

/** Told apart in this order, by their beginnings: a UUID would also be base64. Null where it is none of them. */
function readReference(text: string): ImageReference | null {
  if (UUID.test(text)) return { kind: "uuid", uuid: text.toLowerCase() };
  const uri = DATA_URI.exec(text);
  if (uri !== null)
    return text.length > uri[0].length ? { kind: "base64", data: text.slice(uri[0].length) } : null;
  if (HTTP.test(text)) return URL.canParse(text) ? { kind: "url", url: text } : null;
  return text.length >= LEAST_BASE64 && BASE64.test(text.slice(0, LOOKED_AT))
    ? { kind: "base64", data: text }
    : null;
}

const EXPECTED = "expected the UUID of an image, a data URI with base64, bare base64, or an http(s) URL";

/** @param missing what is said where there is none */
export function wireImage(missing?: string) {
  return z
    .string({ error: ({ input }) => (input === undefined ? missing : EXPECTED) })
    .transform((text, context) => {
      const reference = readReference(text.trim());
      if (reference !== null) return reference;
      context.addIssue({ code: "custom", message: EXPECTED });
      return z.NEVER;
    });
}

export const WireImage = wireImage();
