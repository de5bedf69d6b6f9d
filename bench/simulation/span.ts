/** Seconds since midnight. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Something that is so many times what it usually is, for a while. */
export interface Excess extends Span {
  readonly factor: number;
}

const isDuring = ({ from, to }: Span, time: number): boolean => time >= from && time < to;

/** When something that is away for a while can be done that is wanted at this time. */
export const afterwards = (span: Span | undefined, time: number): number =>
  span !== undefined && isDuring(span, time) ? span.to : time;

export const factorAt = (excess: Excess | undefined, time: number): number =>
  excess !== undefined && isDuring(excess, time) ? excess.factor : 1;
