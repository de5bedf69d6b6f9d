import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WorkflowStep } from "../../../src/contracts/workflow-step.ts";
import { expandWorkflow, type WorkflowTree } from "../../../src/engine/language/expand-workflow.ts";
import { type ParsedWorkflow, parseWorkflow } from "../../../src/engine/language/parse-workflow.ts";
import { stepNeeds } from "../../../src/engine/language/references.ts";
import type { Scope } from "../../../src/engine/language/value.ts";
import { unmetCondition } from "../../../src/engine/rules.ts";

/** Sharpens what is found, over as many steps as a real one has. */
const INNER = `maskloom: 1
name: inner
defaults: { maskMargin: 32, onError: skip }
inputs:
  image: { type: image }
  strength: { type: number, min: 0, max: 1, default: 0.4 }
  prompt: { type: text, default: "a face" }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: some-detector }
  - id: detail
    task: imageInference
    model: some-inpainter
    seedImage: \${inputs.image}
    maskImage: \${steps.faces.maskImage}
    strength: \${inputs.strength}
    positivePrompt: "sharp, \${inputs.prompt}"
    negativePrompt: \${inputs.image.meta.negativePrompt ?? "blurred"}
outputs: { image: "\${steps.detail.image}", faces: "\${steps.faces.detections}" }
`;

const outer = (steps: string, rest = "output: ${steps.first.image}") => `maskloom: 1
name: outer
inputs: { image: { type: image }, times: { type: integer, min: 1, max: 3, default: 2 }, mood: { type: text, default: calm } }
steps:
${steps}
${rest}
`;

const parse = (text: string, file: string): ParsedWorkflow => parseWorkflow(text, { file });

function expand(text: string, used: Readonly<Record<string, string>> = { inner: INNER }) {
  const branch = (source: string, file: string): WorkflowTree => ({
    parsed: parse(source, file),
    used: new Map(Object.entries(used).map(([name, inner]) => [name, leaf(inner, `${name}.yaml`)])),
  });
  const leaf = (source: string, file: string): WorkflowTree => ({
    parsed: parse(source, file),
    used: new Map(),
  });
  return expandWorkflow(branch(text, "outer.yaml"));
}

const stepsOf = (parsed: ParsedWorkflow) => JSON.parse(JSON.stringify(parsed.document.steps));

const USE = '  - { id: first, task: use, workflow: inner, inputs: { image: "${inputs.image}" } }';

