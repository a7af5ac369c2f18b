// The same for Node, whose fetch reads no files: there the module is read from the disk.
import { readFile } from "node:fs/promises";
import * as nps from "./nps.js";

const isFile = (from) => from instanceof URL && from.protocol == "file:";

export const load = async (from = new URL("./nps.wasm", import.meta.url)) =>
  nps.load(isFile(from) ? readFile(from) : from);

export const npsOf = async (...call) => {
  await load();
  return nps.npsOf(...call);
};

export const compare = async (...call) => {
  await load();
  return nps.compare(...call);
};
