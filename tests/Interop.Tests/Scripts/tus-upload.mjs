// tus-js-client, uploading a file. Exit code 0 once it is done, 1 after an error.
// tus-upload.mjs FILE ENDPOINT [options]
//   --chunk-size BYTES     the most one request carries
//   --storage FILE         remembers the upload's URL there, and resumes a previous upload of the same file
//   --with-creation        sends the first bytes with the creation
//   --deferred             tells the length last; with --chunk-size the file is read as a stream, and a length that is a multiple of the
//                          chunk's never gets told: tus-js-client waits for more
//   --override-method      sends POST with X-HTTP-Method-Override in place of PATCH
//   --retry MILLISECONDS   tries again after an error, up to 20 times without progress
//   --terminate-at BYTES   terminates the upload once so much of it was accepted
// tus-upload.mjs --terminate URL
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { PassThrough } from 'node:stream'
import { parseArgs } from 'node:util'
import { load, tell } from './packages.mjs'

const { default: tus } = await load('tus-js-client')
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'chunk-size': { type: 'string' },
    storage: { type: 'string' },
    'with-creation': { type: 'boolean', default: false },
    deferred: { type: 'boolean', default: false },
    'override-method': { type: 'boolean', default: false },
    retry: { type: 'string' },
    'terminate-at': { type: 'string' },
    terminate: { type: 'string' },
  },
})
const [file, endpoint] = positionals

const number = (text) => (text == null ? null : Number(text))
const watching = {
  retryDelays: options.retry === undefined ? null : Array(20).fill(Number(options.retry)),
  onBeforeRequest: (request) => tell('request', {
    method: request.getMethod(),
    url: request.getURL(),
    offset: number(request.getHeader('Upload-Offset')),
  }),
  onAfterResponse: (request, response) => tell('response', {
    method: request.getMethod(),
    status: response.getStatus(),
    offset: number(response.getHeader('Upload-Offset')),
  }),
}

function fail(error) {
  tell('error', { message: error.message, status: error.originalResponse?.getStatus() ?? null })
  process.exitCode = 1
}

// A read stream of a file is asked for slices of the file; any other stream is read once, and its length is not known before its end.
function source() {
  const stream = createReadStream(file)
  return options.deferred && options['chunk-size'] ? stream.pipe(new PassThrough()) : stream
}

async function upload() {
  const terminateAt = number(options['terminate-at']) ?? Infinity
  const transfer = new tus.Upload(source(), {
    ...watching,
    endpoint,
    metadata: { filename: basename(file), filetype: 'application/octet-stream' },
    chunkSize: number(options['chunk-size']) ?? Infinity,
    uploadDataDuringCreation: options['with-creation'],
    uploadLengthDeferred: options.deferred,
    overridePatchMethod: options['override-method'],
    ...(options.storage && { urlStorage: new tus.FileUrlStorage(options.storage) }),
    onUploadUrlAvailable: () => tell('url', { url: transfer.url }),
    onProgress: (sent, total) => tell('progress', { sent, total }),
    onChunkComplete: (_size, accepted) => {
      tell('accepted', { accepted })
      if (accepted >= terminateAt) transfer.abort(true).then(() => tell('terminated', { url: transfer.url }), fail)
    },
    onSuccess: () => tell('done', { url: transfer.url }),
    onError: fail,
  })
  if (options.storage) {
    const [previous] = await transfer.findPreviousUploads()
    if (previous) {
      tell('previous', { url: previous.uploadUrl })
      transfer.resumeFromPreviousUpload(previous)
    }
  }
  transfer.start()
}

if (options.terminate) {
  tus.Upload.terminate(options.terminate, watching).then(() => tell('terminated', { url: options.terminate }), fail)
} else {
  await upload()
}
