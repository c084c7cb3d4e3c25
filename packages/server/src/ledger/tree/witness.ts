// Witnesses: whoever outside this server's trust domain vouches that checkpoints only ever grew.

/** What a witness is shown: a signed checkpoint, and proof that it extends the one it saw before. */
export interface Witnessing {
  readonly note: string;
  readonly from: number;
  readonly proof: readonly Buffer[];
}

export interface Witness {
  readonly name: string;
  /** `name+id+base64` of the key that its lines verify under. */
  readonly verifierKey: string;
  /** The last checkpoint that it has seen, as its signed note; undefined: none yet. */
  latest(): Promise<string | undefined>;
  /** Its cosignature line, or undefined when it refuses: the proof does not hold. */
  witness(shown: Witnessing): Promise<string | undefined>;
}
