/** As much as the test of the units needs; the package brings no types. */
declare module '@lhncbc/ucum-lhc' {
  type Utilities = {
    convertUnitTo(
      from: string,
      value: number,
      to: string,
      suggest: boolean,
    ): { readonly toVal: number | null };
  };
  const ucum: { readonly UcumLhcUtils: { getInstance(): Utilities } };
  export default ucum;
}
