// The tag of this script, and its address. The browser doesn't tell the tag of a module, of an inline script,
// or of one from jQuery's html(). Then it is found by its address, or the page names it.
export const find = () => {
  const own = document.currentScript;
  const at = (css) => document.querySelector("script[" + css + "]");
  const tag = at("data-aanrader") ?? (own?.src ? own : at('src*="/aanrader."'));
  if (!tag) throw Error('a <script data-aanrader="…/aanrader.js"> is missing');
  const address = tag.dataset.aanrader ?? tag.src;
  return { ...own?.dataset, ...tag.dataset, collector: address.replace(/(v\/\w+\/)?[^/]*([?#].*)?$/, "") };
};
