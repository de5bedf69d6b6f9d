/** As many names as a message has room for, and `…` where there are more. */
export function firstNames(names: readonly string[], most: number): string {
  return `${names.slice(0, most).join(", ")}${names.length > most ? ", …" : ""}`;
}