describe("use", () => {
  it("puts the steps of the other workflow in its place, under its name", () => {
    expect(stepsOf(expand(outer(USE)))).toEqual([
      {
        id: "first_faces",
        task: "imageMasking",
        inputImage: "${inputs.image}",
        model: "some-detector",
        onError: "skip",
      },
      {
        id: "first_detail",
        task: "imageInference",
        model: "some-inpainter",
        seedImage: "${inputs.image}",
        maskImage: "${steps.first_faces.maskImage}",
        maskMargin: 32,
        onError: "skip",
        strength: 0.4,
        positivePrompt: "sharp, a face",
        negativePrompt: "${inputs.image.meta.negativePrompt ?? 'blurred'}",
      },
    ]);
  });

  it("gives it values, expressions and texts with expressions in them", () => {
    const inputs =
      'image: "${inputs.image}", strength: "${inputs.times / 10}", prompt: "a ${inputs.mood} face"';
    const [, detail] = stepsOf(
      expand(outer(`  - { id: first, task: use, workflow: inner, inputs: { ${inputs} } }`)),
    );
    expect(detail).toMatchObject({
      strength: "${inputs.times / 10}",
      positivePrompt: "sharp, a ${inputs.mood} face",
    });
  });

  it("lets one follow another, each on what the one before it made, with what the picture carried", () => {
    const second =
      '  - { id: second, task: use, workflow: inner, inputs: { image: "${steps.first.image}" } }';
    const rest =
      'outputs: { image: "${steps.second.image}", all: "${steps.first.outputs.faces}", took: "${steps.first.seconds}" }';
    const expanded = expand(outer(`${USE}\n${second}`, rest));
    expect(stepsOf(expanded)[3]).toMatchObject({
      id: "second_detail",
      seedImage: "${steps.first_detail.image}",
      maskImage: "${steps.second_faces.maskImage}",
      negativePrompt: "${inputs.image.meta.negativePrompt ?? 'blurred'}",
    });
    expect(expanded.document.outputs).toEqual({
      image: "${steps.second_detail.image}",
      all: "${steps.first_faces.detections}",
      took: "${steps.first_faces.seconds + steps.first_detail.seconds}",
    });
  });

  it("hands its condition, its needs and how it runs on to each of the steps, whose own word counts more", () => {
    const text = outer(
      [
        '  - { id: look, task: imageMasking, inputImage: "${inputs.image}", model: m }',
        '  - { id: first, task: use, workflow: inner, inputs: { image: "${inputs.image}" }, if: "${inputs.times > 1}", needs: [look], onError: fail, timeout: 90 }',
        '  - { id: last, task: imageMasking, inputImage: "${inputs.image}", model: m, needs: [first] }',
      ].join("\n"),
    );
    const [, faces, , last] = stepsOf(expand(text));
    expect(faces).toMatchObject({ if: "${inputs.times > 1}", needs: ["look"], onError: "skip", timeout: 90 });
    expect(last.needs).toEqual(["first_faces", "first_detail"]);
  });

  it("goes through several levels", () => {
    const middle = `maskloom: 1
name: middle
inputs: { picture: { type: image } }
steps:
  - { id: deep, task: use, workflow: inner, inputs: { image: "\${inputs.picture}" } }
output: \${steps.deep.image}
`;
    const tree: WorkflowTree = {
      parsed: parse(
        outer('  - { id: first, task: use, workflow: middle, inputs: { picture: "${inputs.image}" } }'),
        "outer.yaml",
      ),
      used: new Map([
        [
          "middle",
          {
            parsed: parse(middle, "middle.yaml"),
            used: new Map([["inner", { parsed: parse(INNER, "inner.yaml"), used: new Map() }]]),
          },
        ],
      ]),
    };
    const expanded = expandWorkflow(tree);
    expect(expanded.document.steps.map(({ id }) => id)).toEqual(["first_deep_faces", "first_deep_detail"]);
    expect(expanded.document.output).toBe("${steps.first_deep_detail.image}");
  });

  it("makes what the other workflow says part of the identity, and not what it is called", () => {
    const digest = (inner: string) => expand(outer(USE), { inner }).digest;
    expect(digest(INNER.replace("some-detector", "another"))).not.toBe(digest(INNER));
    expect(digest(INNER.replace("name: inner", "name: renamed"))).toBe(digest(INNER));
  });

  it("leaves a workflow without it as it was written", () => {
    const parsed = parse(INNER, "inner.yaml");
    expect(expandWorkflow({ parsed, used: new Map() })).toMatchObject(parsed);
  });
});

describe("any chain of used workflows and passes", () => {
  const link = fc.record({
    use: fc.boolean(),
    strength: fc.constantFrom("0.3", '"${inputs.times / 10}"', '"${inputs.times > 1 ? 0.2 : 0.6}"'),
    prompt: fc.constantFrom('"it\'s a face"', '"a ${inputs.mood} face"', '"${inputs.mood}"', '"$${literal}"'),
    times: fc.constantFrom("1", "3", '"${inputs.times}"'),
    condition: fc.constantFrom("", ', if: "${inputs.times > 1}"', ", if: true"),
    needs: fc.boolean(),
  });

  it("is a workflow in which every step comes after those that it needs, and the last image is the run's", () => {
    fc.assert(
      fc.property(fc.array(link, { minLength: 1, maxLength: 5 }), (links) => {
        const steps = links.map(({ use, strength, prompt, times, condition, needs }, at) => {
          const image = at === 0 ? '"${inputs.image}"' : `"\${steps.s${at - 1}.image}"`;
          const more = `${condition}${needs && at > 0 ? `, needs: [s${at - 1}]` : ""}`;
          return use
            ? `  - { id: s${at}, task: use, workflow: inner, inputs: { image: ${image}, strength: ${strength}, prompt: ${prompt} }${more} }`
            : `  - { id: s${at}, task: imageInference, model: m, seedImage: ${image}, positivePrompt: ${prompt}, repeat: { times: ${times}, strength: [${strength}] }${more} }`;
        });
        const last = `s${links.length - 1}`;
        const { document } = expand(outer(steps.join("\n"), `output: \${steps.${last}.image}`));
        const ids = document.steps.map(({ id }) => id);
        for (const [id, needed] of stepNeeds(document)) {
          for (const other of needed) expect(ids.indexOf(other)).toBeLessThan(ids.indexOf(id));
        }
        expect(document.output).toBe(`\${steps.${links.at(-1)?.use ? `${last}_detail` : last}.image}`);
      }),
      { numRuns: 60 },
    );
  });

  it("has at most as many steps as a workflow may have", () => {
    const uses = Array.from({ length: 101 }, (_, at) => USE.replace("first", `s${at}`)).join("\n");
    expect(() => expand(outer(uses, "output: ${steps.s0.image}"))).toThrow(
      /^outer\.yaml:5:3 steps: expected at most 200 steps once use and repeat are carried out\.$/,
    );
  });
});

