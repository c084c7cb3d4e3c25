// TLS over a connection that Stead has opened; nothing is connected here.
import type { Duplex } from "node:stream";
import { connect, type TLSSocket } from "node:tls";

export interface Secured {
  readonly host: string;
  readonly certificate: string | undefined;
}

/** Its errors, among them a certificate that nobody vouches for, come as `error`. */
export function secure(socket: Duplex, to: Secured, onSecure: () => void): TLSSocket {
  const isName = /[A-Za-z]/.test(to.host) && !to.host.includes(":");
  return connect(
    {
      socket,
      host: to.host,
      minVersion: "TLSv1.2",
      ...(isName && { servername: to.host }),
      ...(to.certificate !== undefined && { ca: to.certificate }),
    },
    onSecure,
  );
}

/** Resolves once both sides agree; nothing is said before. */
export function secured(socket: Duplex, to: Secured): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const over = secure(socket, to, () => {
      over.off("error", reject);
      resolve(over);
    });
    over.once("error", reject).once("close", () => reject(new Error("closed")));
  });
}
