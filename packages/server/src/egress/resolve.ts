// Names to addresses, checked: what is resolved here is what is connected to, so no second answer
// of the name server can lead elsewhere.
import { lookup, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import type { AddressRule } from "./address.ts";
import { sanctioned } from "./sanction.ts";

export type Resolve = (host: string, done: (addresses: LookupAddress[] | null) => void) => void;

/** The machine's own resolver. */
export const systemResolve: Resolve = (host, done) => {
  sanctioned(() => {
    lookup(host, { all: true, order: "verbatim" }, (error, addresses) => {
      done(error ? null : addresses);
    });
  });
};

/** A name that leads to an internal address, as the error of the connection. */
export class BlockedAddress extends Error {
  readonly code = "EGRESS_BLOCKED";
}

/** A `lookup` for one `host:port`. One internal address among several refuses them all. */
export function checkedLookup(
  target: { readonly host: string; readonly port: number },
  rule: AddressRule,
  resolve: Resolve,
): LookupFunction {
  return (_name, options, callback) => {
    resolve(target.host, (addresses) => {
      const first = addresses?.[0];
      if (addresses === null || first === undefined) {
        callback(Object.assign(new Error("name not found"), { code: "ENOTFOUND" }), "", 0);
      } else if (!addresses.every(({ address }) => rule.permits(target.host, target.port, address)))
        callback(new BlockedAddress("internal address"), "", 0);
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
