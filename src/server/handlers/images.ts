import type { z } from "zod";
import { MaskloomError } from "../../errors.ts";
import {
  DEFAULT_QUALITY,
  type LinkedPicture,
  type LinkQuery,
  type PictureFile,
  type Signature,
} from "../../runs/pictures/picture-links.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { FOR_EVER, serveBlob } from "../serve-blob.ts";

type Request = ApiRequest<{ file: z.output<typeof PictureFile> }, z.output<typeof LinkQuery>>;

/** Whether a request needs no key since it has a signature. Both go by the same name, so that none is ever missed. */
export const isSigned = (query: Readonly<Record<string, unknown>>): boolean =>
  query["signature"] !== undefined;

/**
 * A picture in the format that its name asks for. Pages of any site may show it: who knows its UUID was told it.
 * With a signature for whoever has the link, until it expires; without one for its owner.
 */
export async function getImage(
  { params, query, headers, owner }: Request,
  services: ApiServices,
): Promise<ApiAnswer> {
  const { pictures, blobs } = services;
  const picture: LinkedPicture = { ...params.file, quality: query.quality ?? DEFAULT_QUALITY };
  const signature = signatureOf(query);
  const served =
    signature === null
      ? await pictures.serve(owner, picture)
      : await pictures.serveLinked(picture, signature);
  return serveBlob(blobs, { ...served, name: picture.uuid }, headers, {
    "cache-control": signature === null ? FOR_EVER : cachingUntil(signature.expires),
    "cross-origin-resource-policy": "cross-origin",
  });
}

function signatureOf(query: z.output<typeof LinkQuery>): Signature | null {
  const { signature, expires } = query;
  if (signature === undefined) return null;
  if (expires !== undefined) return { signature, expires };
  throw new MaskloomError(
    "FORBIDDEN",
    "link: expected `expires` beside its signature; use it as it was given out",
  );
}

/** It never changes, but nobody is to show it any longer than the link holds. */
function cachingUntil(expires: number): string {
  const seconds = Math.max(0, expires - Math.ceil(Date.now() / 1000));
  return `private, max-age=${seconds}, immutable`;
}
