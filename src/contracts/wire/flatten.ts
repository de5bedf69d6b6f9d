import { deliveryFields } from "./common-fields.ts";
import { WIRE_TASKS, type WireTaskType } from "./tasks.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Flat name of each member of a group, by the name that it has there. */
export type GroupMembers = Readonly<Record<string, string>>;

/** What a task is, whose it is and how its results are sent stands at the top or nowhere. */
const TOP_ONLY = new Set(["taskType", "taskUUID", "model", "settings", ...Object.keys(deliveryFields)]);
const PICTURES = new Set(["inputImage", "seedImage", "maskImage"]);

/** Everything else that a task has may stand in its `settings`. */
function settingsOf(taskType: "imageMasking" | "imageInference"): GroupMembers {
  const names = Object.keys(WIRE_TASKS[taskType].shape);
  const members = names.filter((name) => !TOP_ONLY.has(name) && !PICTURES.has(name));
  return Object.fromEntries(members.map((name) => [name, name]));
}

/** Where the nested form keeps what the flat form has at the top. */
export const WIRE_GROUPS: Readonly<Record<WireTaskType, Readonly<Record<string, GroupMembers>>>> = {
  imageMasking: {
    inputs: { image: "inputImage", inputImage: "inputImage" },
    settings: settingsOf("imageMasking"),
  },
  imageInference: {
    inputs: { image: "seedImage", seedImage: "seedImage", mask: "maskImage", maskImage: "maskImage" },
    settings: settingsOf("imageInference"),
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
  /** Whatever else the request says, as it wrote it. */
  readonly others: ReadonlyMap<string, unknown>;
}

/**
 * The flat form of a request in either form. What stands at the top wins over the same field within a group, and null is
 * the same as nothing. `settings` of imageInference stays where it is too: providers have settings of their own.
 */
export function flattenTask(taskType: WireTaskType, request: Fields): FlatTask {
  const { shape } = WIRE_TASKS[taskType];
  const groups = WIRE_GROUPS[taskType];
  const fields: Record<string, unknown> = {};
  const writtenAs = new Map<string, string>();
  const others = new Map<string, unknown>();
  for (const [group, members] of Object.entries(groups)) {
    for (const [name, value] of membersOf(request[group])) {
      const flat = Object.hasOwn(members, name) ? members[name] : undefined;
      if (flat === undefined) {
        others.set(`${group}.${name}`, value);
      } else {
        fields[flat] = value;
        writtenAs.set(flat, `${group}.${name}`);
      }
    }
  }
  for (const [name, value] of membersOf(request)) {
    if (Object.hasOwn(shape, name)) {
      fields[name] = value;
      writtenAs.delete(name);
    } else if (!Object.hasOwn(groups, name) || !isGroup(value)) {
      others.set(name, value);
    }
  }
  return { fields, writtenAs, others };
}

const isGroup = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const membersOf = (value: unknown): [string, unknown][] =>
  isGroup(value) ? Object.entries(value).filter(([, member]) => member !== undefined && member !== null) : [];
