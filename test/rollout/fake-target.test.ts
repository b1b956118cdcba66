import {describeTarget} from '../contracts/target.ts'
import {fakeTarget} from '../fakes/target.ts'

// The engine is tested against this fake: what it does must be what every target does.
describeTarget('the fake target', async () => ({target: fakeTarget(null), close: async () => {}}))