describe("what does not fit a used workflow", () => {
  const fault = (inputs: string, rest?: string) => () =>
    expand(outer(`  - { id: first, task: use, workflow: inner, inputs: { ${inputs} } }`, rest));

  it.each([
    ["", /^outer\.yaml:5:54 steps\[0\]\.inputs: missing: workflow inner needs image, an image\.$/],
    [
      'image: "${inputs.image}", strenght: 1',
      /steps\[0\]\.inputs\.strenght: workflow inner has no such input.*Did you mean strength\?/,
    ],
    [
      'image: "${inputs.image}", strength: 3',
      /steps\[0\]\.inputs\.strength: workflow inner, input strength: expected a number from 0 to 1, received 3\./,
    ],
    ["image: photo.png", /steps\[0\]\.inputs\.image: expected an expression such as/],
  ])("is told of at the step: %s", (inputs, message) => {
    expect(fault(inputs)).toThrow(message);
  });

  it("is told of at both places where the fault shows only within it", () => {
    expect(fault('image: "${inputs.image}", strength: "${steps.x.image}"')).toThrow();
    expect(fault('image: "${inputs.mood}"')).toThrow(
      /^outer\.yaml:5:5 steps\[0\] uses inner\.yaml:9:5 steps\[0\]\.inputImage: expected an image, received \$\{inputs\.mood\}/,
    );
  });

  it("is told of where an output is asked for that it does not have", () => {
    const image = 'image: "${inputs.image}"';
    expect(
      fault(image, "outputs: { image: '${steps.first.image}', a: '${steps.first.outputs.facs}' }"),
    ).toThrow(
      /^outer\.yaml:6:46 outputs\.a: steps\.first: its outputs are image, faces\. Did you mean faces\?$/,
    );
  });

  it("is two steps of one name", () => {
    const text = outer(
      `${USE}\n  - { id: first_faces, task: imageMasking, inputImage: "\${inputs.image}", model: m }`,
    );
    expect(() => expand(text)).toThrow(/two steps would be called "first_faces"/);
  });
});

