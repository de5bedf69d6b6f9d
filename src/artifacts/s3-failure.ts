import { S3ServiceException } from "@aws-sdk/client-s3";
import { reasonOf } from "./s3-client.ts";

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/HTTP 404/, "there is none of that name: make it, or correct ARTIFACTS_URL or MASKLOOM_S3_ENDPOINT"],
  [
    /HTTP 40[13]/,
    "its server is there and refuses these keys: correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or the profile that the AWS SDK finds), or allow them this bucket",
  ],
  [/HTTP (301|307|400)/, "it may be of another region: correct MASKLOOM_S3_REGION"],
  [
    /credential|profile/i,
    "no keys were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_SHARED_CREDENTIALS_FILE",
  ],
];
const UNREACHED =
  "its server does not answer: start it, or correct MASKLOOM_S3_ENDPOINT, which is unset for Amazon";

/** Why a bucket cannot be used, and what to do about it. */
export function withBucketAdvice(error: unknown): string {
  const reason = reasonOf(error);
  const advice = ADVICE.find(([pattern]) => pattern.test(reason))?.[1];
  const otherwise = error instanceof S3ServiceException ? "look into the log of its server" : UNREACHED;
  return `(${reason}); ${advice ?? otherwise}`;
}
