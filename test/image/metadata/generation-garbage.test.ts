import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SourceContainer } from "../../../src/image/metadata/container.ts";
import { readExifFacts } from "../../../src/image/metadata/exif-facts.ts";
import { readUserComment } from "../../../src/image/metadata/generation/carried-texts.ts";
import { LONGEST_PROMPT } from "../../../src/image/metadata/generation/generation.ts";
import { readInfotext, readSettings } from "../../../src/image/metadata/generation/infotext.ts";
import { readGeneration } from "../../../src/image/metadata/generation/read-generation.ts";

const EMPTY: SourceContainer = {
  format: "png",
  lossless: true,
  icc: null,
  exif: null,
  xmp: null,
  pngChunks: [],
  jpegDensity: null,
};

const withText = (keyword: string, text: string): SourceContainer => ({
  ...EMPTY,
  pngChunks: [{ type: "iTXt", data: Buffer.from(`${keyword}\0\0\0\0\0${text}`, "utf8") }],
});

const KEYWORDS = ["parameters", "prompt", "invokeai_metadata", "sd-metadata", "Comment", "workflow"];

/** Words of every dialect, so that what is made of them gets past the first look. */
const FIELDS = [
  "class_type",
  "inputs",
  "KSampler",
  "SaveImage",
  "latent_image",
  "positive",
  "negative",
  "seed",
  "model",
  "text",
  "image",
  "prompt",
  "sui_image_params",
  "positivePrompt",
  "base_model",
  "resolution",
  "size",
  "1",
  "2",
];
const { value: records } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "medium" },
    fc.constantFrom(...FIELDS),
    fc.double(),
    fc.constant(null),
    fc.tuple(fc.constantFrom("1", "2"), fc.nat(2)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie("value"), { maxKeys: 6 }),
  ),
}));

function longChain(): object {
  const reroute = (to: number) => ({ class_type: "Reroute", inputs: { "": [String(to), 0] } });
  const chain = Array.from({ length: 9_000 }, (_, at) => [String(at), reroute(at + 1)]);
  const savers = Array.from({ length: 9_000 }, (_, at) => [
    `s${at}`,
    { class_type: "SaveImage", inputs: { images: ["0", 0] } },
  ]);
  return Object.fromEntries([...chain, ...savers]);
}

describe("metadata that is garbage", () => {
  it("of any bytes in any place is read without an error", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("tEXt", "zTXt", "iTXt"),
        fc.constantFrom(...KEYWORDS),
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ minLength: 14, maxLength: 300 }),
        fc.boolean(),
        (type, keyword, data, tail, little) => {
          const exif = Buffer.concat([
            Buffer.from(little ? "II*\0\x08\0\0\0" : "MM\0*\0\0\0\x08", "latin1"),
            tail,
          ]);
          const chunk = { type, data: Buffer.concat([Buffer.from(`${keyword}\0`, "latin1"), data]) };
          readGeneration({ ...EMPTY, pngChunks: [chunk], exif, xmp: data });
          readExifFacts(exif);
        },
      ),
    );
  });

  it("of well-formed records with the fields of all programs is read without an error or null", () => {
    fc.assert(
      fc.property(fc.constantFrom(...KEYWORDS), records, (keyword, record) => {
        const generation = readGeneration(withText(keyword, JSON.stringify(record)));
        for (const value of Object.values(generation ?? {})) {
          expect(value).not.toBeNull();
          expect(value).not.toBe("");
          if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
        }
      }),
    );
  });

  it("of a graph whose links go in circles comes to an end", () => {
    const graph = {
      1: { class_type: "SaveImage", inputs: { images: ["2", 0] } },
      2: {
        class_type: "KSampler",
        inputs: { seed: ["3", 0], positive: ["3", 0], negative: ["2", 0], latent_image: ["2", 0] },
      },
      3: { class_type: "Reroute", inputs: { "": ["4", 0] } },
      4: { class_type: "Reroute", inputs: { "": ["3", 0] } },
    };
    expect(readGeneration(withText("prompt", JSON.stringify(graph)))).toBeNull();
  });

  it("of a text that inflates to more than anybody writes counts as absent", () => {
    const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024, 65));
    const data = Buffer.concat([Buffer.from("parameters\0\0", "latin1"), bomb]);
    expect(readGeneration({ ...EMPTY, pngChunks: [{ type: "zTXt", data }] })).toBeNull();
  });

  it.each([
    ["brackets that are never closed", "parameters", `Steps: 1, ${"a:{,".repeat(49_000)}`],
    ["a thousand savers of one long chain", "prompt", JSON.stringify(longChain())],
    ["tags that are never closed", "xmp", `<exif:UserComment>${"<".repeat(4_000_000)}</exif:UserComment>`],
    [
      "prompts in brackets that are never closed",
      "sd-metadata",
      `{"image":{"prompt":"${"[a".repeat(500_000)}"}}`,
    ],
  ])("of %s is read in one pass", (_what, keyword, text) => {
    const container = keyword === "xmp" ? { ...EMPTY, xmp: Buffer.from(text) } : withText(keyword, text);
    expect(() => readGeneration(container)).not.toThrow();
  });

  it("of brackets nested a million deep counts as absent", () => {
    const deep = `{"positivePrompt":${"[".repeat(1_000_000)}`;
    expect(readGeneration(withText("parameters", deep))).toBeNull();
  });
});

