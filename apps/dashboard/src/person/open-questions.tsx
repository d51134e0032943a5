import type { OpenHypothesis } from '@bridge/contracts';
import { send } from '../api/request.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Ago } from '../parts/time.tsx';
import { maySee } from '../session/session.ts';
import { say } from '../words/say.ts';
import { answerWords, ruleWords } from '../words/words.ts';

type QuestionsProps = {
  readonly userId: string;
  readonly hypotheses: readonly OpenHypothesis[];
  readonly onAnswered: () => void;
};

/** Open hypotheses: each is a question with a button per answer. */
export function OpenQuestions({ userId, hypotheses, onAnswered }: QuestionsProps) {
  if (hypotheses.length === 0) return null;
  return (
    <section class="questions" aria-labelledby="questions-title">
      <h2 id="questions-title">Open questions</h2>
      <ul>
        {hypotheses.map(({ hypothesis_id, rule, question, answers, opened_at }) => (
          <li key={hypothesis_id} data-hypothesis={hypothesis_id}>
            <p>
              <strong>{question}</strong>{' '}
              <small>
                {say(ruleWords, rule)}, asked <Ago at={opened_at} />
              </small>
            </p>
            {maySee('alerts') ? (
              <div class="actions" role="group" aria-label={`Answers to: ${question}`}>
                {answers.map((answer) => (
                  <ActionButton
                    key={answer}
                    task={() =>
                      send('POST', `/users/${encodeURIComponent(userId)}/answers`, { hypothesis_id, answer })
                    }
                    done="The answer is accepted; the decision follows."
                    onDone={onAnswered}
                  >
                    {say(answerWords, answer)}
                  </ActionButton>
                ))}
              </div>
            ) : (
              <p class="hint">A key with the scope alerts may answer.</p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
