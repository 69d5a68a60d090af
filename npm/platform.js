"use strict";

const { readdirSync } = require("node:fs");

/** The platforms that there is a package for, as `process.platform` and `process.arch` name them. */
const PLATFORMS = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-arm64", "win32-x64"];

/** The packages that have a program for this platform, best first. */
function candidates(platform = process.platform, arch = process.arch, musl = isMusl) {
  const name = `${platform}-${arch}`;
  if (!PLATFORMS.includes(name)) return [];
  const native = `@dynolint/${name}`;
  if (platform !== "linux") return [native];
  // The one for musl needs no library, so that it runs on glibc, too.
  return musl() ? [`${native}-musl`] : [native, `${native}-musl`];
}

/** Whether Node.js itself runs on musl, as on Alpine. */
function isMusl() {
  const { report } = process;
  if (typeof report?.getReport === "function") {
    // Looking up the names of open connections can take seconds.
    report.excludeNetwork = true;
    const seen = report.getReport();
    const { header, sharedObjects } = typeof seen === "string" ? JSON.parse(seen) : seen;
    if (header?.glibcVersionRuntime) return false;
    if (sharedObjects?.length) return sharedObjects.some((path) => path.includes("ld-musl-"));
  }
  try {
    return readdirSync("/lib").some((file) => file.startsWith("ld-musl-"));
  } catch {
    return false;
  }
}

module.exports = { PLATFORMS, candidates, isMusl };
