import path from "node:path";
import { composed, rowName, type TableRow } from "../../runs/batches/inputs-table.ts";
import type { InputFile } from "../listing/input-listing.ts";
import { resolvePlace } from "../paths.ts";

interface Claim {
  /** The better way to name a picture wins: see `waysOf`. */
  readonly rank: number;
  readonly path: string;
  /** Two pictures have the name. */
  readonly isAmbiguous: boolean;
}

/**
 * Which picture each row of a table is about. Pictures are shown one after the other and none is kept: memory grows with
 * the table, not with the pictures.
 *
 * A row names a picture by its relative name, its path (from here or from the table's folder), or a base name that is
 * unique among the pictures.
 */
export class TableIndex {
  readonly #rows: readonly TableRow[];
  readonly #byName = new Map<string, TableRow>();
  readonly #byPath = new Map<string, TableRow>();
  readonly #byTablePath = new Map<string, TableRow>();
  readonly #byBase = new Map<string, TableRow>();
  readonly #claims = new Map<TableRow, Claim>();

  constructor(rows: readonly TableRow[], tableFile: string) {
    this.#rows = rows;
    for (const row of rows) {
      this.#byName.set(rowName(row), row);
      this.#byPath.set(composed(resolvePlace(".", row.file)), row);
      this.#byTablePath.set(composed(resolvePlace(path.dirname(tableFile), row.file)), row);
      this.#byBase.set(composed(row.file), row);
    }
  }

  /** Every picture is shown once before rows are asked for. */
  see(file: InputFile): void {
    for (const [rank, row] of this.#waysOf(file).entries()) {
      if (row === undefined) continue;
      const known = this.#claims.get(row);
      if (known !== undefined && (known.rank < rank || known.path === file.path)) continue;
      const isAmbiguous = known !== undefined && known.rank === rank;
      this.#claims.set(row, { rank, path: file.path, isAmbiguous });
    }
  }

  rowOf(file: InputFile): TableRow | undefined {
    return this.#waysOf(file).find((row) => row !== undefined && this.#isAbout(row, file));
  }

  unmatched(): TableRow[] {
    return this.#rows.filter((row) => this.#claims.get(row)?.isAmbiguous !== false);
  }

  #waysOf({ name, path: absolute }: InputFile): readonly (TableRow | undefined)[] {
    return [
      this.#byName.get(composed(name)),
      this.#byPath.get(composed(absolute)),
      this.#byTablePath.get(composed(absolute)),
      this.#byBase.get(composed(path.posix.basename(name))),
    ];
  }

  #isAbout(row: TableRow, file: InputFile): boolean {
    const claim = this.#claims.get(row);
    return claim !== undefined && !claim.isAmbiguous && claim.path === file.path;
  }
}
