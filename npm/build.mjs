// Makes the folders that `npm publish` and `npm pack` take: one package for each platform with its program,
// and the main package, which depends on all of them and starts the one that is there.
//
//   node npm/build.mjs BINARIES OUT
//
// BINARIES has a folder for each target, named by its triple, with `dynolint` or `dynolint.exe` in it. The main
// package names only what is there. The version is that of Cargo.toml. Needs nothing but Node.js.

import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const SCOPE = "@dynolint";

/** What npm calls the targets that are built. */
const TARGETS = {
  "aarch64-apple-darwin": { os: "darwin", cpu: "arm64" },
  "aarch64-pc-windows-msvc": { os: "win32", cpu: "arm64" },
  "aarch64-unknown-linux-gnu": { os: "linux", cpu: "arm64", libc: "glibc" },
  "aarch64-unknown-linux-musl": { os: "linux", cpu: "arm64", libc: "musl" },
  "x86_64-apple-darwin": { os: "darwin", cpu: "x64" },
  "x86_64-pc-windows-msvc": { os: "win32", cpu: "x64" },
  "x86_64-unknown-linux-gnu": { os: "linux", cpu: "x64", libc: "glibc" },
  "x86_64-unknown-linux-musl": { os: "linux", cpu: "x64", libc: "musl" },
};

const [binaries, out, ...rest] = process.argv.slice(2);
if (!binaries || !out || rest.length > 0) {
  fail("usage: node npm/build.mjs BINARIES OUT");
}
const cargo = readFileSync(join(ROOT, "Cargo.toml"), "utf8");
const shared = {
  version: field("version"),
  description: field("description"),
  license: field("license"),
  homepage: "https://github.com/dynolint/dynolint#readme",
  bugs: "https://github.com/dynolint/dynolint/issues",
  repository: { type: "git", url: "git+https://github.com/dynolint/dynolint.git" },
};

const triples = readdirSync(binaries).sort();
if (triples.length === 0) fail(`there is nothing in ${binaries}`);
const unknown = triples.filter((triple) => !(triple in TARGETS));
if (unknown.length > 0) fail(`not a target of dynolint: ${unknown.join(", ")}`);
rmSync(out, { recursive: true, force: true });
const platforms = triples.map(platform);
main(platforms);
for (const name of [...platforms, "dynolint"]) console.log(join(out, folder(name)));

/** Makes the package of a platform, and gives its name. */
function platform(triple) {
  const { os, cpu, libc } = TARGETS[triple];
  const name = `${SCOPE}/${os}-${cpu}${libc === "musl" ? "-musl" : ""}`;
  const file = os === "win32" ? "dynolint.exe" : "dynolint";
  const program = join(binaries, triple, file);
  if (!existsSync(program)) fail(`there is no ${program}`);
  write(name, {
    name,
    ...shared,
    description: `The program of dynolint for ${triple}`,
    os: [os],
    cpu: [cpu],
    ...(libc && { libc: [libc] }),
    // Without an entry in `bin`: two packages must not claim the same command.
    files: ["bin/", "LICENSE-*"],
    preferUnplugged: true,
  });
  const bin = join(out, folder(name), "bin");
  mkdirSync(bin);
  copyFileSync(program, join(bin, file));
  // What went through an archive may have lost its mode.
  chmodSync(join(bin, file), 0o755);
  text(name, "README.md", `# ${name}\n\nThe program of [dynolint](${shared.homepage}) for \`${triple}\`. Install \`dynolint\`, which picks it.\n`);
  return name;
}

function main(platforms) {
  const name = "dynolint";
  write(name, {
    name,
    ...shared,
    keywords: ["heroku", "linter", "migration", "static-analysis", "sarif"],
    bin: { dynolint: "bin/dynolint.js" },
    files: ["bin/", "LICENSE-*"],
    engines: { node: ">=18" },
    optionalDependencies: Object.fromEntries(platforms.map((platform) => [platform, shared.version])),
  });
  const bin = join(out, folder(name), "bin");
  mkdirSync(bin);
  copyFileSync(join(HERE, "launcher.js"), join(bin, "dynolint.js"));
  chmodSync(join(bin, "dynolint.js"), 0o755);
  copyFileSync(join(HERE, "platform.js"), join(bin, "platform.js"));
  copyFileSync(join(ROOT, "packaging", "about.md"), join(out, folder(name), "README.md"));
}

/** Makes the folder of a package, with what every package has. */
function write(name, manifest) {
  mkdirSync(join(out, folder(name)), { recursive: true });
  text(name, "package.json", `${JSON.stringify(manifest, null, 2)}\n`);
  for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) {
    copyFileSync(join(ROOT, licence), join(out, folder(name), licence));
  }
}

function text(name, file, content) {
  writeFileSync(join(out, folder(name), file), content);
}

/** `@dynolint/linux-x64` → `linux-x64`. */
function folder(name) {
  return name.replace(`${SCOPE}/`, "");
}

/** A text of `[package]` in Cargo.toml. */
function field(name) {
  const found = new RegExp(`^${name} = "([^"]*)"$`, "m").exec(cargo);
  return found?.[1] ?? fail(`Cargo.toml has no ${name}`);
}

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(2);
}
