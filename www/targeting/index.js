// Decides when a survey asks, and creates the page's surveys. It never polls, and leaves the page's history
// unchanged.
import { define } from "../properties.js";
import { use } from "./element.js";
import { hear } from "./queue.js";
import { begin } from "./visits.js";

export { ask, close, enter, leave, wake, watch } from "./element.js";

let heard;

// Starts, with the past and future calls of the page's script, and the loader's kit.
export const listen = (queue, kit) => {
  if (heard) return;
  heard = queue;
  define();
  use(kit);
  begin();
  hear(queue, kit.source);
};
