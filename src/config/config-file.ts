import { readFileSync } from "node:fs";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { hasCode, MaskloomError, parseAs } from "../errors.ts";
import { suggestion } from "../nearest-name.ts";

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const Value = z.union([Scalar, z.array(Scalar)]);
const FileContent = z.record(z.string(), z.union([Value, z.record(z.string(), Value)])).nullable();
/** Sections of entries with fields of their own; whoever they are for reads them. */
const SectionNames = ["providers"] as const;
type SectionName = (typeof SectionNames)[number];

export interface SettingsFile {
  /** Scalars and lists by their places, such as `server.port`, as text. */
  readonly values: ReadonlyMap<string, string>;
  /** As they stand in the file; undefined where they do not. */
  readonly sections: Readonly<Record<SectionName, unknown>>;
}

/**
 * The settings of a YAML file.
 * @param known every place of a scalar or list there may be
 * @param required whether the file must be there
 * @throws INPUT_INVALID naming what the file has and should not
 */
export function readSettingsFile(file: string, known: readonly string[], required: boolean): SettingsFile {
  const { sections, rest } = takeSections(parseFile(file, required));
  const values = flatten(parseAs(FileContent, rest, `configuration file ${file}`));
  const unknown = [...values.keys()].filter((key) => !known.includes(key));
  if (unknown.length === 0) return { values, sections };
  throw new MaskloomError(
    "INPUT_INVALID",
    `configuration file ${file}: unknown setting ${unknown
      .map((key) => `${key}.${suggestion(key, [...known, ...SectionNames])}`)
      .join(" ")} docs/cli.md has all that there are, under Settings`,
  );
}

function takeSections(content: unknown): {
  readonly sections: SettingsFile["sections"];
  readonly rest: unknown;
} {
  if (typeof content !== "object" || content === null || Array.isArray(content))
    return { sections: { providers: undefined }, rest: content };
  const { providers, ...rest } = { providers: undefined, ...content };
  return { sections: { providers }, rest };
}

function parseFile(file: string, required: boolean): unknown {
  try {
    return parseYaml(readFileSync(file, "utf8")) ?? null;
  } catch (error) {
    if (!required && (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR"))) return null;
    const reason = error instanceof Error ? error.message : String(error);
    const advice = hasCode(error, "EACCES")
      ? "; let this user read it, or set MASKLOOM_HOME to a folder of its own"
      : "";
    throw new MaskloomError("INPUT_INVALID", `configuration file ${file}: ${reason}${advice}`, {
      cause: error,
    });
  }
}

function flatten(content: z.output<typeof FileContent>): Map<string, string> {
  const values = new Map<string, string>();
  for (const [key, value] of Object.entries(content ?? {})) {
    const nested = typeof value === "object" && !Array.isArray(value);
    for (const [inner, leaf] of nested ? Object.entries(value) : [["", value] as const]) {
      values.set(inner === "" ? key : `${key}.${inner}`, String(leaf));
    }
  }
  return values;
}
