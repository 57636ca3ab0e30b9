// The server of @tus/server with its FileStore, on loopback.
// tus-server.mjs DIRECTORY PORT [--max-size BYTES] [--expiration MILLISECONDS]
// PORT 0 takes a free one. It obeys lines on standard input, and ends with it:
//   hold OFFSET   the next upload that reaches OFFSET is held there: no more of it is read
//   release       the upload that is held goes on
import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { Transform, pipeline } from 'node:stream'
import { parseArgs } from 'node:util'
import { load, tell } from './packages.mjs'

const { Server } = await load('@tus/server')
const { FileStore } = await load('@tus/file-store')

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'max-size': { type: 'string' }, expiration: { type: 'string' } },
})
const [directory, port] = positionals
const current = new AsyncLocalStorage()
let holdAt = Infinity
let release = () => {}
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [command, offset] = line.split(' ')
    if (command === 'release') return release()
    holdAt = Number(offset)
    tell('holding', { offset: holdAt })
  })
  .on('close', () => process.exit())

class WatchedStore extends FileStore {
  write(readable, id, offset) {
    const request = current.getStore()
    const passing = watched(request, offset)
    // An error of what is read ends the writing too: it destroys what is between them.
    pipeline(readable, passing, () => {})
    return (request.writing = super.write(passing, id, offset))
  }
}

// Counts what passes, and stops once at holdAt.
function watched(request, offset) {
  const count = (bytes) => {
    request.bytes += bytes.length
    return bytes
  }
  return new Transform({
    transform(chunk, _encoding, pass) {
      const before = holdAt - offset - request.bytes
      if (before > chunk.length) return pass(null, count(chunk))
      if (before > 0) this.push(count(chunk.subarray(0, before)))
      release = () => pass(null, count(chunk.subarray(Math.max(0, before))))
      tell('held', { number: request.number, offset: holdAt })
      holdAt = Infinity
    },
  })
}

const number = (text) => (text === undefined ? null : Number(text))
let requests = 0

async function serve(incoming, answer) {
  const request = { number: ++requests, bytes: 0, writing: null }
  tell('request', {
    number: request.number,
    method: incoming.method,
    path: incoming.url,
    offset: number(incoming.headers['upload-offset']),
    length: number(incoming.headers['content-length']),
  })
  current.run(request, () => tus.handle(incoming, answer))
  await once(answer, 'close')
  // What came over a broken connection is still being written.
  await Promise.allSettled([request.writing])
  tell('ended', { number: request.number, status: answer.writableFinished ? answer.statusCode : null, bytes: request.bytes })
}

const tus = new Server({
  path: '/files',
  datastore: new WatchedStore({ directory, expirationPeriodInMilliseconds: Number(options.expiration ?? 0) }),
  maxSize: number(options['max-size']) ?? undefined,
})
const server = createServer(serve)
server.listen(Number(port), '127.0.0.1', () => tell('listening', { url: `http://127.0.0.1:${server.address().port}/files` }))
