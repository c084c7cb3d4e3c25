// Which network addresses may be reached: the public internet, and what was allowed by name.
import { BlockList, isIP, isIPv4 } from "node:net";

// RFC 6890 and its successors, plus the metadata address of one cloud that is a public one.
const BLOCKED_V4: readonly (readonly [net: string, prefix: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];
// Inside 2000::/3, the only global unicast block: protocol assignments, documentation, and the
// tunnels that carry an IPv4 address within (Teredo, 6to4). All outside the block is refused,
// which takes in loopback, link-local, unique-local, NAT64 and IPv4-mapped addresses.
const BLOCKED_V6: readonly (readonly [net: string, prefix: number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const blocked = new BlockList();
for (const [net, prefix] of BLOCKED_V4) blocked.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of BLOCKED_V6) blocked.addSubnet(net, prefix, "ipv6");
const globalV6 = new BlockList();
globalV6.addSubnet("2000::", 3, "ipv6");
/** Where clouds keep the machine's own credentials: closed even to an allowed host name. */
const linkLocal = new BlockList();
linkLocal.addSubnet("169.254.0.0", 16, "ipv4");
linkLocal.addSubnet("fe80::", 10, "ipv6");
linkLocal.addAddress("168.63.129.16", "ipv4");
linkLocal.addAddress("100.100.100.200", "ipv4");
linkLocal.addAddress("fd00:ec2::254", "ipv6");
linkLocal.addAddress("192.0.0.192", "ipv4");
linkLocal.addAddress("fd20:ce::254", "ipv6");
// The same within IPv6: mapped, compatible, translated by NAT64, and through 6to4.
linkLocal.addSubnet("::ffff:169.254.0.0", 112, "ipv6");
linkLocal.addSubnet("::169.254.0.0", 112, "ipv6");
linkLocal.addSubnet("64:ff9b::169.254.0.0", 112, "ipv6");
linkLocal.addSubnet("2002:a9fe::", 32, "ipv6");

/** True for an address of the public internet; false for anything that is no address. */
export function isPublic(address: string): boolean {
  // An address of one link alone, whatever its number says.
  if (address.includes("%")) return false;
  if (isIPv4(address)) return !blocked.check(address, "ipv4");
  if (isIP(address) !== 6) return false;
  return globalV6.check(address, "ipv6") && !blocked.check(address, "ipv6");
}

function isLinkLocal(address: string): boolean {
  if (address.includes("%") || isIP(address) === 0) return true;
  return linkLocal.check(address, isIPv4(address) ? "ipv4" : "ipv6");
}

/** `host:port` as the allow-list writes it, an IPv6 address in brackets. */
export function hostPort(host: string, port: number): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host.toLowerCase()}:${port}`;
}

/** Decides about addresses, given the `host:port` pairs that may be local. */
export class AddressRule {
  readonly #allowed: ReadonlySet<string>;

  constructor(allowPrivate: readonly string[]) {
    this.#allowed = new Set(allowPrivate.map((entry) => entry.toLowerCase()));
  }

  /** True when this pair was named, so that plain HTTP and a private address are meant. */
  isNamed(host: string, port: number): boolean {
    return this.#allowed.has(hostPort(host, port));
  }

  /** May a connection to `host:port` go to this address, which is what the name resolved to? */
  permits(host: string, port: number, address: string): boolean {
    if (isPublic(address)) return true;
    if (!this.isNamed(host, port)) return false;
    return isIP(host) !== 0 || !isLinkLocal(address);
  }
}
