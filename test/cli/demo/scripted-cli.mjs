// A stand-in for the command line of Slipway: answers each command as ANSWERS in its own folder says, and routes
// requests as a router would. What the demo makes of the answers is the question of the test, not the answers.
import {appendFileSync, existsSync, readFileSync, renameSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'

const [command, ...args] = process.argv.slice(2)
const option = name => (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : undefined)
const routing = () => (existsSync('routing.json') ? JSON.parse(readFileSync('routing.json', 'utf8')) : {stable: null})
const route = next => {
  writeFileSync('routing.json.new', JSON.stringify(next))
  renameSync('routing.json.new', 'routing.json')
}
const answer = (exitCode, verdict, reason) => {
  const result = {schemaVersion: 1, verdict, reason, summary: `${command}: ${reason}`, findings: []}
  process.stdout.write(JSON.stringify(result))
  process.exitCode = exitCode
}

const answers = JSON.parse(readFileSync('answers.json', 'utf8'))
appendFileSync('commands.txt', `${command} ${option('version') ?? option('candidate') ?? option('report') ?? ''}\n`)

if (command === 'router') serve()
else if (command === 'promote') await promote(option('version'))
else {
  const version = /v\d/.exec(option('candidate') ?? option('report'))?.[0]
  const verdict = answers[`${command} ${version}`] ?? 'pass'
  answer(verdict === 'pass' ? 0 : 1, verdict, `${command}/${verdict}ed`)
}

async function promote(version) {
  const verdict = answers[`promote ${version}`] ?? 'pass'
  if (verdict === 'refused') {
    process.stderr.write('No passing evidence.\n(rollout/evidence-missing)\n')
    process.exitCode = 3
    return
  }
  const {stable} = routing()
  if (stable !== null) {
    route({stable, candidate: version, share: 0.5})
    process.stderr.write(`${version} at 50 %\n`)
    await new Promise(resolve => setTimeout(resolve, 700))
  }
  route(verdict === 'pass' ? {stable: version} : {stable})
  answer(verdict === 'pass' ? 0 : 1, verdict, `rollout/${verdict}ed`)
}

function serve() {
  let n = 0
  const data = createServer((request, response) => {
    const {stable, candidate, share = 0} = routing()
    const release = candidate && n++ % 2 < share * 2 ? candidate : stable
    request.resume()
    response.writeHead(release === 'v6' ? 500 : 200, {'x-slipway-release': release}).end()
  })
  data.listen(Number(option('port')), '127.0.0.1')
  const control = createServer((_, response) => response.end('{}'))
  control.listen(Number(option('control-port')), '127.0.0.1')
  process.once('SIGTERM', () => process.exit(0))
}
