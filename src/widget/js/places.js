// What src/widget/js.rs says to JavaScript. The values that come up in the browser's calls stand in a list,
// and Rust has their places. Whatever fails is undefined, as is what stands in no place.
const list = [];
const NOWHERE = -1;

export const add = (value) => list.push(value) - 1;
export const at = (place) => list[place];
export const length = () => list.length;
export const cut = (length) => {
  list.length = length;
};

export const get = (place, key) => {
  try {
    return add(list[place]?.[key]);
  } catch {
    return NOWHERE;
  }
};

export const set = (place, key, value) => {
  try {
    list[place][key] = list[value];
  } catch {
    // What the browser refuses is left out.
  }
};

export const call = (place, method, ...values) => {
  try {
    return add(list[place]?.[method]?.(...values));
  } catch {
    return NOWHERE;
  }
};

// The same with what stands in these places.
export const pass = (place, method, ...places) => call(place, method, ...places.map(at));

export const is = (place) => !!list[place];
export const same = (place, other) => list[place] === list[other];
export const number = (place) => Number(list[place]);
