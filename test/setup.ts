// A warning is a defect that nobody has noticed yet: it fails the suite.
process.on('warning', warning => {
  if (warning.name === 'ExperimentalWarning') return
  throw warning
})
