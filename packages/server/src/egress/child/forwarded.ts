// How a child is started so that it finds its way out: through the forwarder, which its sandbox holds.
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./forward.ts", import.meta.url));
/** In a network of the child's own, where nobody else listens. */
const PORT = 3128;
const INSIDE = "/run/stead-out.sock";
const PROXY = `http://127.0.0.1:${PORT}`;

export interface Forwarded {
  /** Stands before the command. */
  readonly through: readonly string[];
  /** Files that the sandbox must hold for it. */
  readonly files: readonly string[];
  readonly socket: { readonly from: string; readonly to: string };
  readonly environment: Readonly<Record<string, string>>;
}

export function forwarded(socketPath: string): Forwarded {
  return {
    through: [process.execPath, SCRIPT, INSIDE, String(PORT)],
    files: [process.execPath, SCRIPT],
    socket: { from: socketPath, to: INSIDE },
    environment: {
      HTTPS_PROXY: PROXY,
      https_proxy: PROXY,
      HTTP_PROXY: PROXY,
      http_proxy: PROXY,
      // Node looks at the others when it is told to.
      NODE_USE_ENV_PROXY: "1",
    },
  };
}
