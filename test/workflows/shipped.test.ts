import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { GenerationParameters, TaskType } from "../../src/contracts/tasks.ts";
import type { Workflow, WorkflowInput } from "../../src/contracts/workflow.ts";
import type { WorkflowStep } from "../../src/contracts/workflow-step.ts";
import { givenFields } from "../../src/engine/given-fields.ts";
import { checkInputs } from "../../src/engine/language/inputs.ts";
import { type ParsedWorkflow, parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { stepNeeds } from "../../src/engine/language/references.ts";
import { evaluateTemplate } from "../../src/engine/language/template.ts";
import { plainImage } from "../../src/engine/scope.ts";
import { stepKind } from "../../src/engine/step-kinds.ts";
import type { FloatImage, Mask } from "../../src/image/raster.ts";
import { createFill } from "../../src/inpainting/providers/local/fill.ts";
import { findShipped, readExpanded } from "../../src/runs/used-workflows.ts";

const folder = new URL("../../workflows/", import.meta.url);

function shipped(name: string): ParsedWorkflow {
  return parseWorkflow(readFileSync(new URL(`${name}.yaml`, folder), "utf8"), {
    file: `workflows/${name}.yaml`,
  });
}

/** As it is executed: the workflows that it uses in their places. */
const expanded = (name: string): Promise<ParsedWorkflow> => readExpanded(shipped(name), findShipped);

/** Finished work is found again by these: one that changes makes 20,000 pictures be done anew. Change them knowingly. */
const SHIPPED = [
  {
    name: "face-detail",
    needs: { faces: [], detail: ["faces"] },
    digest: "4d7249d58bc37b5c5991520eb6958d7ee19c9176e60804aabd7c8f9537d14e69",
  },
  {
    name: "hand-detail",
    needs: { hands: [], detail: ["hands"] },
    digest: "f7a577cc364fb540023f8236bffbedb113f6f690b46daec09ff7ffee8c902b44",
  },
  {
    name: "eyes-detail",
    needs: { eyes: [], detail: ["eyes"] },
    digest: "ea60d3ca962d5c5cc50fed5df950734b8401632ec5fea836e3e8e4591d828637",
  },
  {
    name: "person-detail",
    needs: { people: [], detail: ["people"] },
    digest: "2aa353cdc3889d17ea948d1d0e681552e06f9161e615de93c882d5db99757ef7",
  },
  {
    name: "portrait-full",
    needs: {
      face_faces: [],
      face_detail: ["face_faces"],
      eyes_eyes: ["face_detail"],
      eyes_detail: ["face_detail", "eyes_eyes"],
      hands: ["eyes_detail"],
      made: ["eyes_detail", "hands"],
      detailHands: ["hands", "made"],
      all: ["eyes_detail", "hands", "detailHands"],
    },
    digest: "6e09e62acf4310927a8d85aa66908d0bb45e633fabb1fe095a652286581e60ea",
  },
  {
    name: "auto-mask-inpaint",
    needs: { mask: [], inpaint: ["mask"] },
    digest: "7428b02935ad657a2cdb6d04f88422acff000d454e92498fda8f5d69bac67ca6",
  },
  {
    name: "remove-object",
    needs: { fill: [] },
    digest: "8dcf494706d1369abdc24f4b43c3c0ff208ff4a62657757f8acc84323c8eb38d",
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
  const { document } = shipped(name);

  it("is called like its file", () => {
    expect(document.name).toBe(name);
  });

  it("keeps its identity", async () => {
    expect((await expanded(name)).digest).toBe(digest);
  });

  it("has the steps, in the order, that its references say", async () => {
    const all = stepNeeds((await expanded(name)).document);
    expect(Object.fromEntries([...all].map(([id, ids]) => [id, [...ids].sort()]))).toEqual(
      Object.fromEntries(Object.entries(needs).map(([id, ids]) => [id, [...ids].sort()])),
    );
  });

  it("is done by whoever is asked for of those that it knows how to ask", async () => {
    for (const { byProvider, provider } of document.steps.map((step) => Chosen.parse(step))) {
      if (byProvider === undefined) continue;
      expect(provider).toBe("${inputs.provider}");
      expect(document.inputs["provider"]).toMatchObject({
        default: "local",
        choices: ["local", ...Object.keys(byProvider).sort()],
      });
    }
  });

  it("needs nothing but pictures, and explains each of its inputs", () => {
    expect(() => checkInputs(document, {})).not.toThrow();
    for (const input of Object.values(document.inputs)) expect(input.help).toMatch(/\.$/);
  });

  it.each(["none", "all"] as const)(
    "becomes tasks whose parameters are in range, at the defaults and the ends of its inputs, of a picture that carries %s",
    async (carried) => {
      const whole = (await expanded(name)).document;
      for (const end of [{}, endsOf(document.inputs, "min"), endsOf(document.inputs, "max")]) {
        const scope = scopeOf(whole, end, carried === "all");
        for (const step of whole.steps) {
          for (const provider of [null, "runware", "comfyui", "a1111"])
            expect(faultsOf(step, provider, scope), `${step.id}, ${provider}`).toEqual([]);
        }
      }
    },
  );
});

/** What is wrong with the parameters of the task that a step becomes where this provider executes it. */
function faultsOf(step: WorkflowStep, provider: string | null, scope: Record<string, unknown>) {
  const {
    id: _id,
    task,
    if: _if,
    byProvider = {},
    provider: _provider,
    onEmpty: _onEmpty,
    rules: _rules,
    ...own
  } = z.looseObject({}).parse(step);
  const { template: _template, ...overrides } = Overrides.parse(byProvider)[provider ?? ""] ?? {};
  const evaluated = Object.entries({ ...own, ...overrides }).map(([field, value]) => {
    const [one] = field === "model" && Array.isArray(value) ? value : [value];
    return [field, plainImage(evaluateTemplate(z.json().parse(one), scope))];
  });
  const { parameters } = stepKind(TaskType.parse(task));
  return parameters.safeParse(givenFields(Object.fromEntries(evaluated))).error?.issues ?? [];
}

const Overrides = z.record(z.string(), z.looseObject({}));
const Chosen = z.looseObject({ byProvider: Overrides.optional(), provider: z.string().optional() });

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
        scopeOf(parsed.document, { mode: chosen }),
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

function endsOf(
  inputs: Readonly<Record<string, WorkflowInput>>,
  end: "min" | "max",
): Record<string, unknown> {
  const ends = Object.entries(inputs).flatMap(([name, input]) => {
    const value: unknown =
      end in input ? Object.entries(input).find(([field]) => field === end)?.[1] : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(ends);
}

const UUID = "3f0f6f0e-7a52-4a4c-9d1d-0d6f6a2f9a11";

/** @param carries whether the picture says how it was made */
function scopeOf(
  document: Workflow,
  given: Record<string, unknown>,
  carries = false,
): Record<string, unknown> {
  const made = { image: UUID, maskImage: UUID, count: 1, status: "succeeded" };
  const steps = document.steps.map(({ id }) => [id, made]);
  const meta = carries ? { prompt: "a fox", negativePrompt: "a dog", seed: 2 ** 53 - 1 } : {};
  const pictures = Object.entries(document.inputs)
    .filter(([, { type }]) => type === "image" || type === "mask")
    .map(([name]) => [name, { uuid: UUID, meta }]);
  const values = { ...checkInputs(document, given), ...Object.fromEntries(pictures) };
  return { inputs: values, steps: Object.fromEntries(steps) };
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
