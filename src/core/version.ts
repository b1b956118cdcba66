/** Version of this pack; equal to package.json's (`test/repository/version.test.ts`). */
export const version = '0.1.0'
