interface NumberOfSetting {
  readonly unit: string;
  /** What is expected, in words. */
  readonly expected: string;
  readonly isWhole: boolean;
  readonly most: number;
}

const DAYS: NumberOfSetting = {
  unit: "days",
  expected: "a whole number of days from 1 to 36,500",
  isWhole: true,
  most: 36_500,
};

/** Of the settings that can be changed here: what PATCH /api/settings takes. */
export const NUMBERS_OF_SETTINGS: Readonly<Record<string, NumberOfSetting>> = {
  MASKLOOM_KEEP_DAYS: DAYS,
  MASKLOOM_KEEP_EVENT_DAYS: DAYS,
  MASKLOOM_KEEP_GIGABYTES: {
    unit: "GB",
    expected: "a number of gigabytes above 0",
    isWhole: false,
    most: 1e9,
  },
};

/** Undefined where it is none that the setting takes. */
export function readNumber(name: string, text: string): number | undefined {
  const setting = NUMBERS_OF_SETTINGS[name];
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (setting === undefined || !(number > 0 && number <= setting.most)) return undefined;
  return setting.isWhole && !Number.isInteger(number) ? undefined : number;
}
