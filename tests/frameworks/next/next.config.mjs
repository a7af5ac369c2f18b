import { fileURLToPath } from "node:url";

// What lies above this folder is none of its business.
export default { turbopack: { root: fileURLToPath(new URL(".", import.meta.url)) } };
