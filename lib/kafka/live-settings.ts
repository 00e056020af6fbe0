/*
 * Former place of these functions; delete the file when all constructs use `ServerSettings`.
 */
export { controllerRestartSettings, liveSettings, restartSettings } from './server-settings';
