// The browser's own functions, which a page may have replaced.
export const { constructor: Promise } = (async () => {})();
