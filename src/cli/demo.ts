import type {Command} from './command.ts'
import {runDemo} from './demo/demo.ts'

export const demoCommand: Command = {
  name: 'demo',
  summary: 'Watch real releases travel from pull request to production on this machine.',
  description:
    'Real data, real models, a real inference service and real traffic through the embedded router, judged and moved by this same command line. Takes under 90 seconds, needs no network, and leaves a folder with the full report. Exit code 0 when every release ended as it should.',
  options: {},
  run(_given, terminal, runtime) {
    return runDemo({
      runtime,
      out: terminal.out,
      cli: [process.execPath, process.argv[1] ?? 'dist/cli.js'],
      color: terminal.color,
      width: terminal.width,
    })
  },
}
