const {enableCompileCache} = await import('node:module')
enableCompileCache()
const {start} = await import('./core/index.js')
await start('plan-rollout')
