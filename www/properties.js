import { JSON } from "./json.js";

// The element's attributes; each is also a property.

// The attributes of src/widget/options.rs; a test compares the two lists.
export const attributes = ["survey", "touchpoint", "mode", "placement", "save", "brand", "name",
  "question", "question-b", "follow-up", "follow-up-promoter", "follow-up-passive", "follow-up-detractor", "customer", "signature",
  "properties", "endpoint", "no-counts", "delay", "scroll", "exit", "event", "seen", "url", "every", "snooze", "sample",
  "consent"];

// The name of an attribute's property: that of follow-up is followUp.
export const property = (name) => name.replace(/-./g, (dash) => dash[1].toUpperCase());

// Gives the element's class its properties: true sets an empty attribute, null and false remove it.
export const define = () => {
  const { prototype } = customElements.get("aanrader-survey");
  for (const name of attributes) {
    Object.defineProperty(prototype, property(name), {
      configurable: true,
      get() {
        const value = this.getAttribute(name);
        return value == "" || value;
      },
      set(value) {
        if (value == null || value === false) this.removeAttribute(name);
        else this.setAttribute(name, value === true ? "" : value.trim ? value : JSON.stringify(value));
      },
    });
  }
};

// A value that was set before the properties existed would hide them.
export const adopt = (element) => {
  for (const name of attributes.map(property)) {
    if (!Object.hasOwn(element, name)) continue;
    const value = element[name];
    delete element[name];
    element[name] = value;
  }
};

// Reports every changed attribute, until the returned function is called.
export const observe = (element, call) => {
  const other = ({ attributeName, oldValue }) => element.getAttribute(attributeName) != oldValue;
  const observer = new MutationObserver((records) => records.some(other) && call());
  observer.observe(element, { attributeFilter: attributes, attributeOldValue: true });
  return () => observer.disconnect();
};
