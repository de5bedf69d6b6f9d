import { describe, expect, it } from "vitest";
import { ERRORS } from "../../src/errors.ts";
import { statusOfCode } from "../../src/protocol/http-status.ts";

describe("the status of an error's code", () => {
  it.each([
    [400, "invalidPositivePrompt missingInputImage conflictTaskUUID unsupportedTaskType unknownParameter"],
    [400, "incompatibleParameters validationFailed valueTooLarge arrayTooSmall invalidJSON invalidUTF8"],
    [400, "nsfwContentDetected promptBlocked contentPolicyViolation downloadFailed"],
    [401, "invalidApiKey missingApiKey unauthorized"],
    [402, "insufficientCredits quotaExceeded paymentRequired"],
    [403, "forbidden permissionDenied insufficientPermissions"],
    [404, "modelNotFound taskNotFound mediaNotFound taskExpired taskCancelled"],
    [429, "rateLimitExceeded inferenceRateLimitExceeded providerRateLimitExceeded"],
    [500, "internalServerError processingFailed inferenceError unknownError standardError"],
    [502, "providerError uploadFailed"],
    [503, "serviceUnavailable noAvailableServer modelUnavailable modelNotReady"],
    [504, "timeout providerTimeout timeoutProvider"],
  ])("is %i for %s", (status, codes) => {
    expect(codes.split(" ").map((code) => [code, statusOfCode(code)])).toEqual(
      codes.split(" ").map((code) => [code, status]),
    );
  });

  it("tells the client's faults from ours as the table of our own errors does", () => {
    for (const { wire, status } of Object.values(ERRORS)) {
      if (status === 501 || wire === "modelNotReady") continue; // a request for what is not there yet; a file of ours
      expect([wire, statusOfCode(wire) < 500]).toEqual([wire, status < 500]);
    }
  });
});
