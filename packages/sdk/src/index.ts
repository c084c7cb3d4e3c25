// Public names of the package.
export {};
