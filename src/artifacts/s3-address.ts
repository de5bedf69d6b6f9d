import { MaskloomError } from "../errors.ts";

/* Addresses of pictures in S3, as Amazon's own tools write them: s3://bucket/folder/a picture.jpg, nothing escaped. */

export interface S3Address {
  readonly bucket: string;
  /** Without a slash at its beginning; empty = the whole bucket. */
  readonly key: string;
}

const START = "s3://";

export const isS3Address = (text: string): boolean => text.startsWith(START);

/** @throws INPUT_INVALID for an address without a bucket */
export function readS3Address(text: string): S3Address {
  const rest = text.slice(START.length);
  const slash = rest.indexOf("/");
  const bucket = slash < 0 ? rest : rest.slice(0, slash);
  if (isS3Address(text) && /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(bucket))
    return { bucket, key: slash < 0 ? "" : rest.slice(slash + 1) };
  throw new MaskloomError(
    "INPUT_INVALID",
    `${text}: expected s3://bucket or s3://bucket/folder, with the bucket's name in letters, digits, points and hyphens`,
  );
}

/**
 * One way to write a folder: without slashes at its end, and without empty parts or parts that lead upwards.
 * @throws INPUT_INVALID for no address, and for such parts
 */
export function plainS3Folder(text: string): string {
  const { bucket, key } = readS3Address(text);
  const parts = key.replace(/\/+$/, "").split("/");
  if (key !== "" && parts.some((part) => part === "" || part === "." || part === "..")) {
    throw new MaskloomError("INPUT_INVALID", `${text}: expected a folder without empty parts, . and ..`);
  }
  return [`${START}${bucket}`, ...parts.filter((part) => part !== "")].join("/");
}

/** Whether an address is the folder or lies inside of it; both plain. */
export const isInS3Folder = (address: string, folder: string): boolean =>
  address === folder || address.startsWith(`${folder}/`);
