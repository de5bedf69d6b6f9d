import type { RunsSearch } from "../runs-search.ts";
import type { FilterKind } from "./filter-kinds.ts";

export interface FilterEditorProps {
  readonly kind: FilterKind;
  readonly search: RunsSearch;
  /** What there is to choose from; anything else can be typed. */
  readonly known: readonly string[];
  readonly onChange: (change: Readonly<Record<string, string>>) => void;
  readonly onDone: () => void;
}
