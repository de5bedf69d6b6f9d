/** A model that can be had at this moment. */
export interface AvailableModel {
  /** Canonical id. */
  readonly model: string;
  /** Whatever else it may be called: AIR, slug. */
  readonly names?: readonly string[];
  readonly provider: string;
  readonly digest: string;
  readonly seeded: boolean;
  /** Using it costs money, so that `provider: auto` does not take it. */
  readonly paid?: boolean;
  /** Which of a step's provider fields its provider takes. */
  readonly takes?: readonly ("native" | "template")[];
}

/** What is to be had here: models and configured provider instances. */
export interface Catalogue {
  /**
   * By any of its names; at the provider with this id where one is given. Throws MODEL_UNKNOWN, or MODEL_UNAVAILABLE
   * saying what brings it here.
   */
  readonly detectors: (model: string, provider?: string) => AvailableModel;
  readonly inpainters: (model: string, provider?: string) => AvailableModel;
  /** Ids of the configured provider instances. */
  readonly providers: readonly string[];
  /** Of those that are elsewhere: a workflow may name the kind alone, and means the first of it. */
  readonly kinds?: Readonly<Record<string, string>>;
  /** Ids of those that cost money: a picture's file alone never leads there. */
  readonly paid?: readonly string[];
  /** All models that can be had now, for workflows in which each picture asks for its own. */
  readonly ready?: (models: "detectors" | "inpainters") => readonly AvailableModel[];
}
