// The available languages; the build inserts them.
export const languages = __LANGS__;
