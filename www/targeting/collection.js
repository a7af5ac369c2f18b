// A set of its own: pages from before the language had one may have put something else where `Set` is.
export const createSet = (...items) => ({
  items,
  has: (it) => items.includes(it),
  add: (it) => items.includes(it) || items.push(it),
  // Says whether it was there.
  delete(it) {
    const at = items.indexOf(it);
    return at >= 0 && !!items.splice(at, 1);
  },
});
