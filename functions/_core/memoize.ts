/** A pure function that remembers its last answer, for questions that come in runs. */
export function memoizeLast<Question, Answer>(
  answerOf: (question: Question) => Answer,
): (question: Question) => Answer {
  let last: { readonly question: Question; readonly answer: Answer } | undefined
  return (question) => {
    if (last?.question !== question) last = { question, answer: answerOf(question) }
    return last.answer
  }
}
