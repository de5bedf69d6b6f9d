import path from "node:path";
import { expect, it } from "vitest";
import type { InputFile } from "../../../src/cli/listing/input-listing.ts";
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

/** Names are what they are to the byte, as on Linux. */
const toTheByte = (place: string) => place;
/** Names are one in whatever code points and case, as on a Mac. */
const asOnMac = (place: string) => place.normalize("NFC").toLowerCase();

/** A disk with these files, and the folder masks. */
function maskOf(picture: string | InputFile, given: string, onDisk: readonly string[], keyOf = toTheByte) {
  const there = new Set(onDisk.map((name) => keyOf(path.resolve(name))));
  const kindOf = async (place: string) =>
    there.has(keyOf(place)) ? "file" : keyOf(path.basename(place)) === "masks" ? "folder" : null;
  const isSame = async (one: string, other: string) => keyOf(one) === keyOf(other);
  const files = { kindOf, isSame } as Parameters<typeof findMasks>[0];
  const input =
    typeof picture === "string" ? { name: picture, given: picture, path: path.resolve(picture) } : picture;
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

const missing = { code: "INPUT_MISSING" };

it.each([
  [`masks/${typed}.png`, "masks", `masks/${fromMac}.png`],
  ["masks/a.PNG", "masks", "masks/a.png"],
  ["masks/a.png", "Masks", "masks/a.png"],
])(
  "never takes a picture for its own mask, however the disk spells it: %s in %s",
  async (picture, given, there) => {
    const [base, inMasks] = [path.basename(picture), path.resolve("masks")];
    const input = { name: base, given: base, path: path.join(inMasks, base) };
    await expect(maskOf(input, given, [there], asOnMac)).rejects.toMatchObject({
      ...missing,
      message: expect.stringMatching(/the picture's mask in .*masks, as .*with another extension$/i),
    });
  },
);

it("takes a mask in its own spelling, under whatever name, before one in another", async () => {
  const onDisk = [`masks/${fromMac}.jpg.png`, `masks/${fromMac}.png`, `masks/${typed}.webp`];
  expect(await maskOf(`${typed}.jpg`, "masks", onDisk)).toEqual({
    mask: path.resolve(`masks/${typed}.webp`),
  });
});

it("leaves a mask in another spelling to the picture that is spelled so", async () => {
  const twins = [`${typed}.jpg`, `${fromMac}.jpg`];
  for (const [at, name] of twins.entries()) {
    const other = path.parse(twins[1 - at] ?? "").name;
    await expect(maskOf(name, "masks", [...twins, `masks/${other}.png`])).rejects.toMatchObject({
      ...missing,
      message: expect.stringMatching(
        /as caf.+\.png or with another extension; another picture's name differs/,
      ),
    });
    const there = [name, `masks/${other}.png`];
    expect(await maskOf(name, "masks", there)).toEqual({ mask: path.resolve(`masks/${other}.png`) });
    expect(Object.keys(await maskOf(name, "masks", there, asOnMac))).toEqual(["mask"]);
  }
});
