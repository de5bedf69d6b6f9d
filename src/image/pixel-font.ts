/**
 * Letters of 5 x 7 pixels, so that labels look the same on machines without fonts. A glyph is seven rows from the top,
 * each a base-32 digit of five bits, the leftmost pixel the highest. Lower case is drawn as upper case.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  A: "ehhvhhh",
  B: "uhhuhhu",
  C: "ehggghe",
  D: "uhhhhhu",
  E: "vgguggv",
  F: "vgguggg",
  G: "ehgnhhf",
  H: "hhhvhhh",
  I: "e44444e",
  J: "72222ic",
  K: "hikokih",
  L: "ggggggv",
  M: "hrllhhh",
  N: "hhpljhh",
  O: "ehhhhhe",
  P: "uhhuggg",
  Q: "ehhhlid",
  R: "uhhukih",
  S: "fgge11u",
  T: "v444444",
  U: "hhhhhhe",
  V: "hhhhha4",
  W: "hhhllla",
  X: "hha4ahh",
  Y: "hhha444",
  Z: "v1248gv",
  "0": "ehjlphe",
  "1": "4c4444e",
  "2": "eh1248v",
  "3": "v2421he",
  "4": "26aiv22",
  "5": "vgu11he",
  "6": "68guhhe",
  "7": "v124888",
  "8": "ehhehhe",
  "9": "ehhf12c",
  ".": "00000cc",
  ",": "0000c48",
  ":": "0cc0cc0",
  "-": "000v000",
  _: "000000v",
  "+": "044v440",
  "=": "00v0v00",
  "%": "op248j3",
  "/": "01248g0",
  "(": "2488842",
  ")": "8422248",
  "#": "aavavaa",
  "?": "eh12404",
  "!": "4444404",
  "&": "cik8lid",
  "'": "4480000",
  '"': "aa00000",
  "[": "e88888e",
  "]": "e22222e",
  "{": "6448446",
  "}": "c44244c",
  "<": "248g842",
  ">": "8421248",
  "@": "ehnlnge",
  "~": "008l200",
  $: "4fke5u4",
  ";": "0cc0c48",
  "^": "4ah0000",
  " ": "0000000",
};

export const GLYPH_HEIGHT = 7;
const GLYPH_WIDTH = 5;
const ADVANCE = GLYPH_WIDTH + 1;

/** One character for each place, letters without their accents, for which these few pixels have no room. */
const places = (text: string): readonly string[] =>
  [...text.normalize("NFC")].map((character) => {
    const bare = character.normalize("NFD").replace(/\p{M}/gu, "").toUpperCase();
    return bare.length === 1 ? bare : character;
  });

/** Width of a text at scale 1, in pixels. */
export const textWidth = (text: string): number => Math.max(0, places(text).length * ADVANCE - 1);

/** Calls `dot` for every set pixel of a text at scale 1; characters without a glyph are drawn as question marks. */
export function traceText(text: string, dot: (x: number, y: number) => void): void {
  for (const [i, character] of places(text).entries()) {
    const rows = GLYPHS[character] ?? GLYPHS["?"] ?? "";
    for (const [y, digit] of [...rows].entries()) {
      const bits = Number.parseInt(digit, 32);
      for (let x = 0; x < GLYPH_WIDTH; x++) {
        if ((bits >> (GLYPH_WIDTH - 1 - x)) & 1) dot(i * ADVANCE + x, y);
      }
    }
  }
}
