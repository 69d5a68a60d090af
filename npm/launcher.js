#!/usr/bin/env node
"use strict";

// Starts the program that npm installed for this platform, and ends as it ends.

const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const { candidates } = require("./platform.js");

const packages = candidates();
const program = packages.map(find).find(Boolean);
if (program) {
  run(program);
} else {
  explain();
  process.exitCode = 2;
}

/** The path of the program in a package, if that is installed. */
function find(name) {
  const file = process.platform === "win32" ? "dynolint.exe" : "dynolint";
  try {
    return require.resolve(`${name}/bin/${file}`);
  } catch {
    return undefined;
  }
}

function run(program) {
  const child = spawn(program, process.argv.slice(2), { stdio: "inherit", windowsHide: true });
  // The terminal sends these to both processes; this one has to stay until the other has ended.
  const passed = ["SIGINT", "SIGTERM", "SIGHUP"];
  const pass = (signal) => child.kill(signal);
  for (const signal of passed) process.on(signal, pass);
  child.on("error", (error) => {
    console.error(`error: cannot start ${program}: ${error.message}`);
    process.exitCode = 2;
  });
  child.on("exit", (code, signal) => {
    for (const signal of passed) process.off(signal, pass);
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    // Whoever waits for this process sees the same end. Not every signal ends it: then its number does.
    process.exitCode = 128 + (constants.signals[signal] ?? 0);
    process.kill(process.pid, signal);
  });
}

function explain() {
  const platform = `${process.platform}-${process.arch}`;
  if (packages.length === 0) {
    console.error(`error: there is no dynolint for ${platform} on npm`);
    console.error("  help: build it: https://github.com/dynolint/dynolint/blob/main/docs/install.md");
    return;
  }
  console.error(`error: the package ${packages[0]}, which holds the program for ${platform}, is not installed`);
  console.error(
    "  help: it is an optional dependency of dynolint: install again without `--omit=optional` or\n" +
      "        `--no-optional`, and on this platform if `node_modules` was copied from another one",
  );
}
