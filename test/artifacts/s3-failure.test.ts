import { S3ServiceException } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { withBucketAdvice } from "../../src/artifacts/s3-failure.ts";

const answer = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, $fault: "client", $metadata: { httpStatusCode } });

describe("a bucket that cannot be used", () => {
  it.each([
    [answer("NotFound", 404), "(NotFound, HTTP 404); there is none of that name: make it"],
    [answer("Forbidden", 403), "(Forbidden, HTTP 403); its server is there and refuses these keys"],
    [answer("PermanentRedirect", 301), "another region: correct MASKLOOM_S3_REGION"],
    [answer("InternalError", 500), "(InternalError, HTTP 500); look into the log of its server"],
    [new Error("Could not load credentials from any providers"), "no keys were found: set AWS_ACCESS_KEY_ID"],
    [new Error("connect ECONNREFUSED 127.0.0.1:9000"), "start it, or correct MASKLOOM_S3_ENDPOINT"],
  ])("says what is wrong with it, and only that: %s", (error, expected) => {
    expect(withBucketAdvice(error)).toContain(expected);
  });
});
