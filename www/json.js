// The browser's JSON. MooTools 1.2 and others have replaced the global by an object without these two
// functions. A frame has its own JSON, and stays in the page only while we take it.
const taken = () => {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  document.documentElement.append(frame);
  const { JSON } = frame.contentWindow;
  frame.remove();
  return JSON;
};

export const JSON = globalThis.JSON?.parse && globalThis.JSON.stringify ? globalThis.JSON : taken();
