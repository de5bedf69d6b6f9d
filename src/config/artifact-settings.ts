import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { BlobPlace } from "../artifacts/blob-place.ts";
import { isS3Address, plainS3Folder } from "../artifacts/s3-address.ts";
import type { S3Settings } from "../artifacts/s3-client.ts";
import { MaskloomError } from "../errors.ts";

interface Given {
  readonly ARTIFACTS_URL?: string | undefined;
  readonly MASKLOOM_S3_ENDPOINT?: string | undefined;
  readonly MASKLOOM_S3_REGION?: string | undefined;
}

/** What Amazon's own tools read of the environment, too. */
export const s3SettingsOf = (given: Given): S3Settings => ({
  endpoint: given.MASKLOOM_S3_ENDPOINT,
  region:
    given.MASKLOOM_S3_REGION ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"] ?? "us-east-1",
});

/** @throws INPUT_INVALID for an address without a bucket, or with more than bucket and prefix */
export function blobPlaceOf(given: Given, home: string): BlobPlace {
  const { ARTIFACTS_URL: address } = given;
  if (address === undefined) return { kind: "file", folder: path.join(home, "artifacts") };
  const url = new URL(address);
  if (url.protocol === "file:") return { kind: "file", folder: fileURLToPath(url) };
  if (url.host === "" || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new MaskloomError(
      "INPUT_INVALID",
      `ARTIFACTS_URL: expected s3://bucket or s3://bucket/prefix, got ${url.protocol}//${url.host}${url.pathname}` +
        `${url.search}; the endpoint is MASKLOOM_S3_ENDPOINT, keys are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    );
  }
  const prefix = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, "");
  return { kind: "s3", bucket: url.host, prefix, ...s3SettingsOf(given) };
}

/** One that batches may read: of this machine, absolute, or of S3. @throws INPUT_INVALID for an address without a bucket */
export const readableFolder = (folder: string): string =>
  isS3Address(folder) ? plainS3Folder(folder) : path.resolve(folder);
