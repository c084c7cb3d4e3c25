// Says what to do where Node 24 is not there. Plain JavaScript, for it is older Nodes that run it.

/** Undefined when the version will do, else what to tell the person. */
export function whatToDo(version, { platform, arch }) {
  if (Number(version.replace(/^v/, "").split(".")[0]) >= 24) return undefined;
  const carried = platform === "linux" && (arch === "x64" || arch === "arm64");
  const remedy = carried
    ? "npm brings it for this system: run `npm ci` (without --omit=optional), then `npm start` again."
    : `npm brings it for Linux on x64 and arm64 alone (this is ${platform} on ${arch}): ` +
      "install Node 24 or newer from https://nodejs.org, then run `npm start` again.";
  return `Stead needs Node 24 or newer; this is ${version}. ${remedy}`;
}

export function demandNode() {
  const advice = whatToDo(process.version, process);
  if (advice === undefined) return;
  console.error(advice);
  process.exit(1);
}
