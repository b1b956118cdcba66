#!/usr/bin/env node
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(`Slipway needs Node 24 or newer; this is ${process.version}.`)
  process.exit(3)
}
const {enableCompileCache} = await import('node:module')
enableCompileCache()
const {start} = await import('./core/index.js')
await start('cli')
