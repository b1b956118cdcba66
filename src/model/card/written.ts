/** Whether anything is left of a text without marks and the placeholders of the usual templates. */
export function isWritten(text: string): boolean {
  const left = templateSentences
    .reduce((rest, sentence) => rest.replace(sentence, ' '), text.slice(0, maxLine))
    .replaceAll(/\{\{[\s\S]*?\}\}/g, ' ')
    .replaceAll(/\[(?:optional|more information needed)\]/gi, ' ')
    .replaceAll(/[`*_|>#~]/g, ' ')
    .trim()
    .replace(/^(?:[-+•]|\d+[.)])\s*/, '')
    .replace(/[.…!\s]+$/, '')
    .trim()
  return /[\p{L}\p{N}]/u.test(left) && !empty.test(left)
}

/** More of a line than anybody looks at tells nothing new. */
export const maxLine = 4096

/** Sentences that the card template of the Hugging Face hub already has. */
const templateSentences = [
  /Users \(both direct and downstream\) should be made aware of the risks, biases and limitations of the model\. More information needed for further recommendations\./i,
  /Use the code below to get started with the model\./i,
  /Carbon emissions can be estimated using the \[Machine Learning Impact calculator\].*$/i,
] as const

const empty =
  /^\W*(?:more (?:information|info|details?) (?:needed|required|to come|coming soon)|information needed|coming soon|to be (?:added|completed|defined|determined|done|filled(?: in)?|written)|todo\b.*|tbd|tba|tbc|fixme\b.*|n\/?a|none yet|null|unknown|fill (?:me |this )?in|lorem ipsum\b.*|xxx+|\?+)\W*$/i