describe("repeat", () => {
  const repeated = (fields: string, rest = "output: ${steps.detail.image}") =>
    stepsOf(
      expand(
        outer(
          [
            '  - { id: faces, task: imageMasking, inputImage: "${inputs.image}", model: m }',
            "  - id: detail",
            "    task: imageInference",
            "    model: m",
            '    seedImage: "${inputs.image}"',
            '    maskImage: "${steps.faces.maskImage}"',
            ...fields.split("\n").map((line) => `    ${line}`),
          ].join("\n"),
          rest,
        ),
      ),
    ).slice(1);

  it("is that many steps, each on what the one before it made; the last keeps the name", () => {
    const steps = repeated("repeat: { times: 3, strength: [0.5, 0.3] }\noutputScale: 2\nseed: 7");
    expect(steps).toMatchObject([
      { id: "detail_pass1", seedImage: "${inputs.image}", strength: 0.5, seed: 7, outputScale: 1 },
      {
        id: "detail_pass2",
        seedImage: "${steps.detail_pass1.image}",
        strength: 0.3,
        seed: 8,
        outputScale: 1,
      },
      { id: "detail", seedImage: "${steps.detail_pass2.image}", strength: 0.3, seed: 9, outputScale: 2 },
    ]);
    for (const step of steps) {
      expect(step.maskImage).toBe("${steps.faces.maskImage}");
      expect(step).not.toHaveProperty("repeat");
    }
  });

  it("enlarges and offers candidates in the last pass alone, also where a rule or a provider says so", () => {
    const more = "{ outputScale: 2, candidates: 3, strength: 0.2 }";
    const steps = repeated(
      `repeat: { times: 2 }\nbyProvider: { local: ${more} }\nrules:\n  - { when: run.file != null, outputScale: 4, strength: 0.1 }\n  - ${more}`,
    );
    const [first, last] = steps;
    expect(first).toMatchObject({ outputScale: 1, candidates: 1, byProvider: { local: { strength: 0.2 } } });
    expect(first.rules).toEqual([{ when: "run.file != null", strength: 0.1 }, { strength: 0.2 }]);
    expect(first.byProvider.local).toEqual({ strength: 0.2 });
    expect(last).toMatchObject({
      rules: [{ outputScale: 4 }, { outputScale: 2, candidates: 3 }],
      byProvider: { local: { outputScale: 2, candidates: 3 } },
    });
  });

  it("is as often as there are strengths where it does not say", () => {
    expect(
      repeated("repeat: { strength: [0.5, 0.4, 0.3] }").map(({ strength }: { strength: number }) => strength),
    ).toEqual([0.5, 0.4, 0.3]);
  });

  it("is as often as the workflow that uses it says, where it says so with a number", () => {
    const inner = `maskloom: 1
name: inner
inputs: { image: { type: image }, times: { type: integer, min: 0, max: 30, default: 2 } }
steps:
  - { id: paint, task: imageInference, model: m, seedImage: "\${inputs.image}", repeat: { times: "\${inputs.times + 1}" } }
output: \${steps.paint.image}
`;
    const ids = (times: string) => {
      const inputs = `image: "\${inputs.image}"${times}`;
      const text = outer(`  - { id: first, task: use, workflow: inner, inputs: { ${inputs} } }`);
      return expand(text, { inner }).document.steps.map(({ id }) => id);
    };
    expect(ids(", times: 1")).toEqual(["first_paint_pass1", "first_paint"]);
    expect(ids("")).toEqual(["first_paint_pass1", "first_paint_pass2", "first_paint"]);
    expect(ids(', times: "${inputs.times}"')).toHaveLength(20);
    expect(() => ids(", times: 30")).toThrow(
      /^outer\.yaml:5:5 steps\[0\] uses inner\.yaml:5:\d+ steps\[0\]\.repeat\.times: expected a whole number from 1 to 20, received 31\.$/,
    );
  });

  it("leaves out first passes by conditions where a run decides how often", () => {
    const steps = repeated(
      'repeat: { times: "${inputs.times}", strength: [0.5, 0.3] }\nif: "${steps.faces.count > 0}"',
    );
    expect(steps).toMatchObject([
      { id: "detail_pass1", if: "${(steps.faces.count > 0) and (inputs.times > 2)}" },
      { id: "detail_pass2", if: "${(steps.faces.count > 0) and (inputs.times > 1)}" },
      { id: "detail", if: "${(steps.faces.count > 0) and (inputs.times > 0)}" },
    ]);
    expect(steps[2].strength).toBe("${((inputs.times - 1) <= 0) ? 0.5 : 0.3}");
  });

  it("fails where a run decides on a number that is none of passes, as it does where it is written", () => {
    const [first, ...others] = repeated('repeat: { times: "${steps.faces.count}" }');
    expect(others).toHaveLength(19);
    const asked = (count: unknown, step: { if: string } = first) =>
      unmetCondition({ if: step.if } as WorkflowStep, { steps: { faces: { count } } } as Scope);
    expect([20, 3].map((count) => asked(count) === null)).toEqual([true, false]);
    expect(asked(1, others.at(-1))).toBeNull();
    for (const none of [0, null, undefined]) expect(asked(none, others.at(-1))).not.toBeNull();
    for (const wrong of [21, 2.5])
      expect(() => asked(wrong)).toThrow(`repeat.times: expected 1 to 20, got ${wrong}`);
  });
});
