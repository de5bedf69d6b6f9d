/** What a colour means here. Never the only sign: an icon and a word say the same. */
export type Tone = "neutral" | "active" | "good" | "reused" | "warn" | "bad" | "person";
