import { describe, expect, it } from "vitest";
import { z } from "zod";
import { namingFile, parseAs, toMaskloomError } from "../src/errors.ts";

const Step = z.strictObject({
  strength: z.number().min(0).max(1),
  mode: z.enum(["blur", "fill"]),
  boxes: z.array(z.tuple([z.number(), z.number()])),
  key: z.string().min(16),
});
const right = { strength: 1, mode: "blur", boxes: [[0, 1]], key: "0123456789abcdef" };

describe("parseAs", () => {
  it.each([
    [{ strength: 3 }, "step: strength: expected number to be <=1, received 3"],
    [{ mode: "blurr" }, 'step: mode: expected one of "blur"|"fill"'],
    [{ boxes: [[0, true]] }, "step: boxes[0][1]: expected number, received boolean"],
    [{ stength: 1 }, "step: unknown field stength"],
    [
      { strength: -1, mode: 5 },
      'step: strength: expected number to be >=0, received -1; mode: expected one of "blur"|"fill", received 5',
    ],
  ])("says on one line what does not fit: %j", (wrong, message) => {
    expect(() => parseAs(Step, { ...right, ...wrong }, "step")).toThrow(message);
    expect(() => parseAs(Step, { ...right, ...wrong }, "step")).not.toThrow(/\n/);
  });

  it("says in our own words what a choice between kinds of values, and what the form of a text expects", () => {
    const Choice = z.strictObject({
      onEmpty: z.union([z.enum(["skip", "fail"]), z.strictObject({ fallback: z.string() })]),
      scale: z.union([z.literal(1), z.literal(2)]),
      id: z.uuid(),
      rule: z.string().regex(/^<\d+$/),
    });
    const said = (onEmpty: unknown) => () =>
      parseAs(Choice, { onEmpty, scale: 5, id: "x", rule: "y" }, "step");
    const rest =
      "scale: expected 1 or 2, received 5; id: expected UUID; rule: expected text of the form /^<\\d+$/";
    expect(said("no")).toThrow(`step: onEmpty: expected one of "skip"|"fail" or object; ${rest}`);
    expect(said({ fallback: 3 })).toThrow(
      `step: onEmpty.fallback: expected string, received number; ${rest}`,
    );
    expect(said({ fallback: "a", other: 3 })).toThrow(`step: onEmpty: unknown field other; ${rest}`);
  });

  it("leaves what a schema says itself as it is", () => {
    const Named = z.object({
      name: z.string().regex(/^[a-z]+$/, "expected small letters"),
      either: z.union([z.literal(1), z.literal(2)], "expected one or two"),
    });
    expect(() => parseAs(Named, { name: "A", either: "x" }, "body")).toThrow(
      "body: name: expected small letters; either: expected one or two",
    );
  });

  it("repeats no text, which may be a secret", () => {
    expect(() => parseAs(Step, { ...right, key: "hunter2" }, "step")).toThrow(/^step: key: expected string/);
    expect(() => parseAs(Step, { ...right, key: "hunter2" }, "step")).not.toThrow(/hunter2/);
  });
});

describe("an error", () => {
  it("is DISK_FULL where the disk is, for Node as for PostgreSQL", () => {
    for (const code of ["ENOSPC", "EDQUOT", "53100"])
      expect(toMaskloomError(Object.assign(new Error("full"), { code })).code).toBe("DISK_FULL");
    expect(toMaskloomError(new Error("full")).code).toBe("INTERNAL");
  });

  it("of a picture names its file once", () => {
    const named = namingFile({ code: "IMAGE_UNREADABLE", message: "the file is empty" }, "a.png");
    expect(named.message).toBe("a.png: the file is empty");
    expect(namingFile(named, "a.png")).toEqual(named);
  });
});
