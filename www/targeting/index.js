// When a survey comes, and when it does not; and what stands in the page. Nothing polls, and the page's history
// stays as it is.
import { define } from "../properties.js";
import { use } from "./element.js";
import { hear } from "./queue.js";
import { begin } from "./visits.js";

export { ask, close, enter, leave, wake, watch } from "./element.js";

let heard;

// Begins, with what the page's script has said and will say, and with what the loader brings.
export const listen = (queue, kit) => {
  if (heard) return;
  heard = queue;
  define();
  use(kit);
  begin();
  hear(queue, kit.source);
};
