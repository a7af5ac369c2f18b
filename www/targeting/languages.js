// The languages that there are; the build knows them.
export const languages = __LANGS__;
