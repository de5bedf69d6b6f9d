import { describe, expect, it } from "vitest";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { type Catalogue, resolveWorkflow } from "../../src/engine/resolve.ts";
import { MaskloomError } from "../../src/errors.ts";

/** Knows two detectors; whatever else is asked for has not been pulled. */
const catalogue: Catalogue = {
  providers: ["local"],
  detectors(model) {
    const digest = { quick: "d1", thorough: "d2" }[model];
    if (digest === undefined) throw new MaskloomError("MODEL_UNAVAILABLE", `maskloom models pull ${model}`);
    return { model, provider: "local", digest, seeded: false };
  },
  inpainters: (model) => ({ model, provider: "local", digest: "i1", seeded: false }),
};

function resolveMasking(fields: string) {
  const text = [
    "maskloom: 1",
    "name: masks",
    "inputs: { image: { type: image }, other: { type: text, default: thorough } }",
    "steps:",
    `  - { id: mask, task: imageMasking, inputImage: "\${inputs.image}", ${fields} }`,
    "output: ${steps.mask.maskImage}",
  ].join("\n");
  return resolveWorkflow(parseWorkflow(text, { file: "masks.yaml" }).document, catalogue).steps["mask"];
}

describe("the detector that is asked where the first one finds nothing", () => {
  it("must be here before anything starts", () => {
    expect(() => resolveMasking("model: quick, onEmpty: { fallback: absent }")).toThrow(
      /maskloom models pull absent/,
    );
  });

  it("is one for all pictures, as the first one is", () => {
    expect(() => resolveMasking('model: quick, onEmpty: { fallback: "${inputs.other}" }')).toThrow(
      /steps\.mask\.onEmpty\.fallback: .*write down its name/,
    );
  });

  it("decides what may come from the cache, as the first one does", () => {
    const digests = ["skip", "{ fallback: thorough }"].map(
      (onEmpty) => resolveMasking(`model: quick, onEmpty: ${onEmpty}`)?.modelDigest,
    );
    expect(digests).toEqual(["d1", "d1+d2"]);
  });
});
