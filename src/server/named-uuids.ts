/** What lines of the log can be found by. */
const NAMES = ["runUUID", "taskUUID", "batchUUID"] as const;
export type NamedUuids = Readonly<Partial<Record<(typeof NAMES)[number], string>>>;

/** Which run, task and batch a request was about: those of its address, and those of its answer. */
export function uuidsIn(...places: readonly unknown[]): NamedUuids {
  return Object.fromEntries(
    places.flatMap((place) => {
      if (typeof place !== "object" || place === null) return [];
      const fields = place as Readonly<Record<string, unknown>>;
      return NAMES.flatMap((name) => (typeof fields[name] === "string" ? [[name, fields[name]]] : []));
    }),
  );
}
