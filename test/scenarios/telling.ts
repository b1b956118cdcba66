/** For the tests: stories that are stopped when their test ends, and that never asked GitHub for what it does not have. */
import {afterEach, expect} from 'vitest'
import {type Story, tellStory} from './story.ts'

const open: Story[] = []
const others: (() => Promise<void>)[] = []

/** What else has to be stopped when the test ends. */
export function atEnd(stop: () => Promise<void>): void {
  others.push(stop)
}

export async function tell(title: string, files: Readonly<Record<string, string>>): Promise<Story> {
  const story = await tellStory(title, files)
  open.push(story)
  return story
}

/** The story so far is what `transcripts/<name>.txt` says. `npx vitest run test/scenarios -u` writes it anew. */
export async function expectTold(story: Story, name: string): Promise<void> {
  await expect(story.transcript()).toMatchFileSnapshot(`transcripts/${name}.txt`)
}

afterEach(async () => {
  for (const story of open.splice(0)) {
    await story.stop()
    expect(story.github.violations).toEqual([])
  }
  for (const stop of others.splice(0)) await stop()
})
