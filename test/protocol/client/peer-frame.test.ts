import { describe, expect, it } from "vitest";
import { MaskloomError } from "../../../src/errors.ts";
import { failureOfPeer } from "../../../src/protocol/client/peer-failure.ts";
import { readFrame } from "../../../src/protocol/client/peer-frame.ts";

/* Every form that answers are known to come in: docs/wire.md. */

const read = (value: unknown) => readFrame(JSON.stringify(value), "provider p");
const ITEM = { taskType: "imageInference", taskUUID: "t", imageUUID: "i" };
const ERROR = { code: "invalidModel", message: "no such model", taskUUID: "t" };

describe("a frame of the API", () => {
  it.each([
    ["a list of items", { data: [ITEM] }],
    ["one item in the place of a list", { data: ITEM }],
    ["a list of one frame", [{ data: [ITEM] }]],
    ["no errors, said at length", { data: [ITEM], errors: [] }],
  ])("is understood as %s", (_, value) => {
    expect(read(value)).toEqual({ items: [ITEM], errors: [] });
  });

  it.each([
    ["errors", { errors: [ERROR] }],
    ["one error in the place of a list", { errors: ERROR }],
    ["the single error alone", { error: ERROR }],
    ["both, which say the same", { data: [], errors: [ERROR], error: ERROR }],
    ["errors in a list of one frame", [{ errors: [ERROR] }]],
    ["an item that failed", { data: [{ taskUUID: "t", status: "error", error: ERROR }] }],
  ])("tells of a failure as %s", (_, value) => {
    expect(read(value)).toMatchObject({ items: [], errors: [ERROR] });
  });

  it.each([
    ["a price", { cost: null }],
    ["a price in words", { cost: "0.0021" }],
    ["how far it is", { progress: null }],
    ["an error", { error: null }],
    ["a field that nobody reads", { NSFWContent: null }],
  ])("has its picture all the same where %s is nothing that can be read: %j", (_, field) => {
    const { items, errors } = read({ data: [{ ...ITEM, ...field }], errors: null, error: null });
    expect(items).toMatchObject([ITEM]);
    expect(items[0]).not.toMatchObject(field);
    expect(errors).toEqual([]);
  });

  it("tells of a failure also where it does not say of what", () => {
    const fields = {
      parameter: null,
      taskType: null,
      taskUUID: null,
      context: { retryAfterSeconds: "soon" },
    };
    const [error] = read({ data: null, errors: [{ ...ERROR, ...fields }] }).errors;
    expect(error).toMatchObject({ code: ERROR.code, message: ERROR.message });
    expect(error?.taskUUID).toBeUndefined();
  });

  it("says what is good beside what is not", () => {
    const value = { data: [ITEM], errors: [{ ...ERROR, status: "error" }] };
    expect(read(value)).toMatchObject({ items: [ITEM], errors: [ERROR] });
  });

  it("of the oldest generation speaks of the key", () => {
    const value = { error: true, errorId: 19, errorMessage: "Invalid api key" };
    expect(read(value).errors).toMatchObject([{ code: "invalidApiKey", message: "Invalid api key" }]);
  });

  it.each(["<html>hello</html>", "[]nonsense", '"text"', '{"data": 7}'])("is none: %s", (text) => {
    expect(() => readFrame(text, "provider p")).toThrow(MaskloomError);
  });
});

describe("an error of the API", () => {
  const of = (error: object) =>
    failureOfPeer(read({ errors: [error] }).errors[0] ?? { code: "", message: "" }, "p");

  it.each([
    ["width", /invalidModel \(width\): /],
    [["width", "height"], /invalidModel \(width, height\): /],
    [undefined, /invalidModel: /],
  ])("names its field, or several: %j", (parameter, message) => {
    expect(of({ ...ERROR, parameter }).message).toMatch(message);
  });

  /* 400, 401, 402 and 403 are never worth another try; what is busy or broken there is. */
  it.each([
    ["invalidPositivePrompt", "PROVIDER_REFUSED"],
    ["unknownParameter", "PROVIDER_REFUSED"],
    ["invalidApiKey", "PROVIDER_REFUSED"],
    ["insufficientCredits", "PROVIDER_REFUSED"],
    ["insufficientPermissions", "PROVIDER_REFUSED"],
    ["promptBlocked", "CONTENT_REFUSED"],
    ["modelNotFound", "PROVIDER_REFUSED"],
    ["inferenceRateLimitExceeded", "PROVIDER_UNAVAILABLE"],
    ["serviceUnavailable", "PROVIDER_UNAVAILABLE"],
    ["noAvailableServer", "PROVIDER_UNAVAILABLE"],
    ["timeoutProvider", "PROVIDER_FAILED"],
    ["internalServerError", "PROVIDER_FAILED"],
    ["somethingNobodyHasHeardOf", "PROVIDER_FAILED"],
  ])("called %s is %s", (code, expected) => {
    expect(of({ ...ERROR, code }).code).toBe(expected);
  });
});
