import path from "node:path";
import type { MaskloomError } from "../../errors.ts";
import { composed, doubleRow, rowName, type TableRow } from "../../runs/batches/inputs-table.ts";
import type { InputFile } from "../listing/input-listing.ts";
import { resolvePlace } from "../paths.ts";

interface Claim {
  /** The better way to name a picture wins: see `waysOf`. */
  readonly rank: number;
  readonly path: string;
  /** Two pictures have the name. */
  readonly isAmbiguous: boolean;
}

/** Several rows may be about one place, each in its own words. */
type RowsBy = Map<string, TableRow[]>;

function put(rows: RowsBy, key: string, row: TableRow): void {
  const known = rows.get(key);
  if (known === undefined) rows.set(key, [row]);
  else known.push(row);
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
  readonly #tableFile: string;
  readonly #byName: RowsBy = new Map();
  readonly #byPath: RowsBy = new Map();
  readonly #byTablePath: RowsBy = new Map();
  readonly #byBase: RowsBy = new Map();
  readonly #claims = new Map<TableRow, Claim>();

  constructor(rows: readonly TableRow[], tableFile: string) {
    this.#rows = rows;
    this.#tableFile = tableFile;
    for (const row of rows) {
      put(this.#byName, rowName(row), row);
      put(this.#byPath, composed(resolvePlace(".", row.file)), row);
      put(this.#byTablePath, composed(resolvePlace(path.dirname(tableFile), row.file)), row);
      put(this.#byBase, composed(row.file), row);
    }
  }

  /** Every picture is shown once before rows are asked for. */
  see(file: InputFile): void {
    for (const [rank, rows] of this.#waysOf(file).entries())
      for (const row of rows) this.#claim(row, rank, file);
  }

  #claim(row: TableRow, rank: number, { path: file }: InputFile): void {
    const known = this.#claims.get(row);
    if (known !== undefined && (known.rank < rank || known.path === file)) return;
    const isAmbiguous = known !== undefined && known.rank === rank;
    this.#claims.set(row, { rank, path: file, isAmbiguous });
  }

  rowOf(file: InputFile): TableRow | undefined {
    return this.#waysOf(file)
      .flat()
      .find((row) => this.#isAbout(row, file));
  }

  /** Rows about a picture that a row before them is about, by another name: INPUT_INVALID, in the order of the table. */
  doubles(): MaskloomError[] {
    const first = new Map<string, TableRow>();
    return this.#rows.flatMap((row) => {
      const claim = this.#claims.get(row);
      if (claim === undefined || claim.isAmbiguous) return [];
      const other = first.get(claim.path);
      if (other !== undefined) return [doubleRow(this.#tableFile, row, other)];
      first.set(claim.path, row);
      return [];
    });
  }

  unmatched(): TableRow[] {
    return this.#rows.filter((row) => this.#claims.get(row)?.isAmbiguous !== false);
  }

  #waysOf({ name, path: absolute }: InputFile): readonly (readonly TableRow[])[] {
    return [
      this.#byName.get(composed(name)) ?? [],
      this.#byPath.get(composed(absolute)) ?? [],
      this.#byTablePath.get(composed(absolute)) ?? [],
      this.#byBase.get(composed(path.posix.basename(name))) ?? [],
    ];
  }

  #isAbout(row: TableRow, file: InputFile): boolean {
    const claim = this.#claims.get(row);
    return claim !== undefined && !claim.isAmbiguous && claim.path === file.path;
  }
}
