// JSON as the browser has it: MooTools 1.2 and others have put an object of their own in its place, without these
// two. A frame has its own, and needs to be in the page only while that is taken out of it.
const taken = () => {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  document.documentElement.append(frame);
  const { JSON } = frame.contentWindow;
  frame.remove();
  return JSON;
};

export const JSON = globalThis.JSON?.parse && globalThis.JSON.stringify ? globalThis.JSON : taken();
