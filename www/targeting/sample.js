// The sample of customers to ask: FNV-1a over UTF-8, as in src/survey/sample.rs.

// 0 to 9,999.
export const bucket = (survey, customer) => {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(survey + "\n" + customer)) hash = Math.imul(hash ^ byte, 0x1000193);
  return (hash >>> 0) % 1e4;
};

// Whether a sample of this percentage includes a customer.
export const isSampled = (survey, customer, percent) =>
  percent == 100 || (!!customer && bucket(survey, customer) < Math.round(percent * 100));
