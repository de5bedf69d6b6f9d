import { symlink } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { collectInputFiles } from "../../src/cli/input-files.ts";
import { makeFolderWith } from "./temporary-folder.ts";

const namesOf = ({ files }: Awaited<ReturnType<typeof collectInputFiles>>) => files.map((file) => file.name);

describe("a folder", () => {
  it("is walked in the order a person counts, hidden files left out, other files counted", async () => {
    const folder = await makeFolderWith(
      "b10.jpg",
      "b2.JPG",
      "sub/a.png",
      ".hidden.jpg",
      ".git/x.jpg",
      "notes.txt",
      "c.webp",
    );
    const inputs = await collectInputFiles([folder]);
    expect(namesOf(inputs)).toEqual(["b2.JPG", "b10.jpg", "c.webp", "sub/a.png"]);
    expect(inputs.leftOut.count).toBe(1);
  });

  it("leaves out the folder of results inside of it, also when that is not there yet or is named by a link", async () => {
    const folder = await makeFolderWith("a.jpg", "results/a.jpg");
    await symlink(path.join(folder, "results"), path.join(folder, "link"), "junction");
    expect(namesOf(await collectInputFiles([folder], path.join(folder, "results")))).toEqual(["a.jpg"]);
    expect(namesOf(await collectInputFiles([folder], path.join(folder, "link")))).toEqual(["a.jpg"]);
    expect(namesOf(await collectInputFiles([folder], path.join(folder, "new")))).toEqual([
      "a.jpg",
      "link/a.jpg",
    ]);
  });

  it("is refused where the results would go into it", async () => {
    const folder = await makeFolderWith("a.jpg");
    await expect(collectInputFiles([folder], `${folder}${path.sep}.`)).rejects.toThrow(
      /both the input and the place/,
    );
  });

  it("ends where links go round in circles", async () => {
    const folder = await makeFolderWith("a.jpg", "sub/b.jpg");
    await symlink(folder, path.join(folder, "sub", "round"), "junction");
    expect(namesOf(await collectInputFiles([folder]))).toEqual(["a.jpg", "sub/b.jpg"]);
  });
});

describe("names", () => {
  it("are relative to the deepest folder that holds everything given, so that nothing is flattened", async () => {
    const folder = await makeFolderWith("one/a.jpg", "two/a.jpg", "two/deep/b.jpg");
    const inputs = await collectInputFiles([path.join(folder, "one", "a.jpg"), path.join(folder, "two")]);
    expect(namesOf(inputs)).toEqual(["one/a.jpg", "two/a.jpg", "two/deep/b.jpg"]);
  });

  it("of one file are its own", async () => {
    const folder = await makeFolderWith("one/a.jpg");
    expect(namesOf(await collectInputFiles([path.join(folder, "one", "a.jpg")]))).toEqual(["a.jpg"]);
  });

  it("of a glob begin where its stars do", async () => {
    const folder = await makeFolderWith("x/1/a.jpg", "x/2/a.jpg", "x/a.txt");
    const inputs = await collectInputFiles([`${folder}/x/**/*`]);
    expect(namesOf(inputs)).toEqual(["1/a.jpg", "2/a.jpg"]);
    expect(inputs.leftOut.count).toBe(1);
  });

  it("stand once, however often a file is given", async () => {
    const folder = await makeFolderWith("a.jpg");
    const file = path.join(folder, "a.jpg");
    expect(namesOf(await collectInputFiles([folder, file, `${folder}/*.jpg`]))).toEqual(["a.jpg"]);
  });

  it("with brackets are files before they are globs", async () => {
    const folder = await makeFolderWith("a[1].jpg", "a1.jpg");
    expect(namesOf(await collectInputFiles([path.join(folder, "a[1].jpg")]))).toEqual(["a[1].jpg"]);
  });
});

describe("what is not there", () => {
  it("is a problem of its own, with the name that was probably meant", async () => {
    const folder = await makeFolderWith("photo.jpg");
    const inputs = await collectInputFiles([path.join(folder, "phto.jpg"), folder]);
    expect(namesOf(inputs)).toEqual(["photo.jpg"]);
    expect(inputs.problems).toMatchObject([
      {
        name: "phto.jpg",
        error: { code: "INPUT_MISSING", message: expect.stringMatching(/Did you mean photo\.jpg/) },
      },
    ]);
  });

  it("includes globs that match nothing", async () => {
    const folder = await makeFolderWith("a.jpg");
    const { problems } = await collectInputFiles([`${folder}/*.png`]);
    expect(problems).toMatchObject([{ error: { message: expect.stringMatching(/matches none/) } }]);
  });

  it("takes a file named by itself whatever its extension", async () => {
    const folder = await makeFolderWith("scan.dat");
    expect(namesOf(await collectInputFiles([path.join(folder, "scan.dat")]))).toEqual(["scan.dat"]);
  });
});
