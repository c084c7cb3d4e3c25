// The bounds of connections, for whoever sets no others.

export interface EgressLimits {
  readonly connectTimeoutMs: number;
  readonly keepAliveMs: number;
  /** Connections to one origin, and requests that may wait for one. */
  readonly connectionsMax: number;
  readonly waitingMax: number;
}

export const EGRESS_LIMITS: EgressLimits = {
  connectTimeoutMs: 10_000,
  keepAliveMs: 15_000,
  connectionsMax: 256,
  waitingMax: 2_000,
};
