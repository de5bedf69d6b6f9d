import { chmod, symlink } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { describe, expect, it } from "vitest";
import { openInputListing } from "../../../src/cli/listing/input-listing.ts";
import { asNormalUser } from "../../as-normal-user.ts";
import { makeFolderWith } from "../temporary-folder.ts";

async function listed(args: readonly string[], except?: string) {
  const listing = await openInputListing(args, except);
  const files: { name: string; twins: readonly string[]; problem: string | null }[] = [];
  for await (const { name, twins, problem } of listing.list())
    files.push({ name, twins: await twins(), problem: problem?.code ?? null });
  return files;
}

const namesOf = (files: readonly { readonly name: string }[]) => files.map(({ name }) => name);

describe("a listing", () => {
  it("is the same each time", async () => {
    const folder = await makeFolderWith("b/2.jpg", "b/10.jpg", "a.png");
    const listing = await openInputListing([folder]);
    const all = async () => {
      const names: string[] = [];
      for await (const { name } of listing.list()) names.push(name);
      return names;
    };
    expect(await all()).toEqual(["a.png", "b/2.jpg", "b/10.jpg"]);
    expect(await all()).toEqual(await all());
  });

  it("knows of each file which others it could be taken for", async () => {
    const folder = await makeFolderWith("a.jpg", "A.png", "a b.jpg", "a.txt", "sub/a.webp");
    expect(await listed([folder])).toEqual([
      { name: "a.jpg", twins: ["A.png"], problem: null },
      { name: "A.png", twins: ["a.jpg"], problem: null },
      { name: "a b.jpg", twins: [], problem: null },
      { name: "sub/a.webp", twins: [], problem: null },
    ]);
  });

  it("knows them across arguments too, and only those that were asked for", async () => {
    const folder = await makeFolderWith("a.jpg", "a.png", "a.webp");
    const files = await listed([path.join(folder, "a.jpg"), `${folder}/*.png`]);
    expect(files.map(({ name, twins }) => [name, twins])).toEqual([
      ["a.jpg", ["a.png"]],
      ["a.png", ["a.jpg"]],
    ]);
  });

  it("leaves out what Maskloom says about pictures", async () => {
    const folder = await makeFolderWith("a.jpg", "maskloom-report/thumbnails/00/x-before.webp");
    expect(namesOf(await listed([folder]))).toEqual(["a.jpg"]);
    expect(namesOf(await listed([`${folder}/**/*.{jpg,webp}`]))).toEqual(["a.jpg"]);
  });

  it("follows a glob's levels, braces and hidden folders that are named", async () => {
    const folder = await makeFolderWith("1/x.jpg", "2/x.jpg", "2/deep/y.jpg", ".h/z.jpg", "30/x.png");
    expect(namesOf(await listed([`${folder}/[12]/*.jpg`]))).toEqual(["1/x.jpg", "2/x.jpg"]);
    expect(namesOf(await listed([`${folder}/{1/x,2/deep/y}.jpg`]))).toEqual(["1/x.jpg", "2/deep/y.jpg"]);
    expect(namesOf(await listed([`${folder}/.h/*.jpg`]))).toEqual(["z.jpg"]);
    expect(namesOf(await listed([`${folder}/*/x.*`]))).toEqual(["1/x.jpg", "2/x.jpg", "30/x.png"]);
  });

  it("leaves out the folder of results for a glob, too", async () => {
    const folder = await makeFolderWith("a.jpg", "out/a.jpg");
    expect(namesOf(await listed([`${folder}/**/*.jpg`], path.join(folder, "out")))).toEqual(["a.jpg"]);
  });

  it("lists a folder that lies in the folder of results, which is not asked for", async () => {
    const folder = await makeFolderWith("a.jpg", "photos/b.jpg", "photos/sub/c.jpg");
    for (const photos of [path.join(folder, "photos"), path.join(folder, "photos", "**", "*.jpg")])
      expect(namesOf(await listed([photos], folder))).toEqual(["b.jpg", "sub/c.jpg"]);
  });

  it("lists a link that leads nowhere where it has a picture's name: that picture is missing, and is said to be", async () => {
    const folder = await makeFolderWith("a.jpg", "z.jpg");
    await symlink(path.join(folder, "gone.jpg"), path.join(folder, "b.jpg"));
    await symlink(path.join(folder, "gone"), path.join(folder, "c"));
    expect(namesOf(await listed([folder]))).toEqual(["a.jpg", "b.jpg", "z.jpg"]);
  });

  it.skipIf(process.platform === "win32")(
    "has a problem for a folder that may not be read, and all the rest",
    async () => {
      const folder = await makeFolderWith("a.jpg", "shut/b.jpg", "z.jpg");
      await chmod(folder, 0o755);
      await chmod(path.join(folder, "shut"), 0);
      const found = await asNormalUser(() => listed([folder]));
      await chmod(path.join(folder, "shut"), 0o700);
      expect(found).toEqual([
        { name: "a.jpg", twins: [], problem: null },
        { name: "shut", twins: [], problem: "INPUT_MISSING" },
        { name: "z.jpg", twins: [], problem: null },
      ]);
    },
  );
});
