import { createReadStream } from "node:fs";

/**
 * The lines of a UTF-8 text, without their ends. They end at line feeds alone: JSON has U+2028 and U+2029 as they are
 * within texts, which `node:readline` takes for ends as well, so that a name with one in it was cut in two.
 */
export async function* linesOfFile(file: string, signal?: AbortSignal): AsyncGenerator<string> {
  const parts: AsyncIterable<string> = createReadStream(file, { encoding: "utf8", signal });
  let rest: string[] = [];
  for await (const part of parts) {
    const lines = part.split("\n");
    const last = lines.pop() ?? "";
    for (const line of lines) {
      yield rest.join("") + line;
      rest = [];
    }
    rest.push(last);
  }
  const end = rest.join("");
  if (end !== "") yield end;
}
