/** Does it at the first call, and answers every later one with that. What failed is tried again. */
export function once<T>(act: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined
  return () => {
    if (done) return done
    const doing = act()
    done = doing
    doing.catch(() => {
      done = undefined
    })
    return doing
  }
}
