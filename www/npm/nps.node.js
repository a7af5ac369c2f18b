// The same for Node, whose fetch reads no files: it reads the modules from the disk.
import { readFile } from "node:fs/promises";
import * as nps from "./nps.js";

const isFile = (from) => from instanceof URL && from.protocol == "file:";
const read = (from) => (isFile(from) ? readFile(from) : from);

export const load = async (from = new URL("./nps.wasm", import.meta.url)) => nps.load(read(from));

export const loadText = async (from = new URL("./nps-text.wasm", import.meta.url)) => nps.loadText(read(from));

const prepare = (...given) =>
  Promise.all([load(), given.some((scores) => typeof scores == "string") && loadText()]);

export const npsOf = async (scores, options) => {
  await prepare(scores);
  return nps.npsOf(scores, options);
};

export const compare = async (...both) => {
  await prepare(...both);
  return nps.compare(...both);
};
