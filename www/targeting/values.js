// Reads an element's attributes.
import { complain } from "./console.js";

// Without surrounding spaces; undefined if the attribute is absent.
export const text = (element, name) => element.getAttribute(name)?.trim();

// A number from 0 up: `fallback` if the attribute is absent, `instead` if its value is invalid.
export const number = (element, name, fallback, instead, most) => {
  const value = text(element, name);
  if (!value) return fallback;
  if (+value >= 0 && +value <= most) return +value;
  complain(name, `takes 0 to ${most}; ${instead} stands in for it`);
  return instead;
};

// The survey's name, under which answers are stored.
export const nameOf = (element) => {
  const survey = text(element, "survey") ?? "";
  return /^[a-z\d-]{1,64}$/.test(survey) ? survey : "default";
};

// Whether it is a pop-up. A property that was set early isn't an attribute yet.
export const isPopup = (element) => (element.mode ?? element.getAttribute("mode")) == "popup";

export const customerOf = (element) => text(element, "customer") ?? "";

// The survey and the customer whom it asks. Another customer in the same page has another scope.
export const scopeOf = (element) => nameOf(element) + "\n" + customerOf(element);
