/** Where things are: everything that is installed or written at run time is under `.caudal/`, which git ignores. */
import { resolve } from 'node:path'

export const REPO_DIR = resolve(import.meta.dirname, '../..')
export const CAUDAL_DIR = resolve(REPO_DIR, '.caudal')
export const LOG_DIR = resolve(CAUDAL_DIR, 'logs')
/** Kafka's and Valkey's data, logs, and what runs write. */
export const DATA_DIR = resolve(CAUDAL_DIR, 'data')
/** In the folder of the data: which lines of CSV files the pipeline has acknowledged. */
export const CSV_DIR = 'csv'
