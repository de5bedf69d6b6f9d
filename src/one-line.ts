/* biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/**
 * A name as one line may hold it: names of files may have line ends, and sequences that would steer the terminal. They
 * are shown as escapes.
 */
export function onOneLine(name: string): string {
  return name.replace(CONTROLS, (character) => {
    const escaped = JSON.stringify(character).slice(1, -1);
    return escaped === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}` : escaped;
  });
}

/** The same for a text of several lines, which it keeps: messages repeat what others called things. */
export const onItsLines = (text: string): string => text.split("\n").map(onOneLine).join("\n");
