import { expect, it } from "vitest";
import { ArtifactUUID, newRunUUID } from "../../../src/contracts/ids.ts";
import { parseWorkflow } from "../../../src/engine/language/parse-workflow.ts";
import { applyMasks } from "../../../src/runs/batches/batch-masks.ts";
import type { FolderReader } from "../../../src/runs/batches/folder-reader.ts";

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
const image = ArtifactUUID.parse("00000000-0000-4000-8000-000000000001");

/** A folder of masks with these files. */
const folderOf = (...names: readonly string[]) =>
  ({
    check: async (folder: string) => folder,
    async *walk(folder: string) {
      for (const name of names) yield { kind: "picture", name, path: `${folder}/${name}` };
    },
  }) as unknown as FolderReader;

const picturesOf = (names: readonly string[]) =>
  names.map((name) => ({ file: name, runUUID: newRunUUID(), source: { path: `/in/${name}` } }));

/** Names of the masks that pictures have of a folder. */
async function ofFolder(pictures: readonly string[], masks: readonly string[], folder = "/masks") {
  const given = await applyMasks({ mask: folder }, picturesOf(pictures), workflow, folderOf(...masks));
  return given.map(({ inputs }) => (inputs?.["mask"] as { path: string } | undefined)?.path ?? null);
}

/** The same of a list: at which place of it their mask is. */
async function ofList(pictures: readonly string[], masks: readonly string[]) {
  const named = masks.map((file) => ({ file, image: ArtifactUUID.parse(newRunUUID()) }));
  const given = await applyMasks({ mask: named }, picturesOf(pictures), workflow, folderOf());
  return given.map(({ inputs }) => named.findIndex(({ image }) => image === inputs?.["mask"]));
}

const [typed, fromMac] = ["caf\u00e9", "cafe\u0301"];

it.each([
  [typed, fromMac],
  [fromMac, typed],
])("finds a picture's mask whose name is written in other code points: %s, %s", async (picture, mask) => {
  const items = picturesOf([`${picture}.jpg`]);
  const [inFolder] = await applyMasks({ mask: "/masks" }, items, workflow, folderOf(`${mask}.png`));
  expect(inFolder?.inputs).toEqual({ mask: { path: `/masks/${mask}.png` } });
  const list = { mask: [{ file: `${mask}.jpg`, image }] };
  const [inList] = await applyMasks(list, items, workflow, folderOf("none.png"));
  expect(inList?.inputs).toEqual({ mask: image });
});

const twins = [`${typed}.jpg`, `${fromMac}.jpg`];

it("gives each of two pictures whose names differ only in code points the mask that is spelled as it is", async () => {
  for (const masks of [
    [`${typed}.png`, `${fromMac}.png`],
    [`${fromMac}.jpg.png`, `${typed}.png`],
    [`${typed}.webp`, `${fromMac}.jpg.png`, `${fromMac}.png`],
  ]) {
    const [one, other] = await ofFolder(twins, masks);
    expect([one?.startsWith(`/masks/${typed}.`), other?.startsWith(`/masks/${fromMac}.`)]).toEqual([
      true,
      true,
    ]);
  }
  expect(await ofList(twins, twins)).toEqual([0, 1]);
  expect(await ofList(twins, twins.toReversed())).toEqual([1, 0]);
  expect(await ofList([`sub/${typed}.jpg`], twins)).toEqual([0]);
});

it("gives neither of them the other's mask where it has none", async () => {
  expect(await ofFolder(twins, [`${fromMac}.png`])).toEqual([null, `/masks/${fromMac}.png`]);
  expect(await ofFolder(twins, [`${typed}.jpg.png`])).toEqual([`/masks/${typed}.jpg.png`, null]);
  expect(await ofFolder(twins, twins, "/in")).toEqual([null, null]);
  expect(await ofList(twins, [`${typed}.jpg`])).toEqual([0, -1]);
  expect(await ofList(twins, [`${fromMac}.jpg`])).toEqual([-1, 0]);
  const said = async (names: readonly string[]) =>
    (await applyMasks({ mask: "/masks" }, picturesOf(names), workflow, folderOf())).map(
      ({ source }) => source,
    );
  const because = {
    error: { message: expect.stringMatching(/there is none; another picture's name differs/) },
  };
  expect(await said(twins)).toMatchObject([because, because]);
  expect(await said(twins.slice(1))).toMatchObject([
    { error: { message: expect.stringMatching(/there is none$/) } },
  ]);
});

it("takes none in other code points where two are as good", async () => {
  const [neither, one, other] = ["e\u0301\u00e9", "\u00e9\u00e9", "e\u0301e\u0301"];
  expect(await ofFolder([`${neither}.jpg`], [`${one}.png`, `${other}.png`])).toEqual([null]);
  expect(await ofFolder([`${neither}.jpg`], [`${one}.png`, `${one}.jpg`])).toEqual([`/masks/${one}.png`]);
  expect(await ofList([`${neither}.jpg`], [`${one}.jpg`, `${other}.jpg`])).toEqual([-1]);
});
