// What a page can replace, as the browser has it.
export const { constructor: Promise } = (async () => {})();
