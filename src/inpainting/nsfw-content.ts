/**
 * Whether anything that was painted is not safe for work, as the API's `NSFWContent` says it: true where it was found in
 * any of the paintings, false where whoever painted looked at all of them. Undefined where something was not looked at.
 */
export function joinNsfwContent(told: readonly (boolean | undefined)[]): boolean | undefined {
  if (told.includes(true)) return true;
  return told.length === 0 || told.includes(undefined) ? undefined : false;
}