describe("claims", () => {
  it("of a prompt longer than an inpainter takes are cut, and a note says so", () => {
    const generation = readInfotext("x".repeat(LONGEST_PROMPT + 1), true);
    expect(generation?.prompt).toBe("x".repeat(LONGEST_PROMPT));
    expect(generation?.notes).toEqual(["prompt: its first 10000 of 10001 characters"]);
  });

  it("of a seed that no number holds exactly are left out, and a note says so", () => {
    const read = readGeneration(withText("invokeai_metadata", '{"seed": 18446744073709551615, "steps": 5}'));
    expect(read).toEqual({
      generator: "invokeai",
      steps: 5,
      notes: ["seed: left out, since it is not a whole number below 2^53"],
    });
  });

  it("of U+0000 and of half characters are mended, so that a database can hold them", () => {
    const read = readGeneration(withText("invokeai_metadata", '{"positive_prompt": "a\\u0000b\\ud800c"}'));
    expect(read?.prompt).toBe("ab\uFFFDc");
  });

  it("that are empty, or ask for a random seed, are absent", () => {
    const text = '{"positive_prompt": " ", "negative_prompt": "", "seed": -1, "steps": 9, "scheduler": null}';
    expect(readGeneration(withText("invokeai_metadata", text))).toEqual({ generator: "invokeai", steps: 9 });
  });
});

it("a loader of ComfyUI's that makes the empty latent says the size, too", () => {
  const graph = {
    "1": {
      class_type: "Efficient Loader",
      inputs: {
        ckpt_name: "a.safetensors",
        positive: "a fox",
        negative: "rain",
        empty_latent_width: 512,
        empty_latent_height: 768,
      },
    },
    "2": {
      class_type: "KSampler (Efficient)",
      inputs: { seed: 5, model: ["1", 0], positive: ["1", 1], negative: ["1", 2], latent_image: ["1", 3] },
    },
    "3": { class_type: "SaveImage", inputs: { images: ["2", 5] } },
  };
  expect(readGeneration(withText("prompt", JSON.stringify(graph)))).toEqual({
    generator: "comfyui",
    prompt: "a fox",
    negativePrompt: "rain",
    seed: 5,
    model: "a",
    size: { width: 512, height: 768 },
  });
});

describe("an infotext", () => {
  it("without a negative prompt has none", () => {
    const read = readInfotext("a hill\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1", false);
    expect(read).toMatchObject({ prompt: "a hill", steps: 20, seed: 1 });
    expect(read).not.toHaveProperty("negativePrompt");
  });

  it("with a negative prompt alone has no prompt", () => {
    const read = readInfotext("Negative prompt: fog\nSteps: 20, Sampler: Euler a, Seed: 1", false);
    expect(read).toMatchObject({ negativePrompt: "fog" });
    expect(read).not.toHaveProperty("prompt");
  });

  it("begins its negative prompt at the first line that says so, whatever blanks stand before it", () => {
    const read = readInfotext(
      'a sign: "Negative prompt: none"\r\n \tNegative prompt: fog,\r\nNegative prompt: rain\r\nSteps: 20, Sampler: Euler, Seed: 1',
      false,
    );
    expect(read).toMatchObject({
      prompt: 'a sign: "Negative prompt: none"',
      negativePrompt: "fog,\nNegative prompt: rain",
    });
  });

  it("keeps a line of the prompt that only looks a little like settings", () => {
    const text = "a sign that says Steps: two\nSeed: of love, Note: well";
    expect(readInfotext(text, true)).toEqual({ generator: "a1111", prompt: text });
  });

  it("of which an extension has kept its templates below is read all the same", () => {
    const text =
      "a hill\nNegative prompt: fog\nSteps: 20, Sampler: Euler a, Seed: 1\nTemplate: a {hill|dale}\nNegative Template: fog";
    expect(readInfotext(text, true)).toMatchObject({ prompt: "a hill", negativePrompt: "fog", seed: 1 });
  });

  it("may hold JSON and quoted commas among its settings", () => {
    const line =
      'Steps: 4, Hashes: {"model": "a, b", "vae": "}"}, Civitai resources: [{"a": [1, 2]}], ADetailer prompt: "x, \\"y\\": z", Seed: 9';
    expect(Object.fromEntries(readSettings(line))).toEqual({
      Steps: "4",
      Hashes: '{"model": "a, b", "vae": "}"}',
      "Civitai resources": '[{"a": [1, 2]}]',
      "ADetailer prompt": 'x, "y": z',
      Seed: "9",
    });
  });

  it("written by A1111 is read back, whatever the prompts are", () => {
    const words = fc.stringMatching(/^[a-z(),:.<>"'\\ 0-9-]{1,60}$/).filter((text) => text.trim() === text);
    fc.assert(
      fc.property(words, words, fc.nat(), (prompt, negativePrompt, seed) => {
        const text = `${prompt}\nNegative prompt: ${negativePrompt}\nSteps: 20, Sampler: Euler a, Seed: ${seed}, Extra: ${JSON.stringify(prompt)}, Size: 8x9`;
        expect(readInfotext(text, false)).toMatchObject({
          prompt,
          negativePrompt,
          seed,
          size: { width: 8, height: 9 },
        });
      }),
    );
  });
});

describe("a user comment", () => {
  it("in UTF-16 is read whatever byte order the EXIF says", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z ]{4,40}$/),
        fc.boolean(),
        fc.boolean(),
        (text, swapped, little) => {
          const utf16 = Buffer.from(text, "utf16le");
          const bytes = Buffer.concat([Buffer.from("UNICODE\0"), swapped ? utf16.swap16() : utf16]);
          expect(readUserComment(bytes, little)).toBe(text);
        },
      ),
    );
  });
});
