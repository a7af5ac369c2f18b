// Decides whether an address matches a pattern. Both are compared in one form: percent-encoded characters are
// decoded, accents are composed, and in a query + is a space.

// A character with a meaning in addresses stays encoded, so that %2F is no slash.
const decoded = (bytes) => {
  try {
    return decodeURIComponent(bytes).replace(/[/?#%*+]/g, encodeURIComponent);
  } catch {
    return bytes.toUpperCase();
  }
};

const plain = (part) => part.replace(/(?:%[\da-f]{2})+/gi, decoded).normalize();

// The path, query and hash of a pattern or an address, the latter two with their mark.
const split = (address) => {
  const [, path, query, hash] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(address);
  return [plain(path), query && plain(query.replaceAll("+", " ")), hash && plain(hash)];
};

const escaped = (character) => `\\u{${character.codePointAt(0).toString(16)}}`;

// A part as an expression: * matches anything. A pattern that ends with /* also matches the address before
// that.
const expression = (part) => {
  const open = part.endsWith("/*");
  const source = (open ? part.slice(0, -2) : part).replace(/[^\w*]/gu, escaped).replaceAll("*", ".*");
  return open ? source + "(?:/.*)?" : source;
};

const fitsPart = (pattern, part) => RegExp(`^${expression(pattern)}$`, "su").test(part ?? "");

// The reason why no address can match a pattern; undefined if one can.
export const problem = (pattern) => {
  if (!/^[/*#]/.test(pattern)) return "takes a path such as /account/*";
  const [path] = split(pattern);
  if (/(^|\/)\.\.?(\/|$)/.test(path)) return "has . or .. between slashes, which no address has";
  if (/[\\\t\n\r]/.test(path)) return "has a backslash or a line break, which no address has";
};

// Whether the pattern matches the address, given in the parts of `location`. A pattern without ? ignores the
// query, one without # ignores the hash.
export const fits = (pattern, { pathname, search, hash }) => {
  if (problem(pattern)) return false;
  const [path, query, rest] = split(pattern);
  const address = split(pathname + search + hash);
  if (path && !fitsPart(path, address[0])) return false;
  if (query && !fitsPart(query, address[1])) return false;
  return !rest || fitsPart(rest, address[2]);
};
