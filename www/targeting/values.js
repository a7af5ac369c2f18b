// Reads an element's attributes.
import { complain } from "./console.js";

// Without spaces around it; nothing if the attribute is not there.
export const text = (element, name) => element.getAttribute(name)?.trim();

// In numbers from 0 up: the default if there is none, and another value instead of one that won't do.
export const number = (element, name, fallback, instead, most) => {
  const value = text(element, name);
  if (!value) return fallback;
  if (+value >= 0 && +value <= most) return +value;
  complain(name, `takes 0 to ${most}; ${instead} stands in for it`);
  return instead;
};

// The survey that answers are stored under.
export const nameOf = (element) => {
  const survey = text(element, "survey") ?? "";
  return /^[a-z\d-]{1,64}$/.test(survey) ? survey : "default";
};

// Whether it is a pop-up. A property that was set early isn't an attribute yet.
export const isPopup = (element) => (element.mode ?? element.getAttribute("mode")) == "popup";

export const customerOf = (element) => text(element, "customer") ?? "";

// The respondent that a survey asks. Another customer in the same page is another one.
export const scopeOf = (element) => nameOf(element) + "\n" + customerOf(element);
