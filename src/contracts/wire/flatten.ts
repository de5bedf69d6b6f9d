import type { WireTaskType } from "./tasks.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Where the nested form keeps what the flat form has at the top; `*` = every field of the group under its own name. */
const NESTED: Readonly<Record<WireTaskType, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  imageMasking: { inputs: { image: "inputImage", inputImage: "inputImage" }, settings: { "*": "*" } },
  imageInference: {
    inputs: { image: "seedImage", seedImage: "seedImage", maskImage: "maskImage", mask: "maskImage" },
    settings: { "*": "*" },
    safety: { checkContent: "checkNSFW" },
  },
  imageUpload: { inputs: { image: "image" } },
  mediaStorage: { inputs: { media: "media" } },
  getResponse: {},
  getTaskDetails: {},
};

export interface FlatTask {
  readonly fields: Fields;
  /** How the request wrote a field that stood within a group: `settings.confidence`. */
  readonly writtenAs: ReadonlyMap<string, string>;
}

/**
 * The flat form of a request in either form. What stands at the top wins over the same field within a group.
 * `settings` of imageInference stays where it is too: providers have settings of their own.
 */
export function flattenTask(taskType: WireTaskType, request: Fields): FlatTask {
  const groups = NESTED[taskType];
  const fields: Record<string, unknown> = {};
  const writtenAs = new Map<string, string>();
  for (const [group, names] of Object.entries(groups)) {
    const members = request[group];
    if (typeof members !== "object" || members === null || Array.isArray(members)) continue;
    for (const [name, value] of Object.entries(members)) {
      const flat = Object.hasOwn(names, name) ? names[name] : names["*"] === "*" ? name : undefined;
      if (flat === undefined || PROTECTED.has(flat)) continue;
      fields[flat] = value;
      writtenAs.set(flat, `${group}.${name}`);
    }
  }
  for (const [name, value] of Object.entries(request)) {
    if (value === undefined || value === null) continue;
    fields[name] = value;
    writtenAs.delete(name);
  }
  return { fields, writtenAs };
}

/** What a task is and whose it is stands at the top or nowhere. */
const PROTECTED = new Set(["taskType", "taskUUID", "__proto__"]);
