import { fileURLToPath } from "node:url";

export default {
  entry: "./index.js",
  output: { path: fileURLToPath(new URL("dist", import.meta.url)), filename: "index.js" },
  performance: { hints: false },
};
