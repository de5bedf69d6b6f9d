import fc from "fast-check";

/** A step as the generator draws it; `from` and `mask` choose among what stands above it. */
export interface RandomStep {
  readonly kind: "masking" | "inference" | "each" | "composite" | "review";
  readonly from: number;
  readonly mask: number;
  readonly onError: "fail" | "skip" | "continue" | null;
  readonly hasIf: boolean;
  readonly hasFallback: boolean;
  readonly skips: boolean;
}

export const randomSteps: fc.Arbitrary<readonly RandomStep[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("masking", "inference", "each", "each", "composite", "review"),
    from: fc.nat(9),
    mask: fc.nat(9),
    onError: fc.constantFrom("fail", "skip", "continue", null),
    hasIf: fc.boolean(),
    hasFallback: fc.boolean(),
    skips: fc.boolean(),
  } as const),
  { minLength: 1, maxLength: 6 },
);

/** A valid workflow of these steps behind one that finds faces: any step takes any picture and any mask above it. */
export function workflowOf(steps: readonly RandomStep[]): string {
  const pictures = ["${inputs.image}"];
  const maskings = ["s0"];
  const first = {
    id: "s0",
    task: "imageMasking",
    model: "d",
    inputImage: pictures[0],
    combine: "perDetection",
  };
  const written = steps.map((step, at) => {
    const id = `s${at + 1}`;
    const image = pictures[step.from % pictures.length] ?? "";
    const masking = maskings[step.mask % maskings.length] ?? "";
    pictures.push(`\${steps.${id}.image}`);
    if (step.kind === "masking") maskings.push(id);
    return { id, ...common(step, masking), ...fieldsOf(step, image, masking) };
  });
  const output = pictures.at(-1);
  const inputs = { image: { type: "image" } };
  return JSON.stringify({ maskloom: 1, name: "random", inputs, steps: [first, ...written], output });
}

function common({ onError, hasIf, hasFallback, kind }: RandomStep, masking: string) {
  return {
    ...(onError === null ? {} : { onError }),
    ...(hasIf ? { if: `\${steps.${masking}.count != 2}` } : {}),
    ...(hasFallback && kind !== "composite" && kind !== "review" ? { fallback: { model: "plan-b" } } : {}),
    retries: { attempts: 2 },
  };
}

function fieldsOf({ kind, skips }: RandomStep, image: string, masking: string) {
  const maskImage = `\${steps.${masking}.maskImage}`;
  const inference = { task: "imageInference", model: "i", seedImage: image };
  switch (kind) {
    case "masking":
      return {
        task: "imageMasking",
        model: "d",
        inputImage: image,
        combine: "perDetection",
        within: maskImage,
      };
    case "inference":
      return { ...inference, maskImage };
    case "composite":
      return { task: "composite", base: image, over: "${inputs.image}", mask: maskImage };
    case "review":
      return { task: "review", show: image, timeout: 60, otherwise: skips ? "fail" : "accept" };
    case "each":
      return {
        ...inference,
        forEach: `\${steps.${masking}.detections}`,
        as: "face",
        maskImage: "${face.maskImage}",
        ...(skips ? { rules: [{ when: "face.index == 2", skip: true }] } : {}),
      };
  }
}
