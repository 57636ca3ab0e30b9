import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = process.env.FERRY_NODE_MODULES
if (!folder) throw new Error('FERRY_NODE_MODULES is not set: it names the node_modules folder that holds the tus packages.')
const require = createRequire(join(folder, 'here.js'))

/** Imports an installed package; NODE_PATH counts for require alone. */
export const load = (name) => import(pathToFileURL(require.resolve(name)))

/** Writes one line of JSON to standard output. */
export const tell = (event, fields = {}) => console.log(JSON.stringify({ event, ...fields }))
