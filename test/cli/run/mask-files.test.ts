import path from "node:path";
import { expect, it } from "vitest";
import { findMasks } from "../../../src/cli/run/mask-files.ts";
import { parseWorkflow } from "../../../src/engine/language/parse-workflow.ts";

const { document: workflow } = parseWorkflow(
  `maskloom: 1
name: own
inputs: { image: { type: image }, mask: { type: mask } }
steps:
  - { id: fill, task: imageInference, seedImage: "\${inputs.image}", maskImage: "\${inputs.mask}", model: "local:fill" }
output: \${steps.fill.image}
`,
  { file: "own.yaml" },
);

/** A disk with these files, whose names are what they are to the byte. */
function maskOf(picture: string, given: string, onDisk: readonly string[]) {
  const there = new Set(onDisk.map((name) => path.resolve(name)));
  const kindOf = async (place: string) =>
    there.has(place) ? "file" : path.basename(place) === "masks" ? "folder" : null;
  const files = { kindOf } as Parameters<typeof findMasks>[0];
  const input = { name: picture, given: picture, path: path.resolve(picture) };
  return findMasks(files, workflow, { mask: { given, from: ["."] } }, input);
}

const [typed, fromMac] = ["caf\u00e9", "cafe\u0301"];

it.each([
  [typed, fromMac],
  [fromMac, typed],
])(
  "finds a mask whose name is written in other code points than it is given: %s, %s",
  async (said, there) => {
    const cell = await maskOf("a.jpg", `${said}.png`, [`${there}.png`]);
    expect(cell).toEqual({ mask: path.resolve(`${there}.png`) });
    const folder = await maskOf(`${said}.jpg`, "masks", [`masks/${there}.png`]);
    expect(folder).toEqual({ mask: path.resolve("masks", `${there}.png`) });
  },
);
