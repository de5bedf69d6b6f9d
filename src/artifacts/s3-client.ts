import process from "node:process";
import { S3Client, S3ServiceException } from "@aws-sdk/client-s3";

/** How S3 is reached; credentials come from where the AWS SDK looks for them. */
export interface S3Settings {
  /** Of a server that speaks S3 and is not Amazon's; the bucket is then part of the path. */
  readonly endpoint: string | undefined;
  readonly region: string;
}

const TRIES = 5;

/** The SDK's own switch: which Node its later versions will want is no matter of whoever runs this one. */
const QUIET = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";

export function createS3Client({ endpoint, region }: S3Settings): S3Client {
  process.env[QUIET] ??= "true";
  return new S3Client({
    region,
    maxAttempts: TRIES,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
}

/** Of an object or of a bucket. */
export function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;
}

/** For people. */
export function reasonOf(error: unknown): string {
  if (error instanceof S3ServiceException)
    return `${error.name}, HTTP ${error.$metadata.httpStatusCode ?? "?"}`;
  return error instanceof Error ? error.message : String(error);
}
