import path from "node:path";

/** What disks take of a name and systems of a path, in bytes; some take less. */
const LONGEST_NAME = 255;
const LONGEST_PATH = 4096;
/** As much of it as tells it from others, in characters. */
const SHOWN = 40;

/** What is wrong with a path that the system calls too long, without saying it whole. */
export function nameTooLong(file: string): string {
  const longest = file
    .split(path.sep)
    .reduce((a, b) => (Buffer.byteLength(b) > Buffer.byteLength(a) ? b : a));
  const bytes = Buffer.byteLength(longest);
  const isName = bytes > LONGEST_NAME || Buffer.byteLength(file) <= LONGEST_PATH;
  if (isName)
    return `${shorten(longest)}: its name is too long: expected up to ${LONGEST_NAME} bytes, as most disks take, received ${bytes}`;
  return `${shorten(path.basename(file))}: its path is too long: expected up to ${LONGEST_PATH} bytes, received ${Buffer.byteLength(file)}`;
}

/** Its beginning and its end, which has the extension. */
function shorten(name: string): string {
  const characters = [...name];
  if (characters.length <= SHOWN) return name;
  return `${characters.slice(0, SHOWN / 2).join("")}…${characters.slice(-SHOWN / 2).join("")}`;
}
