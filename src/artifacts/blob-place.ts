import type { S3Settings } from "./s3-client.ts";

/** Where the bytes of pictures are kept. */
export type BlobPlace =
  | { readonly kind: "file"; readonly folder: string }
  | (S3Settings & {
      readonly kind: "s3";
      readonly bucket: string;
      /** Without slashes at its ends; empty = the whole bucket. */
      readonly prefix: string;
    });

/** For people. */
export const describePlace = (place: BlobPlace): string =>
  place.kind === "file"
    ? place.folder
    : `s3://${place.bucket}${place.prefix === "" ? "" : `/${place.prefix}`}`;
