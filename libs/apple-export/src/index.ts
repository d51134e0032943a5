export { type Chunks } from './chunks.ts';
export { detectFormat, type ExportFormat } from './detect-format.ts';
export { ExportRefused, type RefusalReason } from './export-refused.ts';
export { unzipRecords, type SeekableFile } from './unzip-records.ts';
export { unzipStream } from './unzip-stream.ts';
export { xmlText } from './xml-text.ts';
