/** In the folder of results. */
export const REPORT_NAME = "maskloom-report.json";
export const REPORT_PAGE = "maskloom-report.html";
/** Further pages of the report, and small copies of pictures. */
export const REPORT_FOLDER = "maskloom-report";
/** The runs while a batch goes on, a line each, as they end. */
export const REPORT_LINES = "maskloom-report.jsonl";
/** Where in those lines each picture's run is. */
export const REPORT_INDEX = ".maskloom-report.index";
