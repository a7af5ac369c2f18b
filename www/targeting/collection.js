// A set of our own, because old pages may have replaced the global Set.
export const createSet = (...items) => ({
  items,
  has: (it) => items.includes(it),
  add: (it) => items.includes(it) || items.push(it),
  // Returns whether the item was in it.
  delete(it) {
    const at = items.indexOf(it);
    return at >= 0 && !!items.splice(at, 1);
  },
});
