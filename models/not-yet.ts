/** A detector of the Image Masking API that this version knows by name but cannot run yet. */
export interface PlannedDetector {
  readonly id: string;
  readonly air: string;
  readonly slug: string;
}

/** A detector that becomes available leaves this list. */
export const plannedDetectors: readonly PlannedDetector[] = [];
