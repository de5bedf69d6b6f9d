/** Where the bytes of pictures are kept. */
export type BlobPlace =
  | { readonly kind: "file"; readonly folder: string }
  | {
      readonly kind: "s3";
      readonly bucket: string;
      /** Without slashes at its ends; empty = the whole bucket. */
      readonly prefix: string;
      /** Of a server that speaks S3 and is not Amazon's; the bucket is then part of the path. */
      readonly endpoint: string | undefined;
      readonly region: string;
    };

/** For people. */
export const describePlace = (place: BlobPlace): string =>
  place.kind === "file"
    ? place.folder
    : `s3://${place.bucket}${place.prefix === "" ? "" : `/${place.prefix}`}`;
