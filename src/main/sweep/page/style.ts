/** The look of a sweep's page. */
export const STYLE = `
:root { color-scheme: light; font-family: system-ui, sans-serif; }
body { margin: 1.5rem auto; max-width: 90rem; padding: 0 1rem; }
h2 { margin-bottom: 0; }
.tables { display: flex; flex-wrap: wrap; gap: 0 2.5rem; }
.tables p { margin: 0.2rem 0 0.6rem; color: #555; }
.wide { overflow-x: auto; }
table { border-collapse: separate; border-spacing: 2px; font-variant-numeric: tabular-nums; }
th { font-weight: 500; font-size: 0.8rem; padding: 0.2rem 0.5rem; text-align: left; }
td { padding: 0; }
td button { all: unset; box-sizing: border-box; width: 100%; padding: 0.3rem 0.6rem; text-align: right; cursor: pointer; }
td button:focus-visible { outline: 2px solid #000; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem; }
.bad { color: #a00; }
`;
