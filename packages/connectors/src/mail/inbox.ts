// One person's mailbox, for as long as one question takes.
import { SourceError } from "@stead/sdk";
import type { ImapFlow, ImapTransport } from "imapflow";
import { sourceErrorOf } from "./failure.ts";
import { secure } from "./secure.ts";
import { accountOf, type MailSource } from "./settings.ts";

const CONNECT_MS = 15_000;
const SILENCE_MS = 30_000;

export async function inMailbox<T>(
  source: MailSource,
  use: (client: ImapFlow) => Promise<T>,
): Promise<T> {
  source.signal.throwIfAborted();
  const { user, password } = accountOf(source);
  const { imapHost: host, imapPort: port, imapSecurity } = source.settings;
  // Not before somebody reads mail: it would hold up every start.
  const { ImapFlow: Imap } = await import("imapflow");
  const client = new Imap({
    host,
    port,
    secure: imapSecurity === "tls",
    doSTARTTLS: imapSecurity === "starttls",
    auth: { user, pass: password },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    transport: await transportOf(source),
  });
  // Also told by what it is asked; without a listener it would end the process.
  client.on("error", () => undefined);
  const stop = (): void => client.close();
  source.signal.addEventListener("abort", stop, { once: true });
  try {
    await client.connect();
    return await use(client);
  } catch (error) {
    if (source.signal.aborted) throw new SourceError("unavailable", "It was called off.");
    throw sourceErrorOf(error, "IMAP");
  } finally {
    source.signal.removeEventListener("abort", stop);
    client.close();
  }
}

async function transportOf(source: MailSource): Promise<ImapTransport> {
  const { imapHost: host, imapPort: port, certificate } = source.settings;
  const socket = await source.dial({ protocol: "imap", host, port });
  const plain = Object.assign(socket, {
    setTimeout: "setTimeout" in socket ? socket.setTimeout : () => undefined,
  });
  return {
    connect(options, onConnect) {
      if (options.secure) return secure(socket, { host, certificate }, onConnect);
      setImmediate(onConnect);
      // oxlint-disable-next-line no-unsafe-type-assertion -- a socket of Node has it
      return plain as ReturnType<ImapTransport["connect"]>;
    },
    upgrade: (over, _options, onSecure) => secure(over, { host, certificate }, onSecure),
  };
}
