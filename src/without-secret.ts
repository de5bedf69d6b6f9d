/** What is so short is likely to be a word of its own. */
const SHORTEST = 4;

/**
 * A stranger's text without the key that it was sent, should it repeat it: as it is, as basic authentication has it, and
 * the password alone.
 */
export function withoutSecret(text: string, key: string | undefined): string {
  if (key === undefined) return text;
  const password = key.slice(key.indexOf(":") + 1);
  const forms = [key, Buffer.from(key).toString("base64"), password];
  return forms
    .filter((form) => form.length >= SHORTEST)
    .reduce((clean, form) => clean.replaceAll(form, "(the key)"), text);
}
