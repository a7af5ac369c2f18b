// The browser's own functions, before a page could replace them.
export const { constructor: Promise } = (async () => {})();
