// The tag of this script, and where it came from. The browser knows no tag where the script is a module, stands in
// the page itself, or came by jQuery's html(): then it is found by its address, or a page says it.
export const find = () => {
  const own = document.currentScript;
  const at = (css) => document.querySelector("script[" + css + "]");
  const tag = at("data-aanrader") ?? (own?.src ? own : at('src*="/aanrader."'));
  if (!tag) throw Error('a <script data-aanrader="…/aanrader.js"> is missing');
  const address = tag.dataset.aanrader ?? tag.src;
  return { ...own?.dataset, ...tag.dataset, collector: address.replace(/(v\/\w+\/)?[^/]*([?#].*)?$/, "") };
};
