import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  GenerationParameters,
  ImageInferenceParameters,
  ImageMaskingParameters,
} from "../../src/contracts/tasks.ts";
import { checkInputs } from "../../src/engine/language/inputs.ts";
import { findNotYet } from "../../src/engine/language/not-yet.ts";
import { type ParsedWorkflow, parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { stepNeeds } from "../../src/engine/language/references.ts";
import { evaluateTemplate } from "../../src/engine/language/template.ts";
import type { FloatImage, Mask } from "../../src/image/raster.ts";
import { createFill } from "../../src/inpainting/providers/local/fill.ts";

const folder = new URL("../../workflows/", import.meta.url);

function shipped(name: string): ParsedWorkflow {
  return parseWorkflow(readFileSync(new URL(`${name}.yaml`, folder), "utf8"), {
    file: `workflows/${name}.yaml`,
  });
}

/** Finished work is found again by these: one that changes makes 20,000 pictures be done anew. Change them knowingly. */
const SHIPPED = [
  {
    name: "face-detail",
    needs: { faces: [], detail: ["faces"] },
    digest: "eec3aebd983868d5efa23858b34404ac5a299938f8d6a77f2f6a3a7b478b1306",
  },
  {
    name: "auto-mask-inpaint",
    needs: { mask: [], inpaint: ["mask"] },
    digest: "4fac11289062ab7152bbf4fa044a8428af29d79b40f3812cf014a86117e81edc",
  },
  {
    name: "anonymize-faces",
    needs: { faces: [], hide: ["faces"] },
    digest: "e307f771e8f6fe299a2619d2f983d73364f4884119ad26d6c5e6befc212fc0c8",
  },
] as const;

it("tells of every workflow in the folder", () => {
  const files = readdirSync(folder).map((file) => file.replace(/\.yaml$/, ""));
  expect(files.sort()).toEqual(SHIPPED.map(({ name }) => name).sort());
});

describe.each(SHIPPED)("the shipped workflow $name", ({ name, needs, digest }) => {
  const parsed = shipped(name);

  it("is called like its file and can be executed by this version", () => {
    expect(parsed.document.name).toBe(name);
    expect(findNotYet(parsed)).toEqual([]);
  });

  it("keeps its identity", () => {
    expect(parsed.digest).toBe(digest);
  });

  it("has the steps, in the order, that its references say", () => {
    expect(Object.fromEntries(stepNeeds(parsed.document))).toEqual(needs);
  });

  it("needs nothing but a picture, and explains each of its inputs", () => {
    expect(() => checkInputs(parsed.document, {})).not.toThrow();
    for (const input of Object.values(parsed.document.inputs)) expect(input.help).toMatch(/\.$/);
  });

  it("becomes tasks whose parameters are in range, with its defaults and at the ends of its inputs", () => {
    for (const end of [{}, endsOf(parsed, "min"), endsOf(parsed, "max")]) {
      const scope = scopeOf(parsed, end);
      for (const step of parsed.document.steps) {
        const schema = step.task === "imageMasking" ? ImageMaskingParameters : ImageInferenceParameters;
        const own = Object.entries(step).filter(([field]) => field in schema.shape);
        const parameters = evaluateTemplate(JSON.parse(JSON.stringify(Object.fromEntries(own))), scope);
        expect(schema.safeParse(parameters).error?.issues ?? []).toEqual([]);
      }
    }
  });
});

describe("anonymize-faces", () => {
  const parsed = shipped("anonymize-faces");
  const { mode } = parsed.document.inputs;
  const step = parsed.document.steps[1];

  it("runs on the fill, which needs no model and no network", () => {
    expect(step).toMatchObject({ task: "imageInference", model: "local:fill" });
  });

  it.each(mode?.type === "choice" ? mode.choices : [])(
    "hides what is masked in the mode %s",
    async (chosen) => {
      const settings = step?.task === "imageInference" ? step.settings : undefined;
      const evaluated = evaluateTemplate(
        JSON.parse(JSON.stringify(settings)),
        scopeOf(parsed, { mode: chosen }),
      );
      const { image, mask } = checkerboard(24);
      const answer = await createFill().inpaint({
        image,
        mask,
        region: 0,
        outputScale: 1,
        parameters: GenerationParameters.parse({ settings: evaluated }),
        signal: new AbortController().signal,
      });
      const middle = (12 * 24 + 12) * 3;
      expect(answer.image.data.slice(middle, middle + 6)).not.toEqual(image.data.slice(middle, middle + 6));
    },
  );
});

it("auto-mask-inpaint sends the whole picture, face-detail zooms", () => {
  expect(shipped("auto-mask-inpaint").document.steps[1]).not.toHaveProperty("maskMargin");
  expect(shipped("face-detail").document.steps[1]).toHaveProperty("maskMargin", 48);
});

function endsOf({ document }: ParsedWorkflow, end: "min" | "max"): Record<string, unknown> {
  const ends = Object.entries(document.inputs).flatMap(([name, input]) => {
    const value: unknown =
      end in input ? Object.entries(input).find(([field]) => field === end)?.[1] : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(ends);
}

function scopeOf({ document }: ParsedWorkflow, given: Record<string, unknown>): Record<string, unknown> {
  const uuid = "3f0f6f0e-7a52-4a4c-9d1d-0d6f6a2f9a11";
  const steps = document.steps.map(({ id }) => [id, { image: uuid, maskImage: uuid, count: 1 }]);
  return { inputs: { ...checkInputs(document, given), image: uuid }, steps: Object.fromEntries(steps) };
}

/** Black and white pixels in turn, its middle half masked. */
function checkerboard(side: number): { image: FloatImage; mask: Mask } {
  const data = new Float32Array(side * side * 3);
  const masked = new Uint8Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      data.fill((x + y) % 2 === 0 ? 0 : 255, (y * side + x) * 3, (y * side + x + 1) * 3);
      const inside = [x, y].every((at) => at >= side / 4 && at < (3 * side) / 4);
      masked[y * side + x] = inside ? 255 : 0;
    }
  }
  return {
    image: { width: side, height: side, channels: 3, data },
    mask: { width: side, height: side, data: masked },
  };
}
