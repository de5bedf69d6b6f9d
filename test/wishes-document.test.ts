import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseWorkflow } from "../src/engine/language/parse-workflow.ts";

const document = readFileSync(new URL("../docs/coming-from-adetailer.md", import.meta.url), "utf8");
const wishes = [...document.matchAll(/^\| (.+?) \| .+ \| `([^`]+)`: (.+) \|$/gm)].map((match) =>
  match.slice(1, 4),
);

it("docs/coming-from-adetailer.md has the fifteen wishes that come up most, in order", () => {
  const numbers = wishes.flatMap(([wish = ""]) => /^(\d+)\. /.exec(wish)?.[1] ?? []);
  expect(numbers.map(Number)).toEqual(Array.from({ length: 15 }, (_, at) => at + 1));
});

it.each(wishes)("%s: is proven by a test that is there", (_wish, file = "", name = "") => {
  expect(readFileSync(new URL(file, import.meta.url), "utf8")).toContain(`"${name}"`);
});

const snippets = [
  ...document.matchAll(/`((select|accept|repeat|align|shape|onEmpty|skipIfLarger): [^`…]+)`/g),
];

it.each(snippets.map(([, snippet = ""]) => snippet))("%s is what the language reads", (snippet) => {
  const isMasking = /^(select|shape|onEmpty)/.test(snippet);
  const [masking, painting] = isMasking ? [snippet, "strength: 0.4"] : ["confidence: 0.4", snippet];
  const text = `maskloom: 1
name: snippet
inputs: { image: { type: image } }
steps:
  - id: faces
    task: imageMasking
    inputImage: \${inputs.image}
    model: mediapipe_face_full
    ${masking}
  - id: detail
    task: imageInference
    model: local:esrgan-detail
    seedImage: \${inputs.image}
    maskImage: \${steps.faces.maskImage}
    ${painting}
output: \${steps.detail.image}
`;
  expect(parseWorkflow(text, { file: "snippet.yaml" }).document.name).toBe("snippet");
});
