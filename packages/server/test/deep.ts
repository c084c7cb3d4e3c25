// Whether the long forms of tests are asked for: `npm run test:deep`.
export const deep = process.env["STEAD_TEST_DEEP"] === "1";
