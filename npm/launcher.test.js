"use strict";

// node --test npm/

const assert = require("node:assert");
const { spawn, spawnSync } = require("node:child_process");
const { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { after, before, test } = require("node:test");

const { candidates } = require("./platform.js");

let folder;
let launcher;

/** Installs a program for this platform, as a script. */
before(() => {
  folder = mkdtempSync(join(tmpdir(), "launcher-"));
  const [name] = candidates();
  const bin = join(folder, "node_modules", name, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "..", "package.json"), JSON.stringify({ name, version: "0.0.0" }));
  writeFileSync(
    join(bin, "dynolint"),
    `#!/usr/bin/env node
const [verb, ...rest] = process.argv.slice(2);
if (verb === "echo") process.stdout.write(JSON.stringify(rest));
if (verb === "cat") process.stdin.pipe(process.stdout);
if (verb === "exit") process.exitCode = Number(rest[0]);
if (verb === "die") process.kill(process.pid, rest[0]);
if (verb === "wait") {
  process.on("SIGTERM", () => { console.log("told to stop"); process.exit(7); });
  console.log("ready");
  setInterval(() => {}, 1000);
}
`,
  );
  chmodSync(join(bin, "dynolint"), 0o755);
  const main = join(folder, "node_modules", "dynolint", "bin");
  mkdirSync(main, { recursive: true });
  launcher = join(main, "dynolint.js");
  cpSync(join(__dirname, "launcher.js"), launcher);
  cpSync(join(__dirname, "platform.js"), join(main, "platform.js"));
});

after(() => rmSync(folder, { recursive: true }));

function run(args, options = {}) {
  return spawnSync(process.execPath, [launcher, ...args], { encoding: "utf8", ...options });
}

test("every platform has its packages, best first", () => {
  const glibc = () => false;
  const musl = () => true;
  assert.deepStrictEqual(candidates("linux", "x64", glibc), ["@dynolint/linux-x64", "@dynolint/linux-x64-musl"]);
  assert.deepStrictEqual(candidates("linux", "arm64", musl), ["@dynolint/linux-arm64-musl"]);
  assert.deepStrictEqual(candidates("darwin", "arm64", musl), ["@dynolint/darwin-arm64"]);
  assert.deepStrictEqual(candidates("win32", "x64", musl), ["@dynolint/win32-x64"]);
  assert.deepStrictEqual(candidates("linux", "s390x", glibc), []);
  assert.deepStrictEqual(candidates("freebsd", "x64", glibc), []);
});

test("arguments and streams are passed on", () => {
  const odd = ["", "a b", "--", "-x", "'\"$HOME`", "naïve ☃", "*"];
  assert.deepStrictEqual(JSON.parse(run(["echo", ...odd]).stdout), odd);
  assert.strictEqual(run(["cat"], { input: "text\n" }).stdout, "text\n");
});

test("the exit code is the program's", () => {
  for (const code of [0, 1, 2, 101]) assert.strictEqual(run(["exit", String(code)]).status, code);
});

test("a signal that ends the program ends the launcher", { skip: process.platform === "win32" }, () => {
  for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"]) assert.strictEqual(run(["die", signal]).signal, signal);
});

test("a signal is passed on, and its answer waited for", { skip: process.platform === "win32" }, async () => {
  const child = spawn(process.execPath, [launcher, "wait"], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (data) => {
    said += data;
    if (said === "ready\n") child.kill("SIGTERM");
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.strictEqual(code, 7);
  assert.strictEqual(said, "ready\ntold to stop\n");
});

test("a missing package is named, with what to do", () => {
  rmSync(join(folder, "node_modules", "@dynolint"), { recursive: true });
  const { status, stderr, stdout } = run([]);
  assert.strictEqual(status, 2);
  assert.strictEqual(stdout, "");
  assert.match(stderr, /^error: the package @dynolint\/[a-z0-9-]+, which holds the program for /);
  assert.match(stderr, /--omit=optional/);
});
